"""The statements that make and drop databases, over a connection in autocommit."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from psycopg2.extensions import connection as Connection  # noqa: N812


_GONE_SECONDS = 5.0
_LEAVING_SECONDS = 0.05
_POLL_SECONDS = 0.002


def execute(connection: Connection, text: str, *names: str) -> None:
    """Run a statement, with identifiers, never values, in the place of each `{}`."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def column(connection: Connection, query: str, *values: object) -> list[Any]:
    """The first column of what a query returns."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def drop_database(connection: Connection, name: str) -> None:
    """Drop it, whoever is connected to it."""
    end_sessions(connection, name)
    force = " WITH (FORCE)" if connection.info.server_version >= 130000 else ""
    execute(connection, f"DROP DATABASE IF EXISTS {{}}{force}", name)


def end_sessions(connection: Connection, name: str) -> None:
    """End the connections to a database and wait: the server itself looks only ten times a second."""
    ending = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = %s AND backend_type = 'client backend' AND pg_has_role(usesysid, 'MEMBER')"""
    deadline = time.monotonic() + _GONE_SECONDS
    while column(connection, ending, name) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def is_idle(connection: Connection, name: str) -> bool:
    """Whether nobody is connected to a database; a client is gone before the server's process for it is."""
    connected = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    deadline = time.monotonic() + _LEAVING_SECONDS
    while column(connection, connected, name):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def drop_roles(connection: Connection, kept: Collection[str]) -> None:
    """Drop every role but these and PostgreSQL's own, with what it holds in the cluster at large."""
    found = column(connection, r"SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\_%%'")
    gone = [name for name in found if name not in kept]
    if gone:
        listed = ", ".join("{}" for _ in gone)
        execute(connection, f"DROP OWNED BY {listed} CASCADE", *gone)
        execute(connection, f"DROP ROLE {listed}", *gone)


def reset_cluster(connection: Connection, kept: Collection[str], kept_roles: Collection[str]) -> None:
    """Leave nothing of what a run did, its databases, its roles, its settings, but what is to be kept."""
    for name in column(
        connection, "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
    ):
        if name not in kept:
            drop_database(connection, name)
    drop_roles(connection, kept_roles)
    for role in kept_roles:
        execute(connection, "ALTER ROLE {} RESET ALL", role)
    execute(connection, "ALTER ROLE ALL RESET ALL")
    execute(connection, "ALTER DATABASE postgres RESET ALL")
    execute(connection, "ALTER SYSTEM RESET ALL")


@contextmanager
def told(server: str) -> Iterator[None]:
    """Turn psycopg2's errors into ours."""
    try:
        yield
    except psycopg2.Error as error:
        raise DatabaseError(
            f"{server}: {first_line(error)}",
            "see the server's log, or choose another with --database URL (ALEMBIC_PROOF_DATABASE)",
        ) from error


def first_line(error: psycopg2.Error) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
