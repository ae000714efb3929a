"""Pairs that collide: what classes say of them against judging every pair by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.commands.watching import collisions
from alembic_proof.commands.watching.collisions import find_collisions
from alembic_proof.commands.watching.histories import Delta, Project
from alembic_proof.commands.watching.merges import Base, Judgement, judge_history
from alembic_proof.history.revision_file import Revision, Unreadable
from alembic_proof.settings import Settings
from support.histories import ENVIRONMENT, path_of, revision

if TYPE_CHECKING:
    import pytest

    from alembic_proof.history.parsed import Parsed


@dataclass
class Files:
    """Parsed files, by their blobs, as `Blobs` has them."""

    known: dict[tuple[str, str], Parsed] = field(default_factory=dict)

    def parsed(self, blob: tuple[str, str]) -> Parsed:
        return self.known[blob]

    def add(self, file: Revision | Unreadable) -> tuple[str, str]:
        blob = (file.path, str(hash(file)))
        self.known[blob] = file
        return blob


def base_of(*revisions: Revision) -> Base:
    files = Files()
    history = dict(files.add(one) for one in revisions)
    project = Project(None, Settings(), (ENVIRONMENT,))  # type: ignore[arg-type]
    project.__dict__["files"] = {ENVIRONMENT: history}
    blobs: Any = files
    return Base("0" * 40, project, blobs, judge_history(blobs, project, ENVIRONMENT, history, Delta()))


def judged(base: Base, *revisions: Revision | Unreadable, gone: tuple[str, ...] = ()) -> Judgement:
    """A pull request that adds these, in place of those at the same paths."""
    blobs: Any = base.blobs
    come = tuple(blobs.add(one) for one in revisions)
    delta = Delta(frozenset({path for path, _ in come} | set(gone)), come)
    findings = base.judge(ENVIRONMENT, delta)
    return Judgement(touches=True, changes=True, findings=findings, deltas={ENVIRONMENT: delta})


def pairs(base: Base, *judgements: Judgement) -> list[tuple[int, int]]:
    found, complete = find_collisions(base, judgements)
    assert complete
    return [one.places for one in found]


def test_two_on_one_parent_collide_and_one_that_fails_by_itself_is_left_out() -> None:
    base = base_of(revision("a1"), revision("a2", "a1"))
    red = judged(base, revision("c1", "a1"))
    assert pairs(base, judged(base, revision("b1", "a2")), red, judged(base, revision("b2", "a2"))) == [
        (0, 2)
    ]


def test_branches_with_labels_of_their_own_do_not() -> None:
    base = base_of(revision("a1"))
    one = judged(base, revision("b1", "a1", labels=("plants",)))
    other = judged(base, revision("b2", "a1", labels=("tools",)))
    same = judged(base, revision("b3", "a1", labels=("tools",)))
    assert pairs(base, one, other) == []
    assert pairs(base, one, other, same) == [(1, 2)]


def test_one_that_contains_the_other_does_not() -> None:
    base = base_of(revision("a1"))
    below = judged(base, revision("b1", "a1"))
    above = judged(base, revision("b1", "a1"), revision("b2", "b1"))
    assert pairs(base, below, above) == []


def test_one_id_in_two_files_does() -> None:
    base = base_of(revision("a1", labels=("old",)))
    one = judged(base, revision("b1", "a1", path="migrations/versions/one.py"))
    other = judged(base, revision("b1", "a1", path="migrations/versions/two.py"))
    assert pairs(base, one, other) == [(0, 1)]


def test_a_change_that_leaves_the_history_as_it_is_collides_with_nobody() -> None:
    base = base_of(revision("a1"), revision("a2", "a1"))
    words = judged(base, revision("a2", "a1", message="other words"))
    assert pairs(base, words, judged(base, revision("b1", "a2")), words) == []


def test_taking_a_revision_away_collides_with_following_it() -> None:
    base = base_of(revision("a1"), revision("a2", "a1"))
    gone = judged(base, gone=(path_of("a2"),))
    assert pairs(base, gone, judged(base, revision("b1", "a2"))) == [(0, 1)]


def test_hundreds_of_one_kind_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_of(revision("a1"))
    many = [judged(base, revision(f"b{number}", "a1")) for number in range(100)]
    monkeypatch.setattr(collisions, "MOST_JUDGED", 1)
    assert len(pairs(base, *many)) == 4_950


def test_too_many_kinds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_of(revision("a1"))
    many = [judged(base, revision(f"b{number}", "a1", labels=(f"l{number}",))) for number in range(4)]
    monkeypatch.setattr(collisions, "MOST_JUDGED", 2)
    assert find_collisions(base, many) == ((), False)


BASE = (
    revision("a1"),
    revision("a2", "a1", labels=("red",)),
    revision("a3", "a1", labels=("blue",)),
    revision("a4", "a3"),
)
TIPS = st.sampled_from(["a2", "a4", "a4", "a1"])


@st.composite
def changes(draw: st.DrawFn) -> tuple[tuple[Revision | Unreadable, ...], tuple[str, ...]]:
    """Mostly what a pull request is: a revision or two on one of the heads; sometimes something else."""
    parent = draw(TIPS)
    files: list[Revision | Unreadable] = []
    for number in range(draw(st.integers(1, 2))):
        labels = draw(st.sampled_from([(), (), ("green",), ("yellow",), ("red",)]))
        depends = draw(st.sampled_from([(), (), ("a2",), ("n0",)])) if number else ()
        files.append(revision(f"n{number}", parent, labels=labels, depends_on=depends))
        parent = draw(st.sampled_from([f"n{number}", parent]))
    odd = draw(st.integers(0, 9))
    if odd == 0:
        files = [revision("n0", "a2", "a4")]
    elif odd == 1:
        files = [Unreadable(path_of("n0"), 1, "nonsense", "mend it")]
    elif odd == 2:
        files = [revision("a4", draw(TIPS)), *files]
    return tuple(files), (path_of("a4"),) if odd == 3 else ()


@given(st.lists(changes(), min_size=4, max_size=8))
def test_classes_say_what_judging_every_pair_says(
    several: list[tuple[tuple[Revision | Unreadable, ...], tuple[str, ...]]],
) -> None:
    base = base_of(*BASE)
    # Own ids are told apart, so that pairs are of one kind and not of one id.
    judgements = [judged(base, *files, gone=gone) for files, gone in map(_renamed, enumerate(several))]
    green = [
        place
        for place, one in enumerate(judgements)
        if not one.fails and (one.deltas[ENVIRONMENT].come or one.deltas[ENVIRONMENT].gone)
    ]
    expected = [
        (one, other)
        for one, other in combinations(green, 2)
        if any(
            finding.is_error
            for finding in base.judge(
                ENVIRONMENT, judgements[one].deltas[ENVIRONMENT] | judgements[other].deltas[ENVIRONMENT]
            )
        )
    ]
    assert pairs(base, *judgements) == expected


def _renamed(
    numbered: tuple[int, tuple[tuple[Revision | Unreadable, ...], tuple[str, ...]]],
) -> tuple[tuple[Revision | Unreadable, ...], tuple[str, ...]]:
    number, (files, gone) = numbered
    if number % 3 == 0:
        return files, gone

    def own(name: str) -> str:
        return f"{name}x{number}" if name.startswith("n") else name

    renamed: list[Revision | Unreadable] = []
    for file in files:
        if isinstance(file, Unreadable):
            renamed.append(file)
            continue
        parents = tuple(map(own, file.parents))
        depends = tuple(map(own, file.depends_on))
        renamed.append(revision(own(file.id), *parents, labels=file.labels, depends_on=depends))
    return tuple(renamed), gone
