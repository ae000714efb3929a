"""What is judged from inside real hooks, with the variables that Git sets there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from support.repositories import Checkout

REPORTER = """\
#!{python}
import json
import os
from pathlib import Path

os.chdir({folder!r})
from alembic_proof.git import Repository, index_tree

repo = Repository.find(Path.cwd())
tree = index_tree(repo)
files = {{path: content.decode() for path, content in tree.read(tree.paths()).items()}}
report = {{"top": str(repo.top), "files": files, "staged": repo.staged_paths(),
          "unstaged": repo.unstaged_paths(), "untracked": repo.untracked_paths()}}
Path({output!r}).write_text(json.dumps(report))
"""
OUTPUT = "report.json"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path.resolve() / "project", {"a.py": "a1", "b.py": "b1", "deep/c.py": "c1"})


def report_in_hook(checkout: Checkout, name: str = "pre-commit", folder: str = ".") -> None:
    output = str(checkout.top.parent / OUTPUT)
    checkout.hook(name, REPORTER.format(python=sys.executable, folder=folder, output=output))


def reported(checkout: Checkout) -> dict[str, object]:
    return json.loads((checkout.top.parent / OUTPUT).read_text())


def test_a_plain_commit_is_what_was_added(checkout: Checkout) -> None:
    report_in_hook(checkout)
    checkout.add({"a.py": "a2"})
    checkout.write({"a.py": "a3", "b.py": "b2", "new.py": ""})
    checkout.git("commit", "--quiet", "--message", "Change")
    assert reported(checkout) == {
        "top": str(checkout.top),
        "files": {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1"},
        "staged": ["a.py"],
        "unstaged": ["a.py", "b.py"],
        "untracked": ["new.py"],
    }


def test_commit_all_holds_every_tracked_change(checkout: Checkout) -> None:
    report_in_hook(checkout)
    checkout.write({"a.py": "a2", "deep/c.py": "c2", "new.py": ""})
    (checkout.top / "b.py").unlink()
    checkout.git("commit", "--all", "--quiet", "--message", "Change", folder="deep")
    assert reported(checkout) == {
        "top": str(checkout.top),
        "files": {"a.py": "a2", "deep/c.py": "c2"},
        "staged": ["a.py", "b.py", "deep/c.py"],
        "unstaged": [],
        "untracked": ["new.py"],
    }


def test_commit_of_one_file_leaves_out_what_else_was_added(checkout: Checkout) -> None:
    report_in_hook(checkout)
    checkout.add({"a.py": "a2", "new.py": "new"})
    checkout.write({"b.py": "b2"})
    checkout.git("commit", "--quiet", "--message", "Change", "b.py")
    assert reported(checkout) == {
        "top": str(checkout.top),
        "files": {"a.py": "a1", "b.py": "b2", "deep/c.py": "c1"},
        "staged": ["b.py"],
        "unstaged": ["a.py"],
        "untracked": ["new.py"],
    }


def test_commit_of_one_file_with_the_rest_includes_both(checkout: Checkout) -> None:
    report_in_hook(checkout)
    checkout.add({"a.py": "a2"})
    checkout.write({"b.py": "b2"})
    checkout.git("commit", "--quiet", "--message", "Change", "--include", "b.py")
    assert reported(checkout)["staged"] == ["a.py", "b.py"]


def test_commit_of_a_patch(checkout: Checkout) -> None:
    report_in_hook(checkout)
    checkout.write({"a.py": "a2"})
    checkout.git("commit", "--quiet", "--message", "Change", "--patch", stdin="y\n")
    assert reported(checkout)["files"] == {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1"}


def test_amending_judges_the_whole_commit(checkout: Checkout) -> None:
    checkout.commit({"a.py": "a2", "new.py": "new"})
    report_in_hook(checkout)
    checkout.add({"b.py": "b2"})
    checkout.git("commit", "--amend", "--quiet", "--no-edit")
    assert reported(checkout)["files"] == {"a.py": "a2", "b.py": "b2", "deep/c.py": "c1", "new.py": "new"}
    assert reported(checkout)["staged"] == ["b.py"]


def test_the_first_commit(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path.resolve() / "new")
    report_in_hook(checkout)
    checkout.commit({"a.py": "a1"})
    assert reported(checkout)["files"] == {"a.py": "a1"}
    assert reported(checkout)["staged"] == ["a.py"]


@pytest.mark.parametrize("options", [["--all"], ["a.py"]])
def test_a_commit_in_a_linked_worktree(checkout: Checkout, options: list[str]) -> None:
    report_in_hook(checkout)
    linked = Checkout(checkout.top.parent / "linked")
    checkout.git("worktree", "add", "--quiet", str(linked.top))
    linked.write({"a.py": "a2"})
    linked.git("commit", "--quiet", "--message", "Change", *options)
    assert reported(checkout)["top"] == str(linked.top)
    assert reported(checkout)["files"] == {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1"}


def test_a_hook_that_goes_to_a_folder_below(checkout: Checkout) -> None:
    report_in_hook(checkout, folder="deep")
    checkout.write({"a.py": "a2"})
    checkout.git("commit", "--all", "--quiet", "--message", "Change")
    assert reported(checkout)["files"] == {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1"}


def test_the_merge_commit_of_a_merge(checkout: Checkout) -> None:
    checkout.branch("other")
    checkout.commit({"other.py": "other"})
    checkout.switch("main")
    checkout.commit({"a.py": "a2"})
    report_in_hook(checkout, "pre-merge-commit")
    checkout.git("merge", "--quiet", "--no-edit", "other")
    assert reported(checkout)["files"] == {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1", "other.py": "other"}


@pytest.fixture
def outer(checkout: Checkout) -> Checkout:
    outer = Checkout.create(checkout.top.parent / "outer", {"outer.py": "outer"})
    outer.git("submodule", "--quiet", "add", str(checkout.top), "inner")
    outer.commit({})
    return outer


@pytest.mark.parametrize("options", [["--all"], ["a.py"]])
def test_a_commit_in_a_submodule(outer: Checkout, options: list[str]) -> None:
    inner = Checkout(outer.top / "inner")
    inner.hook(
        "pre-commit",
        REPORTER.format(python=sys.executable, folder=".", output=str(outer.top.parent / OUTPUT)),
    )
    inner.write({"a.py": "a2"})
    inner.git("commit", "--quiet", "--message", "Change", *options)
    assert reported(outer)["top"] == str(inner.top)
    assert reported(outer)["files"] == {"a.py": "a2", "b.py": "b1", "deep/c.py": "c1"}


@pytest.mark.parametrize("options", [["--all"], ["outer.py"]])
def test_a_superproject_s_hook_that_goes_to_a_submodule(outer: Checkout, options: list[str]) -> None:
    report_in_hook(outer, folder="inner")
    outer.write({"outer.py": "outer 2"})
    outer.git("commit", "--quiet", "--message", "Change", *options)
    assert reported(outer)["top"] == str(outer.top / "inner")
    assert reported(outer)["files"] == {"a.py": "a1", "b.py": "b1", "deep/c.py": "c1"}


def test_a_repository_that_lies_elsewhere_than_its_files(tmp_path: Path) -> None:
    files = Checkout(tmp_path.resolve() / "files")
    files.write({"a.py": "a1"})
    named = {"GIT_DIR": str(tmp_path.resolve() / "elsewhere.git"), "GIT_WORK_TREE": str(files.top)}
    files.git("init", "--quiet", env=named)
    hook = Path(named["GIT_DIR"]) / "hooks" / "pre-commit"
    hook.write_text(REPORTER.format(python=sys.executable, folder=".", output=str(tmp_path / OUTPUT)))
    hook.chmod(0o755)
    files.git("add", "a.py", env=named)
    files.git("commit", "--quiet", "--message", "Change", env={**os.environ, **named})
    assert reported(files)["top"] == str(files.top)
    assert reported(files)["files"] == {"a.py": "a1"}
