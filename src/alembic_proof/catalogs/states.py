"""A database at a moment, from the rows of its catalogs' queries, whoever ran them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs.snapshot import Entry, Place, Snapshot

if TYPE_CHECKING:
    from alembic_proof.catalogs.base import Catalog, Rows

State = dict[str, list[list[Any]]]  # the rows of each query


def read_state(catalog: Catalog, rows: Rows) -> State:
    """The rows of all queries that a snapshot takes; `rows` runs one."""
    state: State = {}

    def recorded(query: str) -> list[tuple[Any, ...]]:
        found = rows(query)
        state[query] = [[*row] for row in found]
        return found

    catalog.read(recorded)
    for query in catalog.BEYOND:
        recorded(query)
    return state


def snapshot(catalog: Catalog, state: State) -> Snapshot:
    """All that models can describe, and beyond that views, functions, triggers and the like."""
    read = catalog.read(lambda query: [tuple(row) for row in state[query]])
    beyond = (_entry(*row) for query in catalog.BEYOND for row in state[query])
    return Snapshot((*read.entries, *beyond))


def _entry(kind: str, schema: str | None, table: str | None, name: str, definition: str | None) -> Entry:
    return Entry(kind, Place(schema, table), name, {"definition": definition})
