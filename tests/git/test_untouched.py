"""Nothing that is asked of a repository writes to it, or leaves anything elsewhere."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest

from alembic_proof.git import Repository, commit_tree, index_tree, merge_tree, working_tree
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from alembic_proof.git import Tree

LINES = "".join(f"line {number}\n" for number in range(9))
SETTINGS: dict[str, tuple[str, ...]] = {
    "as Git comes": ("version",),
    "a split index": ("config", "core.splitIndex", "true"),
    "a sparse index": ("sparse-checkout", "set", "--cone", "--sparse-index", "inside"),
    "a monitor": ("config", "core.fsmonitor", ".git/hooks/monitor"),
}


@pytest.fixture(params=SETTINGS)
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Checkout:
    """A repository with something staged, unstaged, intended, untracked and ignored, and hooks that write."""
    files = dict.fromkeys(("old.py", "inside/a.py", "outside/a.py"), "")
    checkout = Checkout.create(tmp_path / "project", {"shared.py": LINES, ".gitignore": "*.pyc\n", **files})
    checkout.branch("other")
    checkout.commit({"shared.py": LINES.replace("line 8", "theirs"), "one.py": "theirs\n", "deep/b.py": ""})
    checkout.switch("main")
    checkout.commit({"shared.py": LINES.replace("line 0", "ours")})
    for name in ("monitor", "post-index-change", "post-checkout", "reference-transaction"):
        checkout.hook(name, f"#!/bin/sh\necho {name} >> {checkout.top}/.git/hooks-that-ran\n")
    checkout.git(*SETTINGS[request.param])
    checkout.add({"one.py": "staged\n"})
    checkout.write({"shared.py": "unstaged\n", "untracked.py": "", "ignored.pyc": "", "intended.py": ""})
    checkout.git("add", "--intent-to-add", "intended.py")
    os.utime(checkout.top / "old.py", (1, 1))
    return checkout


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def use(tree: Tree, folder: Path) -> None:
    assert tree.read(tree.paths())
    assert tree.identity()
    tree.write_to(folder)
    assert any(folder.iterdir())


@pytest.mark.parametrize(
    "tree_of",
    [
        index_tree,
        working_tree,
        lambda repo: commit_tree(repo, "other"),
        lambda repo: merge_tree(repo, "other"),
        lambda repo: merge_tree(repo, "other", ours="main"),
    ],
    ids=["index", "working tree", "commit", "merge with conflicts and the index", "merge without"],
)
def test_by_a_tree(
    checkout: Checkout, temporary: Path, tmp_path: Path, tree_of: Callable[[Repository], Tree]
) -> None:
    before = checkout.state()
    use(tree_of(Repository.find(checkout.top)), tmp_path / "out")
    assert checkout.state() == before
    assert list(temporary.iterdir()) == []


def test_by_a_question(checkout: Checkout) -> None:
    before = checkout.state()
    repo = Repository.find(checkout.top)
    assert repo.staged_paths() == ("one.py",)
    assert repo.unstaged_paths() == ("intended.py", "shared.py")
    assert repo.untracked_paths() == ("untracked.py",)
    assert repo.ignored_files() == ("ignored.pyc",)
    assert repo.changed_paths("main", "other") == ("deep/b.py", "one.py", "shared.py")
    assert checkout.state() == before


def test_by_what_is_written_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    before = checkout.state()
    index_tree(Repository.find(checkout.top)).write_to(tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.py"):
        path.write_text("changed\n")
    assert checkout.state() == before
