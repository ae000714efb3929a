from __future__ import annotations

import pytest

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.overlay import change, name_of, overlaid
from alembic_proof.history.revision_file import Unreadable
from support.histories import revision

A, B, C = revision("a"), revision("b", "a"), revision("c", "b")
MAIN = RevisionGraph.build([A, B])


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("refs/pull/12/head", "#12"),
        ("refs/pull/12/merge", "#12"),
        ("pull/12/head", "#12"),
        ("refs/merge-requests/7/head", "!7"),
        ("refs/heads/feature/x", "feature/x"),
        ("refs/remotes/origin/x", "origin/x"),
        ("feature", "feature"),
        ("refs/pull/x/head", "refs/pull/x/head"),
    ],
)
def test_a_ref_is_called_as_people_call_it(ref: str, name: str) -> None:
    assert name_of(ref) == name


def test_a_branch_that_changes_nothing_changes_nothing() -> None:
    assert overlaid(MAIN, [change("x", MAIN, MAIN)]).graph == MAIN


def test_what_a_branch_adds_is_told_by_its_name() -> None:
    history = overlaid(MAIN, [change("x", MAIN, RevisionGraph.build([A, B, C]))])
    assert history.graph.heads == ("c",)
    assert (history.added_by, history.altered_by) == ({"c": ("x",)}, {})


def test_what_two_branches_add_is_told_of_both() -> None:
    more = RevisionGraph.build([A, B, C, revision("d", "c")])
    history = overlaid(MAIN, [change("x", MAIN, RevisionGraph.build([A, B, C])), change("y", MAIN, more)])
    assert history.added_by == {"c": ("x", "y"), "d": ("y",)}
    assert [one.id for one in history.graph.revisions] == ["a", "b", "c", "d"]


def test_two_branches_may_add_two_revisions_at_one_path() -> None:
    paths = [revision("c", "b", path="v/next.py"), revision("d", "b", path="v/next.py")]
    changes = [
        change(name, MAIN, RevisionGraph.build([A, B, one])) for name, one in zip("xy", paths, strict=True)
    ]
    assert overlaid(MAIN, changes).graph.heads == ("c", "d")


def test_a_new_parent_alters_a_revision() -> None:
    fork = RevisionGraph.build([A, B, revision("c", "a")])
    history = overlaid(fork, [change("x", fork, RevisionGraph.build([A, B, C]))])
    assert history.graph.heads == ("c",)
    assert (history.added_by, history.altered_by) == ({}, {"c": ("x",)})


def test_a_file_that_moves_is_no_new_revision() -> None:
    moved = revision("b", "a", path="elsewhere/b.py", message="moved")
    history = overlaid(MAIN, [change("x", MAIN, RevisionGraph.build([A, moved]))])
    assert history.graph.revisions == (A, moved)
    assert (history.added_by, history.altered_by, history.notes) == ({}, {}, ())


def test_a_branch_that_removes_a_revision_says_so() -> None:
    history = overlaid(MAIN, [change("x", MAIN, RevisionGraph.build([A]))])
    assert (history.graph.revisions, history.notes) == ((A,), ("x removes b",))


def test_an_unreadable_file_comes_along() -> None:
    bad = Unreadable("v/bad.py", 1, "syntax error", "mend it")
    assert overlaid(MAIN, [change("x", MAIN, RevisionGraph.build([A, B, bad]))]).graph.unreadable == (bad,)
