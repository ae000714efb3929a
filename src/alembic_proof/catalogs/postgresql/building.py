"""The models' own database: a copy of the revisions', in which what the models describe is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.creations import creations
from alembic_proof.catalogs.postgresql.quoting import identifier, qualified
from alembic_proof.catalogs.snapshot import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Models, Snapshot

# SQLSTATEs of what is there already.
_DUPLICATES = ("42P06", "42P07", "42710", "42723")
_KINDS = {"foreign table", "view", "materialized view"}


def build(wanted: Models, revisions: Snapshot) -> Iterator[Statement]:
    """For a copy of the revisions' database, whose content is `revisions`: drop what the models make, and make it."""
    for sql in _drops(wanted, revisions):
        yield Statement(sql)
    for schema in dict.fromkeys(one.schema for one in wanted.statements):
        if schema is not None and revisions.find(snapshot.SCHEMA, None, schema) is None:
            yield Statement(f"CREATE SCHEMA {identifier(schema)}")
    yield from creations(wanted, revisions)


def may_fail(statement: Statement, message: str, code: str | None) -> bool:
    """Whether it makes something that the revisions made and that no model owns: an extension, a function."""
    del message
    return statement.makes is None and statement.table is None and code in _DUPLICATES


def _drops(wanted: Models, revisions: Snapshot) -> Iterator[str]:
    for schema, name in wanted.made(snapshot.TABLE):
        table = revisions.find(snapshot.TABLE, schema, name)
        if table is not None and wanted.compares(schema, name):
            kind = table.aspects["kind"]
            word = kind.upper() if kind in _KINDS else "TABLE"
            yield f"DROP {word} IF EXISTS {qualified(schema, name)} CASCADE"
    for kind, word in ((snapshot.SEQUENCE, "SEQUENCE"), (snapshot.DOMAIN, "DOMAIN"), (snapshot.ENUM, "TYPE")):
        for schema, name in wanted.made(kind):
            yield f"DROP {word} IF EXISTS {qualified(schema, name)} CASCADE"
