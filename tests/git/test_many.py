"""Many merges in one process, against those that Git makes one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, merge_tree
from alembic_proof.git.entries import Entry
from alembic_proof.git.fetching import borrowing
from alembic_proof.git.many import Change, differences, heads_touching, merge_many, trees_of
from alembic_proof.git.stored import list_tree
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fine branch, a conflicting one with names that are hard to read, and one that shares no history."""
    checkout = Checkout.create(tmp_path / "top", {"v/a": "1\n", "v/odd\n1 name": "1\n", "b": "1\n"})
    for name, files in {
        "fine": {"v/new": "1\n"},
        "odd": {"v/a": "2\n", "v/odd\n1 name": "2\n"},
        "far": {"b": "2\n"},
        "same": {},
    }.items():
        checkout.branch(name, "main")
        checkout.commit(files)
    checkout.git("switch", "--quiet", "--orphan", "alone")
    checkout.commit({"v/a": "9\n"})
    checkout.switch("main")
    checkout.commit({"v/a": "3\n", "v/odd\n1 name": "3\n"})
    return checkout


HEADS = ("fine", "odd", "far", "same", "fine")


def test_each_merge_is_what_git_makes_of_it_alone(checkout: Checkout) -> None:
    repo = Repository.find(checkout.top)
    with borrowing(repo) as ours:
        merged = merge_many(ours, checkout.head(), [checkout.head(name) for name in HEADS])
        for name, one in zip(HEADS, merged, strict=True):
            alone = merge_tree(repo, name, "main")
            assert one.conflicts == alone.conflicts, name
            kept = {entry for entry in list_tree(ours, one.tree) if entry.path not in one.conflicts}
            assert kept == {entry for entry in alone.entries if entry.path not in one.conflicts}
    assert merged[1].conflicts == ("v/a", "v/odd\n1 name")


def test_branches_without_a_common_ancestor_conflict_and_stop_nothing(checkout: Checkout) -> None:
    with borrowing(Repository.find(checkout.top)) as ours:
        alone, fine = merge_many(ours, checkout.head(), [checkout.head("alone"), checkout.head("fine")])
    assert alone.conflicts == ("v/a",)
    assert fine.conflicts == ()


def test_nothing_is_written_into_the_users_repository(checkout: Checkout) -> None:
    before = checkout.state()
    with borrowing(Repository.find(checkout.top)) as ours:
        merge_many(ours, checkout.head(), [checkout.head("odd")])
    assert checkout.state() == before


def test_differences_are_told_for_each_pair(checkout: Checkout) -> None:
    repo = Repository.find(checkout.top)
    main, fine, odd = trees_of(repo, ["main", "fine", "odd"])
    same, added, both = differences(repo, [(main, main), (odd, fine), (main, odd)])
    assert same == ()
    (new,) = (change for change in added if change.path == "v/new")
    assert new == Change(
        "v/new", None, Entry("v/new", "100644", repo.git("rev-parse", "fine:v/new").decode().strip())
    )
    assert [change.path for change in both] == ["v/a", "v/odd\n1 name"]
    assert differences(repo, []) == ()


def test_a_commit_that_is_not_here_is_named(checkout: Checkout) -> None:
    with pytest.raises(GitError) as refused:
        trees_of(Repository.find(checkout.top), ["1" * 40])
    assert refused.value.message == f"the repository lacks commit {'1' * 40}"


def test_only_heads_whose_own_commits_touch_the_folders_are_found(checkout: Checkout) -> None:
    heads = {checkout.head(name): name for name in ("fine", "odd", "far", "same")}
    found = heads_touching(Repository.find(checkout.top), checkout.head(), list(heads), ["v"])
    assert {heads[head] for head in found} == {"fine", "odd"}


def test_a_git_that_is_too_old_is_told_so(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Repository, "version", lambda _: (2, 34))
    with pytest.raises(GitError) as refused:
        merge_many(Repository.find(checkout.top), "main", ["fine"])
    assert (refused.value.message, refused.value.hint) == (
        "Git 2.34 cannot compute many merges in memory",
        "run it where Git is 2.39 or later, as on GitHub's own runners",
    )
