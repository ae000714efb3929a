"""The line of a revision that lost something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alembic_proof.rows.touched import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alembic_proof.rows.contents import Loss

_REMOVING = re.compile(r"\b(?:DROP|DELETE|TRUNCATE|UPDATE|ALTER)\b", re.IGNORECASE)


def line_of(loss: Loss, statements: Sequence[Mapping[str, Any]]) -> int | None:
    """Of the statement that names what was lost, one that takes something away before all others."""
    best: tuple[int, int | None] = (0, None)
    for one in statements:
        spoken = set(words(one["sql"]))
        if loss.table[1] in spoken:
            named = sum(column in spoken for column in loss.columns)
            weight = 1 + 2 * bool(_REMOVING.match(one["sql"].strip())) + named
            best = max(best, (weight, one["line"]), key=lambda found: found[0])
    return best[1]
