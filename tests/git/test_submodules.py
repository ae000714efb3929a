from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from alembic_proof.git import Repository, commit_tree, index_tree, working_tree
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def inner(tmp_path: Path) -> Checkout:
    innermost = Checkout.create(tmp_path.resolve() / "innermost", {"innermost.py": "1\n"})
    inner = Checkout.create(tmp_path.resolve() / "inner", {"inner.py": "1\n"})
    inner.git("submodule", "--quiet", "add", str(innermost.top), "innermost")
    inner.commit({})
    return inner


@pytest.fixture
def outer(tmp_path: Path, inner: Checkout) -> Checkout:
    outer = Checkout.create(tmp_path.resolve() / "outer", {"outer.py": "1\n"})
    outer.git("submodule", "--quiet", "add", str(inner.top), "libs/inner")
    outer.git("submodule", "--quiet", "update", "--init", "--recursive")
    outer.commit({})
    return outer


def written(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".git"))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_they_are_no_files_of_the_tree(outer: Checkout) -> None:
    repo = Repository.find(outer.top)
    for tree in (index_tree(repo), commit_tree(repo, "HEAD"), working_tree(repo)):
        assert tree.paths() == (".gitmodules", "outer.py")
        assert tree.read(["libs/inner", "libs/inner/inner.py"]) == {}


def test_they_are_written_at_the_commits_that_are_recorded(outer: Checkout, tmp_path: Path) -> None:
    Checkout(outer.top / "libs/inner").commit({"inner.py": "2\n"})
    assert index_tree(Repository.find(outer.top)).write_to(tmp_path / "out") == ()
    assert written(tmp_path / "out") == {
        "outer.py": "1\n",
        "libs/inner/inner.py": "1\n",
        "libs/inner/innermost/innermost.py": "1\n",
    }


def test_of_the_working_tree_they_are_written_as_they_are_on_disk(outer: Checkout, tmp_path: Path) -> None:
    repo = Repository.find(outer.top)
    before = working_tree(repo).identity()
    Checkout(outer.top / "libs/inner").write({"inner.py": "2\n", "innermost/new.py": "new\n"})
    tree = working_tree(repo)
    assert tree.identity() != before
    assert tree.write_to(tmp_path / "out") == ()
    assert written(tmp_path / "out") == {
        "outer.py": "1\n",
        "libs/inner/inner.py": "2\n",
        "libs/inner/innermost/innermost.py": "1\n",
        "libs/inner/innermost/new.py": "new\n",
    }


def test_one_that_is_not_checked_out_is_left_empty(outer: Checkout, tmp_path: Path) -> None:
    clone = Checkout.clone(outer.top, tmp_path / "clone")
    repo = Repository.find(clone.top)
    for number, tree in enumerate((index_tree(repo), working_tree(repo))):
        assert tree.write_to(tmp_path / f"out{number}") == (
            (
                "the submodule libs/inner is left empty: not checked out "
                "(git submodule update --init libs/inner)"
            ),
        )
        assert list((tmp_path / f"out{number}" / "libs" / "inner").iterdir()) == []
    assert working_tree(repo).identity()


def test_one_inside_another_that_is_not_checked_out_is_named(outer: Checkout, tmp_path: Path) -> None:
    clone = Checkout.clone(outer.top, tmp_path / "clone")
    clone.git("submodule", "--quiet", "update", "--init")
    assert index_tree(Repository.find(clone.top)).write_to(tmp_path / "out") == (
        (
            "in the submodule libs/inner: the submodule innermost is left empty: not checked out "
            "(git submodule update --init innermost)"
        ),
    )


def test_one_that_lacks_the_commit_is_left_empty(outer: Checkout, inner: Checkout, tmp_path: Path) -> None:
    commit = inner.commit({"inner.py": "2\n"})
    outer.git("update-index", "--cacheinfo", f"160000,{commit},libs/inner")
    assert index_tree(Repository.find(outer.top)).write_to(tmp_path / "out") == (
        f"the submodule libs/inner is left empty: Git knows no commit '{commit}' here",
    )


def test_one_whose_folder_is_a_plain_one_is_not_taken_for_the_repository_around_it(
    outer: Checkout, tmp_path: Path
) -> None:
    clone = Checkout.clone(outer.top, tmp_path / "clone")
    assert Repository.find(clone.top).submodule("libs/inner") is None
    (clone.top / "libs/inner/.git").mkdir()
    assert Repository.find(clone.top).submodule("libs/inner") is None


def test_one_that_git_is_told_to_ignore_counts(outer: Checkout, tmp_path: Path) -> None:
    outer.git("config", "--file", ".gitmodules", "submodule.libs/inner.ignore", "all")
    commit = Checkout(outer.top / "libs/inner").commit({"inner.py": "2\n"})
    outer.git("update-index", "--cacheinfo", f"160000,{commit},libs/inner")
    repo = Repository.find(outer.top)
    assert repo.staged_paths() == ("libs/inner",)
    assert index_tree(repo).write_to(tmp_path / "out") == ()
    assert (tmp_path / "out/libs/inner/inner.py").read_text() == "2\n"


def test_the_superproject_s_index_is_not_theirs(outer: Checkout, tmp_path: Path) -> None:
    index = tmp_path.resolve() / "index"
    shutil.copy(outer.top / ".git" / "index", index)
    repo = Repository.find(outer.top, {**os.environ, "GIT_INDEX_FILE": str(index)})
    inner = repo.submodule("libs/inner")
    assert repo.index_file == index
    assert inner
    assert inner.index_file is None
