"""MariaDB and MySQL: their catalogs read, the models' database built, and the SQL that mends a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs.mysql import spelling
from alembic_proof.catalogs.mysql.building import build, may_fail
from alembic_proof.catalogs.mysql.mending import mend
from alembic_proof.catalogs.mysql.quoting import literal
from alembic_proof.catalogs.mysql.reading import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alembic_proof.catalogs.base import Rows
    from alembic_proof.catalogs.snapshot import Change, Sides, Snapshot

__all__ = [
    "BEYOND",
    "FIXED_QUERIES",
    "OF_TABLES",
    "ON_A_COPY",
    "OWN_SCHEMA",
    "UNDOES_DDL",
    "beyond_alembic",
    "build",
    "may_fail",
    "mend",
    "mended",
    "prepare",
    "read",
    "read_tables",
    "spelling",
]

ON_A_COPY = False
UNDOES_DDL = False
OWN_SCHEMA = "SELECT database()"
FIXED_QUERIES = False
_BEYOND = """
SELECT 'view definition', NULL, NULL, table_name, view_definition FROM information_schema.views
WHERE table_schema = database()
UNION ALL
SELECT 'trigger', NULL, event_object_table, trigger_name,
    concat_ws(' ', action_timing, event_manipulation, action_statement)
FROM information_schema.triggers WHERE trigger_schema = database()
UNION ALL
SELECT lower(routine_type), NULL, NULL, routine_name, routine_definition FROM information_schema.routines
WHERE routine_schema = database()
UNION ALL
SELECT 'event', NULL, NULL, event_name, event_definition FROM information_schema.events
WHERE event_schema = database()"""
BEYOND = (_BEYOND,)
OF_TABLES = None


def prepare(settings: Mapping[str, str]) -> tuple[str, ...]:
    told = (f"SET SESSION {name} = {literal(value)}" for name, value in settings.items())
    return (
        *told,
        "SET SESSION foreign_key_checks = 0",
    )  # a table may refer to one that revisions made elsewhere


def read_tables(rows: Rows, names: Collection[str]) -> Snapshot:
    return read(rows).of_tables(names)


def mended(change: Change, sides: Sides, operations: tuple[str, ...]) -> Snapshot:
    del operations
    return sides.revisions.changed(change)


def beyond_alembic(change: Change, operations: Sequence[str]) -> None:
    del change, operations
