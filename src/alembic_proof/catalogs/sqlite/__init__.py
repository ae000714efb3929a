"""SQLite: its PRAGMAs and stored DDL read, the models' database built, and the operations that mend a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs.snapshot import COLUMN, CONSTRAINTS
from alembic_proof.catalogs.sqlite import spelling
from alembic_proof.catalogs.sqlite.building import build, may_fail
from alembic_proof.catalogs.sqlite.mending import mend, mended
from alembic_proof.catalogs.sqlite.reading import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alembic_proof.catalogs.base import Rows
    from alembic_proof.catalogs.snapshot import Change, Snapshot

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

ON_A_COPY = True
UNDOES_DDL = False  # it could, and a copy of the file costs no more
OWN_SCHEMA = "SELECT 'main'"
FIXED_QUERIES = True
_BEYOND = r"""
SELECT CASE type WHEN 'view' THEN 'view definition' ELSE type END, NULL,
    CASE type WHEN 'trigger' THEN tbl_name END, name, sql
FROM sqlite_master WHERE type IN ('view', 'trigger')"""
BEYOND = (_BEYOND,)
OF_TABLES = None


def prepare(settings: Mapping[str, str]) -> tuple[str, ...]:
    del settings  # nothing of a session changes what a statement makes
    return ("PRAGMA synchronous = OFF",)


def read_tables(rows: Rows, names: Collection[str]) -> Snapshot:
    return read(rows).of_tables(names)


def beyond_alembic(change: Change, operations: Sequence[str]) -> str | None:
    if change.kind not in (COLUMN, *CONSTRAINTS):
        return None
    outside = (
        code for code in operations if not code.startswith(("with ", "op.add_column", "op.drop_column"))
    )
    return "SQLite alters in batch mode alone" if any(outside) else None
