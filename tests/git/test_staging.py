"""Files go to the index as they lie in the working tree, and nothing else does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, stage
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout.create(tmp_path / "project", {"a.py": "1", "b.py": "1", "inside/c.py": "1"})
    made.write({"a.py": "2", "b.py": "2", "inside/c.py": "2", "new [x].py": "1", "new x.py": "1"})
    return made


def staged(checkout: Checkout) -> list[str]:
    return checkout.git("diff", "--cached", "--name-only", "-z").split("\0")[:-1]


def test_these_files_and_no_others_whatever_characters_are_in_their_names(checkout: Checkout) -> None:
    stage(Repository.find(checkout.top / "inside"), ("a.py", "new [x].py"))
    assert staged(checkout) == ["a.py", "new [x].py"]
    assert checkout.git("show", ":a.py") == "2"
    checkout.git("fsck", "--strict")


def test_nothing_to_stage_is_nothing_done(checkout: Checkout) -> None:
    before = checkout.state()
    stage(Repository.find(checkout.top), ())
    assert checkout.state() == before


def test_the_index_of_a_commit_that_is_being_made_where_git_names_one(checkout: Checkout) -> None:
    checkout.git("read-tree", "HEAD", env={"GIT_INDEX_FILE": ".git/next-index"})
    repository = Repository.find(checkout.top, {**os.environ, "GIT_INDEX_FILE": ".git/next-index"})
    stage(repository, ("b.py",))
    assert staged(checkout) == []
    assert checkout.git("show", ":b.py", env={"GIT_INDEX_FILE": ".git/next-index"}) == "2"


@pytest.mark.parametrize("setting", ["core.splitIndex", "core.untrackedCache"])
def test_an_index_of_another_kind_stays_one(checkout: Checkout, setting: str) -> None:
    checkout.git("config", setting, "true")
    checkout.git("update-index", "--refresh", "-q", ok=(0, 1))
    stage(Repository.find(checkout.top), ("a.py",))
    assert staged(checkout) == ["a.py"]
    shared = list((checkout.top / ".git").glob("sharedindex.*"))
    assert bool(shared) == (setting == "core.splitIndex")


def test_an_index_that_somebody_else_writes_to_stays_as_it_is(checkout: Checkout) -> None:
    (checkout.top / ".git/index.lock").touch()
    before = checkout.state()
    with pytest.raises(GitError) as caught:
        stage(Repository.find(checkout.top), ("a.py",))
    assert caught.value.message.startswith("git add failed: fatal: Unable to create")
    assert caught.value.hint == f"see it again with: git -C {checkout.top} add -- ':(top,literal)a.py'"
    assert checkout.state() == before


def test_a_file_that_is_gone_is_an_error(checkout: Checkout) -> None:
    with pytest.raises(GitError) as caught:
        stage(Repository.find(checkout.top), ("a.py", "lost.py"))
    assert "lost.py" in caught.value.message
    assert staged(checkout) == []
