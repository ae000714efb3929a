"""Drawings of small histories, and histories that Hypothesis makes up."""

from __future__ import annotations

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
