"""Databases on a PostgreSQL server of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg2

from alembic_proof.databases.base import Database, fresh_name
from alembic_proof.databases.postgres import sealing, slot, sql, templates
from alembic_proof.databases.postgres.account import server_account, servers_folder, within_reach
from alembic_proof.databases.postgres.launcher import SUPERUSER, Server, ServerFailedError
from alembic_proof.databases.postgres.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg2.extensions import connection as Connection  # noqa: N812

    from alembic_proof.databases.postgres.programs import Programs


class OwnCluster:
    """Starts a server from these programs; `close` leaves a slot that the next run finds clean.

    `seconds` limits the server's start; `place` is the number of the slot that is tried first, so that what was
    kept in it is found again.
    """

    def __init__(self, programs: Programs, cache: Path, seconds: float, place: int = 0) -> None:
        account = server_account()
        self.server = programs.server
        self._created: set[str] = set()
        self._roles = {SUPERUSER}
        self._account = account
        self._servers = servers_folder(cache, account)
        sealing.adopt(cache, self._servers)
        reachable = within_reach(programs, account, cache)
        self._slot = slot.take(self._servers, programs.identity, place)
        self._templates = Templates(self._slot.folder / "templates")
        self._process = Server(reachable, self._slot, account, seconds)
        try:
            self._connection = self._open()
        except BaseException:
            self._process.stop()
            self._slot.release()
            raise

    @property
    def folder(self) -> Path:
        """The slot that it runs in."""
        return self._slot.folder

    @property
    def socket_folder(self) -> str:
        return str(self._slot.socket)

    def create(self, role: str | None = None) -> Database:
        with sql.told(self.server):
            database = self._named(self._role(role) if role else SUPERUSER)
            self._make(database)
        return database

    def _named(self, user: str) -> Database:
        return Database(
            "postgresql", fresh_name(), self.server, host=self.socket_folder, port=slot.PORT, user=user
        )

    def recreate(self, database: Database) -> None:
        with sql.told(self.server):
            self._unmake(database)
            self._make(database)

    def is_idle(self, database: Database) -> bool:
        with sql.told(self.server):
            return sql.is_idle(self._connection, database.name)

    def clone(self, database: Database) -> Database:
        copy = replace(database, name=fresh_name())
        with sql.told(self.server):
            sql.end_sessions(self._connection, database.name)
            self._make(copy, template=database.name)
        return copy

    def drop(self, database: Database) -> None:
        with sql.told(self.server):
            self._unmake(database)

    def templates(self) -> dict[str, bytes]:
        return self._templates.records()

    def from_template(self, name: str, role: str | None) -> Database:
        with sql.told(self.server):
            database = self._named(self._role(role) if role else SUPERUSER)
            self._make(database, template=name)
        self._templates.use(name)
        return database

    def keep(self, database: Database, record: bytes) -> str | None:
        if database.name not in self._created:
            return None
        with sql.told(self.server):
            sql.end_sessions(self._connection, database.name)
            if not templates.is_whole(self._connection, self._roles):
                return None
            name = self._templates.add(self._connection, database.name, record)
            self._created.discard(database.name)
            for gone in self._templates.prune(self._connection):
                sql.drop_database(self._connection, gone)
        return name

    def forget(self, name: str) -> None:
        self._templates.forget(name)

    def shrink(self, by: int) -> None:
        """Drop the kept databases that were not used for longest, until they take less by so many bytes."""
        with sql.told(self.server):
            sizes = "SELECT pg_database_size(datname) FROM pg_database WHERE datname = ANY(%s)"
            most = sum(sql.column(self._connection, sizes, list(self._templates.records()))) - by
            for gone in self._templates.prune(self._connection, most):
                sql.drop_database(self._connection, gone)

    def close(self) -> None:
        try:
            self._reset(self._connection)
        except psycopg2.Error:
            self._slot.condemn()
        finally:
            self._connection.close()
            self._process.stop()
            self._slot.release()

    def _open(self) -> Connection:
        sealing.unseal(self._slot, self._account)
        if self._slot.ready:
            self._slot.mark_used()
            try:
                return self._start()
            except (ServerFailedError, psycopg2.Error):
                self._process.stop()
        else:
            slot.prune(self._servers)
        self._process.make_cluster()
        with sql.told(self.server):
            return self._start()

    def _start(self) -> Connection:
        connection = self._process.start()
        try:
            self._reset(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reset(self, connection: Connection) -> None:
        kept = self._templates.settle(connection)
        templates.put_to_rest(connection, SUPERUSER, kept)
        sql.reset_cluster(connection, kept, {SUPERUSER, *self._resting_roles(connection)})

    def _resting_roles(self, connection: Connection) -> list[str]:
        return list(filter(templates.is_resting, sql.column(connection, "SELECT rolname FROM pg_roles")))

    def _role(self, name: str) -> str:
        """The project's own user: revisions say GRANT ... TO it, and here it may do everything."""
        if name == SUPERUSER:
            return name
        resting = templates.resting_name(name)
        roles = "SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)"
        known = sql.column(self._connection, roles, name, resting)
        try:
            if known == [resting]:
                sql.execute(self._connection, "ALTER ROLE {} RENAME TO {}", resting, name)
            sql.execute(self._connection, f"{'ALTER' if known else 'CREATE'} ROLE {{}} SUPERUSER LOGIN", name)
        except psycopg2.errors.ReservedName:
            return SUPERUSER
        self._roles.add(name)
        return name

    def _make(self, database: Database, template: str = "template0") -> None:
        # Copying files is the quicker way where fsync is off.
        strategy = " STRATEGY file_copy" if self._connection.info.server_version >= 150000 else ""
        statement = f"CREATE DATABASE {{}} OWNER {{}} TEMPLATE {{}}{strategy}"
        sql.execute(self._connection, statement, database.name, database.user, template)
        self._created.add(database.name)

    def _unmake(self, database: Database) -> None:
        sql.drop_database(self._connection, database.name)
        self._created.discard(database.name)
        # The roles that its revisions made go too, once they can be nobody else's.
        if not self._created:
            sql.drop_roles(self._connection, {*self._roles, *self._resting_roles(self._connection)})
