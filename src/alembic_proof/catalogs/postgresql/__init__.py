"""PostgreSQL: its catalogs read, the models' database built, and the statements that mend a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs.operations import executed
from alembic_proof.catalogs.postgresql import queries, spelling
from alembic_proof.catalogs.postgresql.building import build, may_fail
from alembic_proof.catalogs.postgresql.mending import statements
from alembic_proof.catalogs.postgresql.mending.columns import beyond_alembic
from alembic_proof.catalogs.postgresql.quoting import literal
from alembic_proof.catalogs.postgresql.reading import read, read_tables
from alembic_proof.catalogs.snapshot import CHECK, DOMAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

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

ON_A_COPY = True
UNDOES_DDL = True
FIXED_QUERIES = True
BEYOND = (queries.BEYOND, queries.VIEWS, queries.TRIGGERS, queries.POLICIES, queries.RULES)
OF_TABLES = queries.OF_TABLES
_LOCK_SECONDS = 2
OWN_SCHEMA = "SELECT current_schema()"


def prepare(settings: Mapping[str, str]) -> tuple[str, ...]:
    path = literal(settings["search_path"])
    waiting = f"SET lock_timeout = '{_LOCK_SECONDS}s'"  # env.py's own sessions may still hold a table
    return ("SET synchronous_commit = off", waiting, f"SELECT set_config('search_path', {path}, false)")


def mend(change: Change, sides: Sides) -> tuple[str, ...]:
    return tuple(map(executed, statements(change, sides)))


def mended(change: Change, sides: Sides, operations: tuple[str, ...]) -> Snapshot:
    del operations
    after = sides.revisions.changed(change)
    return after.with_parts_of(CHECK, change.entry, sides.models) if change.kind == DOMAIN else after
