"""Databases on a MariaDB or MySQL server that the user named."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pymysql

from alembic_proof.databases.base import OUR_NAME, Database, fresh_name
from alembic_proof.databases.server_url import OPTION
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.databases.server_url import ServerURL

_DEFAULT_HOST = "127.0.0.1"
_DEFAULT_PORT = 3306
_ACCESS_DENIED = 1045
_MAY_NOT = (1044, 1142, 1227)
_IDLE_SECONDS = 24 * 3600
_LOCK_SECONDS = 10


class NamedServer:
    """Every database is guarded by a lock of its name (GET_LOCK) from before it is made until it is gone.

    One whose lock nobody holds was left by a run that was killed, and is dropped. `seconds` limits how long
    connecting may take.
    """

    def __init__(self, url: ServerURL, seconds: float) -> None:
        self._url = url
        self._created: dict[str, Database] = {}
        self.server = f"the server at {url.place}"
        self._connection = _connect(url, seconds)
        try:
            with self._told():
                self.server = f"{self._product()} (server at {url.place})"
                self._settle()
        except BaseException:
            self._connection.close()
            raise

    def create(self, role: str | None = None) -> Database:
        del role
        url = self._url
        database = Database(
            "mysql",
            fresh_name(),
            self.server,
            host=url.host or _DEFAULT_HOST,
            port=url.port or _DEFAULT_PORT,
            user=url.user,
            password=url.password,
            query={"charset": "utf8mb4", **url.query},
        )
        with self._told():
            self._rows("SELECT GET_LOCK(%s, 0)", database.name)
            self._create(database.name)
        self._created[database.name] = database
        return database

    def recreate(self, database: Database) -> None:
        with self._told():
            self._drop(database.name)
            self._create(database.name)

    def is_idle(self, database: Database) -> bool:
        del database
        return False  # nor could it be copied

    def clone(self, database: Database) -> Database:
        raise DatabaseError(
            f"{self.server} has no way to copy the database {database.name}",
            "use PostgreSQL or SQLite where a copy is needed",
        )

    def drop(self, database: Database) -> None:
        with self._told():
            self._drop(database.name)
            self._rows("SELECT RELEASE_LOCK(%s)", database.name)
        self._created.pop(database.name, None)

    def close(self) -> None:
        try:
            for database in list(self._created.values()):
                # The answer is known by now; what cannot be dropped, the next run drops.
                with suppress(DatabaseError):
                    self.drop(database)
        finally:
            with suppress(pymysql.err.Error):
                self._connection.close()

    def _product(self) -> str:
        version = str(self._rows("SELECT VERSION()")[0][0])
        name = "MariaDB" if "mariadb" in version.lower() else "MySQL"
        return f"{name} {version.partition('-')[0]}"

    def _settle(self) -> None:
        # The locks hold as long as this session, which is idle while revisions run.
        self._rows(f"SET SESSION wait_timeout = {_IDLE_SECONDS}, lock_wait_timeout = {_LOCK_SECONDS}")
        for (name,) in self._rows(r"SHOW DATABASES LIKE 'alembic\_proof\_%%'"):
            if OUR_NAME.fullmatch(name) and self._rows("SELECT IS_FREE_LOCK(%s)", name)[0][0]:
                with suppress(pymysql.err.OperationalError):
                    self._drop(name)

    def _create(self, name: str) -> None:
        self._rows(f"CREATE DATABASE `{_checked(name)}` CHARACTER SET utf8mb4")

    def _drop(self, name: str) -> None:
        # A transaction that is open in it would make the drop wait.
        for (session,) in self._rows("SELECT id FROM information_schema.processlist WHERE db = %s", name):
            with suppress(pymysql.err.Error):
                self._rows(f"KILL {int(session)}")
        self._rows(f"DROP DATABASE IF EXISTS `{_checked(name)}`")

    def _rows(self, statement: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return tuple(cursor.fetchall())

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except pymysql.err.Error as error:
            raise self._error(error) from error

    def _error(self, error: pymysql.err.Error) -> DatabaseError:
        code, text = _code_and_text(error)
        if code in _MAY_NOT:
            return DatabaseError(
                f'{self.server}: the user "{self._url.user}" may not create databases',
                rf"let it: GRANT ALL ON `alembic\_proof\_%`.* TO '{self._url.user}'@'%';",
            )
        return DatabaseError(f"{self.server}: {text}", f"see the server's log, or change {OPTION}")


def _connect(url: ServerURL, seconds: float) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    given: dict[str, Any] = {"unix_socket" if url.host.startswith("/") else "host": url.host or _DEFAULT_HOST}
    try:
        return pymysql.connect(
            port=url.port or _DEFAULT_PORT,
            user=url.user or None,
            password=url.password,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=max(1, int(seconds)),
            **given | dict(url.query),
        )
    except (pymysql.err.Error, RuntimeError, OSError, ValueError) as error:
        raise _refused(url, error) from error


def _refused(url: ServerURL, error: Exception) -> DatabaseError:
    code, text = _code_and_text(error)
    message = f"cannot connect to the MySQL or MariaDB server at {url.place}: {text}"
    if code == _ACCESS_DENIED:
        return DatabaseError(message, f"correct the user and the password in {OPTION}")
    if "cryptography" in text:
        return DatabaseError(message, "install it beside alembic-proof: pip install cryptography")
    return DatabaseError(message, f"see that the server runs and that {OPTION} has its host and port")


def _code_and_text(error: Exception) -> tuple[int, str]:
    """PyMySQL's errors carry a number and a text."""
    match error.args:
        case (int(code), str(text), *_):
            return code, text
        case _:
            return 0, str(error)


def _checked(name: str) -> str:
    """PyMySQL cannot quote identifiers; ours need no quoting, and no other name may come this far."""
    if not OUR_NAME.fullmatch(name):
        raise ValueError(name)
    return name
