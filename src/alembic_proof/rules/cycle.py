"""Revisions that wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "cycle"
NEEDS: Needs = "history"
LENIENCE: Lenience = "none"
MEANING = "Revisions follow, or depend on, each other in a circle."
REASON = (
    "No order is left in which they can be applied: every Alembic command stops with `Cycle is detected "
    "in revisions`. It comes about when a `down_revision` is edited by hand, or a merge takes the wrong "
    "side of one."
)
MENDING = (
    "Find the revision of the circle that was written first and point its `down_revision` at the one that "
    "was there before. `git log -p` on the files shows which line changed last."
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "9c1b"

# migrations/versions/9c1b_add_birthday.py
revision = "9c1b"
down_revision = "3f2a"
"""
GOOD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = None

# migrations/versions/9c1b_add_birthday.py
revision = "9c1b"
down_revision = "3f2a"
"""

_MOST_SHOWN = 6


def find(facts: Facts) -> Iterator[Finding]:
    for circle in facts.graph.cycles:
        first = facts.graph.by_id[circle[0]]
        yield Finding(
            NAME,
            f"{with_file(first)} comes before itself: {_round(circle)}",
            "point the down_revision, or depends_on, of one of them at a revision that was there before it",
            environment=facts.environment.config,
            path=first.path,
            line=first.parents_line,
            revision=first.id,
            details={"revisions": list(circle)},
            identity={"object": " ".join(sorted(circle))},
        )


def _round(circle: tuple[str, ...]) -> str:
    if len(circle) <= _MOST_SHOWN:
        return " -> ".join((*circle, circle[0]))
    return f"{' -> '.join(circle[:_MOST_SHOWN])} -> ... -> {circle[0]} ({len(circle)} revisions)"
