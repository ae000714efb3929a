"""The models' own database: a copy of the revisions' file, in which what the models describe is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.creations import creations
from alembic_proof.catalogs.snapshot import Statement
from alembic_proof.catalogs.sqlite.tokens import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Models, Snapshot


def build(wanted: Models, revisions: Snapshot) -> Iterator[Statement]:
    """For a copy of the revisions' database, whose content is `revisions`: drop what the models make, and make it."""
    for schema, name in wanted.made(snapshot.TABLE):
        table = revisions.find(snapshot.TABLE, schema, name)
        if table is not None and wanted.compares(schema, name):
            word = "VIEW" if table.aspects["kind"] == "view" else "TABLE"
            yield Statement(f"DROP {word} {identifier(name)}")
    yield from creations(wanted, revisions)


def may_fail(statement: Statement, message: str, code: str | None) -> bool:
    """Whether it makes something that the revisions made and that no model owns: a view, a trigger."""
    del code  # SQLite has one for all errors of this kind
    return statement.makes is None and statement.table is None and message.endswith("already exists")
