"""SQLite: a file in a folder that the run owns."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from alembic_proof.cache import unwritable
from alembic_proof.databases.base import Database, fresh_name

if TYPE_CHECKING:
    from pathlib import Path

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
        self.drop(database)
        _path_of(database).touch(mode=0o600)

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


def _path_of(database: Database) -> Path:
    assert database.path is not None, "an SQLite database is a file"
    return database.path
