"""The line of a revision that lost something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alembic_proof.rows.touched import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alembic_proof.rows.contents import Loss
    from alembic_proof.rows.tables import Name, Table

_REMOVING = re.compile(r"(?:DROP|DELETE|TRUNCATE|UPDATE|ALTER)\b", re.IGNORECASE)


def line_of(
    loss: Loss,
    statements: Sequence[Mapping[str, Any]],
    tables: Mapping[Name, Table],
    tops: Mapping[Name, Name],
) -> int | None:
    """Of the statement that names what was lost, one that takes something away before all others.

    Where none names its table: of one that takes something from a partition of it (`tops` says of each what it is a
    part of), or from a table that it refers to, as ON DELETE CASCADE hands down.
    """
    line = _best(loss, {loss.table[1]}, statements)
    if line is not None:
        return line
    removing = [one for one in statements if _removes(one)]
    for names in ({name[1] for name, top in tops.items() if top == loss.table}, *_above(loss.table, tables)):
        line = _best(loss, names, removing)
        if line is not None:
            return line
    return None


def _best(loss: Loss, names: Collection[str], statements: Sequence[Mapping[str, Any]]) -> int | None:
    best: tuple[int, int | None] = (0, None)
    for one in statements:
        spoken = set(words(one["sql"]))
        if spoken.intersection(names):
            named = sum(column in spoken for column in loss.columns)
            best = max(best, (1 + 2 * _removes(one) + named, one["line"]), key=lambda found: found[0])
    return best[1]


def _removes(statement: Mapping[str, Any]) -> bool:
    return _REMOVING.match(statement["sql"].strip()) is not None


def _above(table: Name, tables: Mapping[Name, Table]) -> Iterator[set[str]]:
    """The names of the tables that it refers to, then of those that these refer to, and so on."""
    known, last = {table}, {table}
    while last:
        last = {one.table for name in last if name in tables for one in tables[name].references} - known
        known |= last
        if last:
            yield {name[1] for name in last}
