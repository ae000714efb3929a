"""The SQL that makes the revisions' side of a difference what the models say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql.mending.columns import column
from alembic_proof.catalogs.postgresql.mending.constraints import constraint, index
from alembic_proof.catalogs.postgresql.mending.tables import table
from alembic_proof.catalogs.postgresql.mending.types import domain, enum, schema, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic_proof.catalogs.snapshot import Change, Sides

_MENDERS: dict[str, Callable[[Change, Sides], Iterator[str]]] = {
    snapshot.SCHEMA: schema,
    snapshot.TABLE: table,
    snapshot.COLUMN: column,
    snapshot.INDEX: index,
    snapshot.SEQUENCE: sequence,
    snapshot.ENUM: enum,
    snapshot.DOMAIN: domain,
}


def statements(change: Change, sides: Sides) -> tuple[str, ...]:
    """In order. A line that starts with `#` says what a person has to see to, for rows are at stake."""
    return tuple(_MENDERS.get(change.kind, constraint)(change, sides))
