"""Drawings of small histories, and histories that Hypothesis makes up."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from alembic_proof.graphs.drawing import Drawing, draw
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.overlay import Overlaid, change, overlaid
from alembic_proof.rules import multiple_heads
from support.histories import facts_of, revision

if TYPE_CHECKING:
    from alembic_proof.history.revision_file import Revision, Unreadable

NASTY = "</script><!--<script>\"'`&#;%\\N\u2028\n[end] {{ --> \x00"


def drawing_of(
    *revisions: Revision | Unreadable, branches: dict[str, list[Revision]] | None = None
) -> Drawing:
    """The drawing of a history in which forks are found; `branches` are those that are not merged yet."""
    graph = RevisionGraph.build(revisions)
    changes = [
        change(name, graph, RevisionGraph.build((*revisions, *added)))
        for name, added in (branches or {}).items()
    ]
    history = overlaid(graph, changes)
    facts = facts_of((*history.graph.revisions, *history.graph.unreadable))
    return draw("alembic.ini", history, tuple(multiple_heads.find(facts)))


def line(length: int, prefix: str = "r") -> list[Revision]:
    """Revisions that follow each other, the first the base."""
    names = [f"{prefix}{number}" for number in range(length)]
    return [revision(name, *names[place - 1 : place]) for place, name in enumerate(names)] if names else []


FORK = drawing_of(
    revision("base", message="Customers"),
    revision("shared", "base", message="Orders"),
    branches={
        "#12": [revision("left", "shared", message="discounts")],
        "#14": [revision("right", "shared", message="loyalty")],
    },
)


@st.composite
def drawings(draw_: st.DrawFn) -> Drawing:
    """Any history: forks, merges, cycles, lost parents, dependencies."""
    names = [f"r{number}" for number in range(draw_(st.integers(0, 12)))]
    some = st.lists(st.sampled_from([*names, "lost"]), max_size=3, unique=True)
    revisions = [
        revision(name, *draw_(some), depends_on=tuple(draw_(some)), message=draw_(st.text(max_size=8)))
        for name in names
    ]
    return draw("alembic.ini", Overlaid(RevisionGraph.build(revisions)), ())


WORDS = (
    "Add|Drop|Rename|Index|Backfill|Split|Track|Require",
    "customer|order|invoice|payment|address|session|webhook|stock",
    "email|currency|status|token|price|locale|discount|nickname",
)


def thousand() -> Drawing:
    """1,000 revisions with branches that were merged and one that is meant, and three pull requests."""
    chance = random.Random(7)
    revisions = [_worded(chance)]
    while len(revisions) < 960:
        if chance.random() < 0.03:
            revisions += _merged_branch(chance, revisions[-1].id)
        else:
            revisions.append(_worded(chance, revisions[-1].id))
    head = revisions[-1].id
    other = [_worded(chance, labels=("reporting",))]
    while len(revisions) + len(other) < 996:
        other.append(_worded(chance, other[-1].id))
    other[12] = replace(other[12], depends_on=(revisions[-40].id,))
    revisions[0] = replace(revisions[0], labels=("core",))
    first = _worded(chance, head)
    branches = {
        "#1841": [_worded(chance, head, message="Add customer nickname")],
        "#1849": [first, _worded(chance, first.id)],
        "#1852": [_worded(chance, head)],
    }
    return drawing_of(*revisions, *other, branches=branches)


def _merged_branch(chance: random.Random, start: str) -> list[Revision]:
    ours, theirs = [_worded(chance, start)], [_worded(chance, start)]
    for _ in range(chance.randint(0, 4)):
        ours.append(_worded(chance, ours[-1].id))
        theirs.append(_worded(chance, theirs[-1].id))
    merge = _worded(chance, ours[-1].id, theirs[-1].id, message="Merge heads")
    return [*ours, *theirs, merge]


def _worded(
    chance: random.Random, *parents: str, message: str = "", labels: tuple[str, ...] = ()
) -> Revision:
    message = message or " ".join(chance.choice(words.split("|")) for words in WORDS)
    identifier = f"{chance.getrandbits(48):012x}"
    path = f"migrations/versions/{identifier}_{message.lower().replace(' ', '_')}.py"
    return revision(identifier, *parents, path=path, message=message, labels=labels)
