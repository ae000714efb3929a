"""The models' own database, from nothing: neither server can copy one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.creations import creations
from alembic_proof.catalogs.mysql.reading import DATABASE
from alembic_proof.catalogs.snapshot import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Entry, Models, Snapshot

# The numbers of errors that say that something is there already: a database, a table, a routine, a trigger.
_DUPLICATES = ("1007", "1050", "1304", "1359")


def build(wanted: Models, revisions: Snapshot) -> Iterator[Statement]:
    """For an empty database: what the revisions made and the models lean on, and what the models make.

    A schema is a database of its own here, and none but the throwaway one may be written to: tables of other
    schemas are left out.
    """
    for one in revisions.entries:
        if one.kind == DATABASE:
            charset, collation = one.aspects["charset"], one.aspects["collation"]
            yield Statement(f"ALTER DATABASE CHARACTER SET {charset} COLLATE {collation}")
    for one in revisions.entries:
        if _is_carried_over(one, wanted):
            yield Statement(one.sql)
    for statement in creations(wanted, revisions):
        if (statement.table[0] if statement.table else statement.schema) is None:
            yield statement


def _is_carried_over(one: Entry, wanted: Models) -> bool:
    """A table that env.py leaves out and others refer to, or a sequence that only revisions make."""
    if one.kind == snapshot.SEQUENCE:
        return (None, one.name) not in wanted.made(snapshot.SEQUENCE)
    is_table = one.kind == snapshot.TABLE and one.aspects["kind"] is None
    return (
        is_table and (None, one.name) in wanted.made(snapshot.TABLE) and not wanted.compares(None, one.name)
    )


def may_fail(statement: Statement, message: str, code: str | None) -> bool:
    """Whether it makes something that is there already and that no model owns."""
    del message
    return statement.makes is None and statement.table is None and code in _DUPLICATES
