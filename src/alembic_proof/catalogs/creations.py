"""Which of the models' statements are run where the revisions' tables stand already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Models, Snapshot, Statement


def creations(wanted: Models, revisions: Snapshot) -> Iterator[Statement]:
    """The models' statements, but for those of tables that stay: env.py leaves them out, and revisions made them."""
    made: set[tuple[str | None, ...]] = set()
    for statement in wanted.statements:
        key = (statement.makes, statement.schema, statement.name)
        if not (key in made and statement.makes in snapshot.OWN) and not _stays(statement, wanted, revisions):
            yield statement
        made.add(key)


def _stays(statement: Statement, wanted: Models, revisions: Snapshot) -> bool:
    table = statement.table
    if table is None or wanted.compares(*table):
        return False
    return revisions.find(snapshot.TABLE, *table) is not None
