from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from alembic_proof.git import Repository, index_tree, working_tree
from alembic_proof.git.stored import StoredTree
from alembic_proof.history.load import load_history, revision_paths
from support.histories import ENVIRONMENT
from support.repositories import Checkout
from support.trees import DictTree

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "revision = 'a'\ndown_revision = None\n"


def test_only_what_alembic_takes_for_a_revision_file() -> None:
    names = (
        "b.py",
        "a.py",
        "__init__.py",
        "__init__x.py",
        ".#a.py",
        "a.pyc",
        "README",
        "sub/c.py",
        "a.py.orig",
    )
    paths = [f"migrations/versions/{name}" for name in names]
    assert revision_paths([*paths, "migrations/env.py", "b.py"], ENVIRONMENT) == (
        "migrations/versions/a.py",
        "migrations/versions/b.py",
    )


def test_folders_in_the_order_given_and_files_before_folders_in_each() -> None:
    environment = replace(ENVIRONMENT, version_locations=("z", "a"), recursive=True)
    paths = ["a/1.py", "z/b/1.py", "z/b/__pycache__/x.py", "z/a/2.py", "z/a/b/0.py", "z/c.py", "a2/1.py"]
    assert revision_paths(paths, environment) == ("z/c.py", "z/a/2.py", "z/a/b/0.py", "z/b/1.py", "a/1.py")


def test_a_folder_that_is_named_twice_is_read_once() -> None:
    environment = replace(ENVIRONMENT, version_locations=("a", "a/b", "a"), recursive=True)
    assert revision_paths(["a/1.py", "a/b/2.py"], environment) == ("a/1.py", "a/b/2.py")


def test_the_top_of_the_tree_can_hold_revisions() -> None:
    assert revision_paths(["1.py", "a/2.py"], replace(ENVIRONMENT, version_locations=("",))) == ("1.py",)


@pytest.mark.parametrize("recursive", [False, True])
def test_the_order_is_that_of_alembic(tmp_path: Path, recursive: bool) -> None:
    names = ("z.py", "a/1.py", "a-b/2.py", "a/b/3.py", "B/4.py", "a.py", "__init__.py", "a/__init__.py")
    files = {
        f"migrations/versions/{name}": f"revision = 'r{i}'\ndown_revision = None\n"
        for i, name in enumerate(names)
    }
    tree = DictTree.of({**files, "migrations/env.py": ""})
    tree.write_to(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.set_main_option("recursive_version_locations", str(recursive).lower())
    graph = load_history(tree, replace(ENVIRONMENT, recursive=recursive))
    assert list(graph.heads) == ScriptDirectory.from_config(config).get_heads()


def test_a_revision_behind_a_link_is_read_once_where_it_lies() -> None:
    tree = DictTree.of(
        {"shared/a.py": FIRST},
        {
            "migrations/versions/1.py": "../../shared/a.py",
            "migrations/versions/2.py": "../../shared/a.py",
            "migrations/versions/3.py": "nowhere.py",
            "migrations/versions/4.py": "/etc/passwd",
        },
    )
    assert [revision.path for revision in load_history(tree, ENVIRONMENT).revisions] == ["shared/a.py"]


def test_a_stored_tree_is_read_once_and_then_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "migrations/versions/a.py": FIRST,
        "migrations/versions/b.py": "revision = 'b'\ndown_revision = 'a'\n",
    }
    checkout = Checkout.create(tmp_path / "project", files)
    repository = Repository.find(checkout.top)
    plain = load_history(index_tree(repository), ENVIRONMENT)
    assert load_history(index_tree(repository), ENVIRONMENT, tmp_path / "cache") == plain
    monkeypatch.setattr(StoredTree, "read", lambda *_: pytest.fail("it was read again"))
    assert load_history(index_tree(repository), ENVIRONMENT, tmp_path / "cache") == plain
    assert plain.heads == ("b",)


def test_a_change_is_seen_whatever_is_remembered(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path / "project", {"migrations/versions/a.py": FIRST})
    repository = Repository.find(checkout.top)
    load_history(index_tree(repository), ENVIRONMENT, tmp_path / "cache")
    checkout.commit({"migrations/versions/a.py": FIRST.replace("'a'", "'z'")})
    assert load_history(index_tree(repository), ENVIRONMENT, tmp_path / "cache").heads == ("z",)
    checkout.write({"migrations/versions/a.py": FIRST.replace("'a'", "'y'")})
    assert load_history(working_tree(repository), ENVIRONMENT, tmp_path / "cache").heads == ("y",)
