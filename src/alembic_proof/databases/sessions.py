"""One connection to a throwaway database, in autocommit, the same for every dialect."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic_proof.databases.base import Database

    _Words = Callable[[Exception], tuple[str | None, str]]

Row = tuple[Any, ...]


class StatementError(Exception):
    """What the server said of a statement; `code` is its SQLSTATE, where it gives one."""

    def __init__(self, message: str, statement: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.statement = statement
        self.code = code


class Session(Protocol):
    """Both methods raise `StatementError`, and take the text as it is: nothing in it stands for a value."""

    def run(self, statement: str) -> None: ...

    def rows(self, query: str) -> list[Row]: ...


@contextmanager
def open_session(database: Database) -> Iterator[Session]:
    """A session that is closed at the end of the block. Raises `StatementError` where there is none."""
    openers = {"postgresql": _postgresql, "sqlite": _sqlite, "mysql": _mysql}
    with openers[database.dialect](database) as session:
        yield session


@contextmanager
def _postgresql(database: Database) -> Iterator[Session]:
    import psycopg2

    from alembic_proof.databases.postgres.connecting import connect

    try:
        connection = connect(dbname=database.name, **postgresql_place(database))
    except psycopg2.Error as error:
        raise StatementError(str(error).partition("\n")[0], "") from error
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        yield _DriverSession(cursor, psycopg2.Error, _words)


@contextmanager
def _sqlite(database: Database) -> Iterator[Session]:
    import sqlite3

    with closing(sqlite3.connect(str(database.path), isolation_level=None)) as connection:
        yield _DriverSession(connection.cursor(), sqlite3.Error, _words)


@contextmanager
def _mysql(database: Database) -> Iterator[Session]:
    import pymysql

    place: dict[str, Any] = {
        "unix_socket" if database.host.startswith("/") else "host": database.host or "localhost",
        "port": database.port or 0,
        "user": database.user or None,
        "password": database.password,
    }
    try:
        connection = pymysql.connect(database=database.name, autocommit=True, **place | dict(database.query))
    except pymysql.err.Error as error:
        raise StatementError(_mysql_words(error)[1], "") from error
    with closing(connection), connection.cursor() as cursor:
        yield _DriverSession(cursor, pymysql.err.Error, _mysql_words)


def _words(error: Exception) -> tuple[str | None, str]:
    return getattr(error, "pgcode", None), str(error).partition("\n")[0]


def _mysql_words(error: Exception) -> tuple[str | None, str]:
    """PyMySQL's errors carry a number and a text."""
    number, *texts = error.args or ("",)
    return (str(number), str(texts[0])) if texts else (None, str(number))


class _DriverSession:
    """`words` takes an error apart: its code, where it has one, and its message."""

    def __init__(self, cursor: Any, errors: type[Exception], words: _Words) -> None:
        self._cursor = cursor
        self._errors = errors
        self._words = words

    def run(self, statement: str) -> None:
        try:
            self._cursor.execute(statement)
        except self._errors as error:
            code, message = self._words(error)
            raise StatementError(message, statement, code) from error

    def rows(self, query: str) -> list[Row]:
        self.run(query)
        return [tuple(row) for row in self._cursor.fetchall()]


def postgresql_place(database: Database) -> dict[str, Any]:
    """What psycopg2 takes to reach the server."""
    place = {
        "host": database.host,
        "port": database.port,
        "user": database.user,
        "password": database.password,
    }
    return {name: value for name, value in place.items() if value} | dict(database.query)
