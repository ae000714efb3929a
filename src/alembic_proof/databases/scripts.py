"""Whole SQL files, run on a throwaway database: the schema that a history starts on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from alembic_proof.databases.sessions import postgresql_place
from alembic_proof.errors import UsageError

if TYPE_CHECKING:
    from alembic_proof.databases.base import Database


def run_script(database: Database, script: str) -> None:
    """Run every statement of `script` and commit. Raises `UsageError` with what the database said."""
    run = {"postgresql": _on_postgresql, "mysql": _on_mysql, "sqlite": _on_sqlite}[database.dialect]
    error = run(database, script)
    if error:
        raise UsageError(
            f"the starting schema does not apply: {error.splitlines()[0]}", "mend starting-schema's file"
        )


def without_client_commands(script: str) -> str:
    r"""The script without psql's own lines: `pg_dump` writes `\restrict` and the like around its SQL."""
    return "\n".join(line for line in script.splitlines() if not line.startswith("\\"))


def _on_postgresql(database: Database, script: str) -> str | None:
    import psycopg2

    from alembic_proof.databases.postgres.connecting import connect

    with closing(connect(dbname=database.name, **postgresql_place(database))) as connection:
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(without_client_commands(script))
        except psycopg2.Error as error:
            return str(error)
    return None


def _on_mysql(database: Database, script: str) -> str | None:
    import pymysql
    from pymysql.constants import CLIENT

    on_socket = database.host.startswith("/")
    connection = pymysql.connect(
        host=None if on_socket else database.host or "localhost",
        unix_socket=database.host if on_socket else None,
        port=database.port or 3306,
        user=database.user,
        password=database.password,
        database=database.name,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )
    with closing(connection), connection.cursor() as cursor:
        try:
            cursor.execute(script)
            while cursor.nextset():
                pass
            connection.commit()
        except pymysql.Error as error:
            return str(error)
    return None


def _on_sqlite(database: Database, script: str) -> str | None:
    with closing(sqlite3.connect(str(database.path))) as connection:
        try:
            connection.executescript(script)
        except sqlite3.Error as error:
            return str(error)
    return None
