"""What commits say in their trailers, read by Git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, trailer_values
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout.create(tmp_path / "project", {"a": "1"})
    made.branch("change")
    return made


def values(checkout: Checkout, *tips: str, base: str = "main") -> tuple[str, ...]:
    return trailer_values(Repository.find(checkout.top), "Rewrite-History", base, tips or ("HEAD",))


def test_of_all_commits_since_the_base_the_newest_first(checkout: Checkout) -> None:
    checkout.commit({"a": "2"}, "One\n\nRewrite-History: squashed up to b1\nSigned-off-by: x")
    checkout.commit({"a": "3"}, "Two")
    checkout.commit(
        {"a": "4"}, "Three\n\nBody\n\nrewrite-history: lost\n in a fire\nRewrite-History: again: %s"
    )
    assert values(checkout) == ("lost in a fire", "again: %s", "squashed up to b1")
    assert values(checkout, base="HEAD~2") == ("lost in a fire", "again: %s")
    assert values(checkout, base="HEAD") == ()


def test_what_is_no_trailer_or_says_nothing_does_not_count(checkout: Checkout) -> None:
    checkout.commit({"a": "2"}, "Rewrite-History: in the title\n\nRewrite-History: in the text.\n\nThe end.")
    checkout.commit({"a": "3"}, "Empty\n\nRewrite-History:\nRewrite-History:  ")
    assert values(checkout) == ()


def test_what_was_merged_in_counts_and_the_base_does_not(checkout: Checkout) -> None:
    checkout.commit({"b": ""}, "Change\n\nRewrite-History: ours")
    checkout.switch("main")
    checkout.commit({"c": ""}, "Main\n\nRewrite-History: theirs")
    assert values(checkout, "change", "main") == ("ours",)
    assert sorted(values(checkout, "change", "main", base="main~1")) == ["ours", "theirs"]


def test_before_the_first_commit(tmp_path: Path) -> None:
    repository = Repository.find(Checkout.create(tmp_path / "empty").top)
    assert trailer_values(repository, "Rewrite-History", "main", ()) == ()


def test_a_commit_that_is_not_here(checkout: Checkout) -> None:
    with pytest.raises(GitError):
        values(checkout, base="0" * 40)
