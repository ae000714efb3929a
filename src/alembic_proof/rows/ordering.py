"""Tables so that those that others refer to come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.rows.tables import Name, Reference, Table


def in_order(tables: Iterable[Table]) -> list[Table]:
    """Where tables refer to each other in a circle, it is broken at a key that may be NULL, or may wait."""
    left = {one.name: one for one in tables}
    ordered: list[Table] = []
    while left:
        name = next(
            (
                name
                for stubborn in (0, 1, 2)  # all keys, those that are not NULL, those that cannot wait
                for name, table in left.items()
                if not any(_waits(table, one, left) >= stubborn + 1 for one in table.references)
            ),
            next(iter(left)),
        )
        ordered.append(left.pop(name))
    return ordered


def _waits(table: Table, one: Reference, left: Mapping[Name, Table]) -> int:
    """How badly a table needs another one first: 0 not at all, 1 it can do with NULL, 2 it can wait, 3 it cannot."""
    if one.table == table.name or one.table not in left:
        return 0
    if is_optional(table, one):
        return 1
    return 2 if one.deferrable else 3


def is_optional(table: Table, one: Reference) -> bool:
    return any(table.by_name[name].nullable for name in one.columns if name in table.by_name)
