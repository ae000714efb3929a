"""A revision's upgrade as Alembic runs it on PostgreSQL, watched as the probe watches it."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from alembic_proof.databases import Databases
from alembic_proof_probe.locks import Locks
from alembic_proof_probe.statements import watching
from support.once import proof_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = """
CREATE TABLE account (id bigint PRIMARY KEY, name text);
CREATE TABLE "order" (id integer PRIMARY KEY, account_id bigint);
"""
HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n"  # five lines


@contextmanager
def server() -> Iterator[sa.Engine]:
    with Databases("embedded", proof_cache()) as databases:
        engine = sa.create_engine(databases.create("postgresql").url("psycopg2"))
        yield engine
        engine.dispose()


@contextmanager
def fresh(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to nothing but the schema."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {SCHEMA}")
        connection.commit()
        yield connection


def watched(
    connection: sa.Connection, file: Path, upgrade: str, *, locks: bool = True
) -> list[dict[str, Any]]:
    """What is told of a revision whose upgrade begins on line 6."""
    return ran(connection, file, HEAD + textwrap.indent(upgrade, "    "), locks=locks)


def ran(connection: sa.Connection, file: Path, source: str, *, locks: bool = True) -> list[dict[str, Any]]:
    """What is told of a revision's file."""
    file.write_text(source)
    loader = SourceFileLoader("revision", str(file))
    spec = spec_from_loader("revision", loader)
    assert spec is not None
    revision = module_from_spec(spec)
    loader.exec_module(revision)
    context = MigrationContext.configure(connection)
    with context.begin_transaction(_per_migration=False), Operations.context(context):
        look = Locks(connection) if locks else None
        with watching(connection, str(file), look) as statements:
            revision.upgrade()
    return statements
