"""Modules come from the judged tree, in whatever way Python finds them in the working tree."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from alembic_proof_probe.paths import TreeMap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRAM = """
import importlib, json, os, sys
from alembic_proof_probe.paths import TreeFinder, TreeMap
job = json.load(sys.stdin)
tree_map = TreeMap(job["top"], job["tree"], job["ignored"])
TreeFinder(tree_map, {"watched": lambda module: setattr(module, "changed", True)}).install()
found = {}
for name in job["names"]:
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        found[name] = f"{type(error).__name__}: {error}"
    else:
        found[name] = getattr(module, "where", None) or [os.path.basename(path) for path in module.__path__]
        if hasattr(module, "changed"):
            found[name] += ", changed"
print(json.dumps({"found": found, "loaded": tree_map.loaded(), "strays": tree_map.strays()}))
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "top").mkdir()
    return tmp_path / "top"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    return tmp_path / "tree"


def write(folder: Path, where: str, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"where = {where!r}\n")


def imported(
    top: Path, tree: Path, path: list[Path], names: list[str], ignored: tuple[str, ...] = ()
) -> Mapping[str, object]:
    """What importing the names gave, in a process of its own whose `sys.path` starts with `path`."""
    job = {"top": str(top), "tree": str(tree), "ignored": list(ignored), "names": names}
    program = f"import sys\nsys.path[:0] = {[str(one) for one in path]!r}\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(job), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: Mapping[str, object] = json.loads(done.stdout)
    return found


def test_a_module_of_the_working_tree_comes_from_the_judged_one(top: Path, tree: Path) -> None:
    files = ("alone.py", "package/__init__.py", "package/inner.py")
    write(top, "working tree", *files)
    write(tree, "judged tree", *files)
    names = ["alone", "package", "package.inner"]
    assert imported(top, tree, [top], names) == {
        "found": dict.fromkeys(names, "judged tree"),
        "loaded": sorted(files),
        "strays": [],
    }


def test_a_module_that_the_judged_tree_lacks_is_not_found(top: Path, tree: Path) -> None:
    write(top, "working tree", "package/__init__.py", "package/new.py", "alone.py")
    write(tree, "judged tree", "package/__init__.py")
    assert imported(top, tree, [top], ["package.new", "alone"])["found"] == {
        "package.new": "ModuleNotFoundError: No module named 'package.new'",
        "alone": "ModuleNotFoundError: No module named 'alone'",
    }


def test_a_module_that_only_the_judged_tree_has_is_found(top: Path, tree: Path) -> None:
    write(top, "working tree", "package/__init__.py")
    write(tree, "judged tree", "package/__init__.py", "package/staged.py")
    assert imported(top, tree, [top], ["package.staged"])["found"] == {"package.staged": "judged tree"}


def test_a_package_without_init_is_led_as_well(top: Path, tree: Path) -> None:
    write(top, "working tree", "space/inner.py")
    write(tree, "judged tree", "space/inner.py")
    assert imported(top, tree, [top], ["space.inner", "space"])["found"] == {
        "space.inner": "judged tree",
        "space": ["space"],
    }


def test_what_git_ignores_stays_as_it_is(top: Path, tree: Path) -> None:
    write(top, "working tree", "package/__init__.py", "package/_version.py", "built/module.py")
    write(tree, "judged tree", "package/__init__.py")
    ignored = ("package/_version.py", "built/")
    found = imported(top, tree, [top, top / "built"], ["package", "module"], ignored)
    assert found["found"] == {"package": "judged tree", "module": "working tree"}
    assert found["strays"] == []


def test_a_working_tree_that_is_reached_by_a_link_is_the_working_tree(
    top: Path, tree: Path, tmp_path: Path
) -> None:
    write(top, "working tree", "alone.py")
    write(tree, "judged tree", "alone.py")
    (tmp_path / "link").symlink_to(top)
    assert imported(top, tree, [tmp_path / "link"], ["alone"])["found"] == {"alone": "judged tree"}


def test_a_module_is_changed_as_soon_as_it_is_loaded(top: Path, tree: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere", "site/watched.py")
    assert imported(top, tree, [tmp_path / "site"], ["watched"])["found"] == {"watched": "elsewhere, changed"}


def test_a_module_that_came_from_the_working_tree_all_the_same_is_a_stray(top: Path, tree: Path) -> None:
    write(top, "working tree", "alone.py")
    write(tree, "judged tree", "loads.py")
    (tree / "loads.py").write_text(
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('alone', {str(top / 'alone.py')!r})\n"
        "module = sys.modules['alone'] = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\nwhere = module.where\n"
    )
    found = imported(top, tree, [top, tree], ["loads"])
    assert found == {
        "found": {"loads": "working tree"},
        "loaded": ["loads.py"],
        "strays": [str(top / "alone.py")],
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("app/models.py", "app/models.py"),
        ("", ""),
        (".venv/lib/x.py", None),
        ("app/local.py", None),
        ("app/local.pyi", "app/local.pyi"),
        ("../elsewhere.py", None),
        ("../top-secret/x.py", None),
    ],
)
def test_which_paths_are_the_working_trees_own(top: Path, tree: Path, path: str, name: str | None) -> None:
    tree_map = TreeMap(str(top), str(tree), [".venv/", "app/local.py"])
    assert tree_map.relative(str(top / path)) == name
    expected = str(top / path) if name is None else str(tree / name) if name else str(tree)
    assert tree_map.mapped(str(top / path)) == expected


def test_a_tree_inside_the_working_tree_is_no_part_of_it(top: Path) -> None:
    tree_map = TreeMap(str(top), str(top / ".cache" / "tree"), [])
    assert tree_map.relative(str(top / ".cache" / "tree" / "models.py")) is None
    assert tree_map.name_in_tree(str(top / ".cache" / "tree" / "models.py")) == "models.py"


def test_what_is_no_file_has_no_name(top: Path, tree: Path) -> None:
    tree_map = TreeMap(str(top), str(tree), [])
    assert [tree_map.name_in_tree(path) for path in (None, "", "<frozen os>", str(top / "x.py"))] == [
        None
    ] * 4
