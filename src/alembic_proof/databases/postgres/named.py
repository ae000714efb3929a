"""Databases on a PostgreSQL server that the user named, where others have theirs too."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg2

from alembic_proof.databases.base import OUR_NAME, Database, fresh_name
from alembic_proof.databases.postgres import sql
from alembic_proof.databases.postgres.connecting import connect
from alembic_proof.databases.server_url import OPTION
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

    from alembic_proof.databases.server_url import ServerURL

_DEFAULT_DATABASE = "postgres"
_KEY_BITS = 64
_POLL_SECONDS = 0.1
# DROP DATABASE would wait seconds for those that are connected.
_UNUSED_NAMES = """
    SELECT datname FROM pg_database d WHERE datname LIKE 'alembic%%'
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
"""
_HELD_KEYS = """
    SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
"""


class NamedServer:
    """Every database is guarded by an advisory lock from before it is made until it is gone.

    One whose lock nobody holds was left by a run that was killed, and is dropped. No role is ever made or
    dropped here. `seconds` limits how long connecting may take.
    """

    def __init__(self, url: ServerURL, seconds: float) -> None:
        self._url = url
        self._created: dict[str, Database] = {}
        self._connection = _connect(url, seconds)
        info = self._connection.info
        version = re.match(r"\S+", info.parameter_status("server_version") or "")
        self._host, self._port = info.host or url.host, info.port
        self.server = f"PostgreSQL {version[0] if version else ''} (server at {self._host}:{self._port})"
        try:
            with sql.told(self.server):
                self._settle()
        except BaseException:
            self._connection.close()
            raise

    def create(self, role: str | None = None) -> Database:
        del role
        info = self._connection.info
        database = Database(
            "postgresql",
            fresh_name(),
            self.server,
            host=self._host,
            port=self._port,
            user=info.user,
            password=info.password or self._url.password,
            query=self._url.query,
        )
        return self._made(database)

    def recreate(self, database: Database) -> None:
        with sql.told(self.server):
            sql.drop_database(self._connection, database.name)
            sql.execute(self._connection, "CREATE DATABASE {}", database.name)

    def is_idle(self, database: Database) -> bool:
        with sql.told(self.server):
            return sql.is_idle(self._connection, database.name)

    def clone(self, database: Database) -> Database:
        with sql.told(self.server):
            sql.end_sessions(self._connection, database.name)
        return self._made(replace(database, name=fresh_name()), template=database.name)

    def drop(self, database: Database) -> None:
        with sql.told(self.server):
            sql.drop_database(self._connection, database.name)
            sql.column(self._connection, "SELECT pg_advisory_unlock(%s)", _key(database.name))
        self._created.pop(database.name, None)

    def close(self) -> None:
        try:
            for database in list(self._created.values()):
                # The answer is known by now; what cannot be dropped, the next run drops.
                with suppress(DatabaseError):
                    self.drop(database)
        finally:
            self._connection.close()

    def _made(self, database: Database, template: str | None = None) -> Database:
        statement, names = "CREATE DATABASE {}", [database.name]
        if template:
            statement, names = f"{statement} TEMPLATE {{}}", [database.name, template]
        with sql.told(self.server):
            sql.column(self._connection, "SELECT pg_advisory_lock(%s)", _key(database.name))
            try:
                sql.execute(self._connection, statement, *names)
            except psycopg2.errors.InsufficientPrivilege as error:
                raise _may_not_create(self.server, database.user) from error
        self._created[database.name] = database
        return database

    def _settle(self) -> None:
        # The locks hold as long as this session, which is idle while revisions run.
        if self._connection.info.server_version >= 140000:
            sql.execute(self._connection, "SET idle_session_timeout = 0")
        sql.execute(self._connection, "SET statement_timeout = 0")
        for name in _abandoned(self._connection):
            with suppress(psycopg2.errors.ObjectInUse, psycopg2.errors.InsufficientPrivilege):
                sql.execute(self._connection, "DROP DATABASE IF EXISTS {}", name)


def _abandoned(connection: Connection) -> list[str]:
    """Our databases that no run holds, of which the names are read first: a lock is older than its database.

    Advisory locks belong to one database each, and runs may have connected to different ones, so that trying
    to take a lock would not tell; pg_locks shows those of all.
    """
    names = sql.column(connection, _UNUSED_NAMES)
    held = set(sql.column(connection, _HELD_KEYS))
    return [name for name in names if OUR_NAME.fullmatch(name) and _key(name) not in held]


def _key(name: str) -> int:
    """The random half of the name, as PostgreSQL's signed 64-bit number."""
    number = int(name.rpartition("_")[2], 16)
    return number - (1 << _KEY_BITS) if number >> (_KEY_BITS - 1) else number


def _connect(url: ServerURL, seconds: float) -> Connection:
    known = {"host": url.host, "port": url.port, "user": url.user, "password": url.password}
    given: dict[str, Any] = {name: value for name, value in known.items() if value} | dict(url.query)
    given.setdefault("connect_timeout", str(max(2, int(seconds))))
    given["dbname"] = url.database or _DEFAULT_DATABASE
    deadline = time.monotonic() + seconds
    while isinstance(answer := _attempt(given), str):
        if "starting up" not in answer or time.monotonic() > deadline:
            raise _refused(url, answer)
        time.sleep(_POLL_SECONDS)
    answer.autocommit = True
    return answer


def _attempt(given: dict[str, Any]) -> Connection | str:
    """A connection, or why there is none."""
    try:
        connection = connect(**given)
    except psycopg2.Error as error:
        return sql.first_line(error)
    return connection


def _refused(url: ServerURL, reason: str) -> DatabaseError:
    message = f"cannot connect to the PostgreSQL server at {url.place}: {reason}"
    if re.search("password|authentication|no pg_hba.conf entry", reason):
        return DatabaseError(message, f"correct the user and the password in {OPTION}")
    if re.search('database ".*" does not exist', reason):
        return DatabaseError(message, f"name a database that exists in {OPTION}, such as `postgres`")
    return DatabaseError(message, f"see that the server runs and that {OPTION} has its host and port")


def _may_not_create(server: str, user: str) -> DatabaseError:
    return DatabaseError(
        f'{server}: the user "{user}" may not create databases',
        f'let it, as a superuser: ALTER ROLE "{user}" CREATEDB;',
    )
