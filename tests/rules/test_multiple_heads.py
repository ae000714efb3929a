from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.facts import BaseHistory, Coming
from alembic_proof.findings import Finding
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.rules import multiple_heads
from support.histories import facts_of, path_of, revision

if TYPE_CHECKING:
    from alembic_proof.facts import Facts
    from alembic_proof.history.revision_file import Revision

FORK = (revision("a"), revision("b", "a"), revision("c", "a"))


def messages(facts: Facts) -> list[str]:
    return [finding.message for finding in multiple_heads.find(facts)]


def test_a_fork() -> None:
    assert list(multiple_heads.find(facts_of(FORK))) == [
        Finding(
            rule="multiple-heads",
            message="2 heads: b (migrations/versions/b.py) and c (migrations/versions/c.py) both follow a",
            hint="run `alembic-proof fix --merge --stage`, which joins them, or, if no shared database has run c, "
            "`alembic-proof fix --base BRANCH --stage` with the branch that has b, to put it on top",
            environment="alembic.ini",
            path=path_of("c"),
            line=4,
            revision="c",
            details={
                "heads": [
                    {"revision": "b", "path": path_of("b"), "parents": ["a"]},
                    {"revision": "c", "path": path_of("c"), "parents": ["a"]},
                ],
                "shared_parent": "a",
                "graph": [
                    {"revision": "a", "path": path_of("a"), "parents": [], "head": False},
                    {"revision": "b", "path": path_of("b"), "parents": ["a"], "head": True},
                    {"revision": "c", "path": path_of("c"), "parents": ["a"], "head": True},
                ],
            },
            identity={"object": "2 heads after a"},
        )
    ]


@pytest.mark.parametrize(
    ("revisions", "relation"),
    [
        ((*FORK, revision("d", "c")), "2 heads: {b} and {d} both descend from a"),
        ((*FORK, revision("d", "a")), "3 heads: {b}, {c} and {d} all follow a"),
        ((*FORK, revision("d", "a"), revision("e", "d")), "3 heads: {b}, {c} and {e} all descend from a"),
        ((revision("a"), revision("b")), "2 heads: {a} and {b} have no revision in common"),
        ((revision("b", "gone"), revision("c", "gone")), "2 heads: {b} and {c} both follow gone"),
    ],
)
def test_how_the_heads_are_related(revisions: tuple[Revision, ...], relation: str) -> None:
    names = {one.id: f"{one.id} ({one.path})" for one in revisions}
    assert messages(facts_of(revisions)) == [relation.format(**names)]


@pytest.mark.parametrize(
    "revisions",
    [
        (),
        FORK[:2],
        (*FORK, revision("m", "b", "c")),
        (revision("a"), revision("b", "a", labels=("x",)), revision("c", "a")),
        (revision("a"), revision("b", "a", labels=("x",)), revision("c", "a", labels=("y",))),
        (revision("a"), revision("b", "a", labels_known=False), revision("c", "a", labels_known=False)),
        (revision("a", labels=("x",)), revision("b", labels=("y",), depends_on=("a",))),
    ],
    ids=["nothing", "one", "merged", "one-label", "two-labels", "unknown-labels", "bases"],
)
def test_heads_that_are_meant_by_the_history(revisions: tuple[Revision, ...]) -> None:
    assert messages(facts_of(revisions)) == []


def test_a_label_that_both_heads_have_tells_nothing() -> None:
    revisions = (revision("a", labels=("x",)), *FORK[1:])
    assert len(messages(facts_of(revisions))) == 1


def test_each_labelled_branch_is_judged_by_itself() -> None:
    revisions = (
        revision("a"),
        revision("x1", "a", labels=("x",)),
        revision("x2", "x1"),
        revision("x3", "x1"),
        revision("y1", "a", labels=("y",)),
        revision("y2", "y1"),
        revision("y3", "y1"),
    )
    assert [finding.details["shared_parent"] for finding in multiple_heads.find(facts_of(revisions))] == [
        "x1",
        "y1",
    ]


def test_a_head_behind_a_missing_revision_may_follow_the_other() -> None:
    assert messages(facts_of((revision("a"), revision("b", "a"), revision("d", "c")))) == []
    assert len(messages(facts_of((*FORK, revision("e", "d"))))) == 1


THREE = (*FORK, revision("d", "a", labels=("x",)))


@pytest.mark.parametrize(
    ("meant", "groups"),
    [
        (None, [["b", "c"]]),
        (1, [["b", "c"]]),
        (2, [["b", "c"]]),
        (3, []),
        (("b", "c", "d"), []),
        (("b", "c", "x"), []),
        (("b", "x"), [["b", "c"]]),
        (("x",), [["b", "c"]]),
        (("a",), [["b", "c", "d"]]),
        (("nothing",), [["b", "c", "d"]]),
    ],
)
def test_heads_that_the_settings_mean(meant: int | tuple[str, ...] | None, groups: list[list[str]]) -> None:
    found = multiple_heads.find(facts_of(THREE, meant_heads=meant))
    assert [[head["revision"] for head in finding.details["heads"]] for finding in found] == groups  # type: ignore[attr-defined, index]


def test_a_number_counts_even_where_labels_tell_the_heads_apart() -> None:
    revisions = (revision("a"), revision("b", "a", labels=("x",)), revision("c", "a", labels=("y",)))
    assert len(messages(facts_of(revisions, meant_heads=1))) == 1
    assert messages(facts_of(revisions, meant_heads=2)) == []


def test_a_name_in_the_settings_stands_for_one_line_of_revisions() -> None:
    longer = (*FORK, revision("b2", "b"), revision("c2", "c"))
    assert messages(facts_of(longer, meant_heads=("b", "c"))) == []
    assert len(messages(facts_of((*longer, revision("b3", "b")), meant_heads=("b", "c")))) == 1


def test_a_single_stranger_is_shown_with_the_head_that_it_is_kin_to() -> None:
    revisions = (revision("z"), *FORK)
    (message,) = messages(facts_of(revisions, meant_heads=("z", "b")))
    assert message == "2 heads: b (migrations/versions/b.py) and c (migrations/versions/c.py) both follow a"


def test_where_the_base_is_known_one_command_does_what_has_to_be_done() -> None:
    base = BaseHistory("origin/main", "1a2b3c4", RevisionGraph.build(FORK[:2]))
    (finding,) = multiple_heads.find(facts_of(FORK, base=base))
    assert finding.hint == "run `alembic-proof fix --base origin/main --stage`"


def test_of_a_merge_that_has_not_happened_the_base_is_merged_first() -> None:
    (finding,) = multiple_heads.find(
        facts_of(FORK, coming=Coming("a main", "git merge --no-commit 'a main'"))
    )
    assert finding.hint == (
        "run `git merge --no-commit 'a main' && alembic-proof fix --base 'a main' --stage`"
    )
