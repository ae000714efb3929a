"""SQLite: a file in a folder that the run owns."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from alembic_proof.cache import unwritable
from alembic_proof.databases.base import Database, fresh_name

if TYPE_CHECKING:
    from pathlib import Path

_LOCKED_SECONDS = 2.0
_COMPANIONS = ("", "-journal", "-wal", "-shm")


class SqliteFiles:
    """Databases as files in `folder`, which the caller removes."""

    server = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, role: str | None = None) -> Database:
        del role
        name = fresh_name()
        path = self._folder / f"{name}.sqlite"
        try:
            path.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        return Database("sqlite", name, self.server, path=path)

    def recreate(self, database: Database) -> None:
        """In place, where SQLite can, for a connection that is open to the file would not see another one."""
        try:
            _empty(_path_of(database))
        except sqlite3.Error:
            self.drop(database)
            _path_of(database).touch(mode=0o600)

    def is_idle(self, database: Database) -> bool:
        del database
        return True  # a file is copied whoever reads it

    def clone(self, database: Database) -> Database:
        copy = self.create()
        try:
            for suffix in _COMPANIONS:
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{_path_of(database)}{suffix}", f"{copy.path}{suffix}")
        except OSError as error:
            raise unwritable(self._folder, error) from error
        return copy

    def drop(self, database: Database) -> None:
        path = _path_of(database)
        for suffix in _COMPANIONS:
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        pass


def _empty(path: Path) -> None:
    """SQLite's own way to reset a database that others may have open."""
    with closing(sqlite3.connect(path, timeout=_LOCKED_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute("DELETE FROM sqlite_master")
        connection.execute("PRAGMA writable_schema = 0")
        connection.execute("VACUUM")
        connection.execute("PRAGMA user_version = 0")


def _path_of(database: Database) -> Path:
    assert database.path is not None, "an SQLite database is a file"
    return database.path
