from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alembic_proof.databases.sqlite import SqliteFiles
from alembic_proof.errors import DatabaseError


@pytest.mark.parametrize("journal_mode", ["delete", "wal"])
def test_recreated_it_is_empty_for_a_connection_that_was_open_too(tmp_path: Path, journal_mode: str) -> None:
    files = SqliteFiles(tmp_path)
    database = files.create()
    assert database.path
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("PRAGMA user_version = 7")
        files.recreate(database)
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchall() == [(0,)]
        connection.execute("CREATE TABLE t (i INTEGER)")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_recreated_it_is_empty_even_if_the_file_was_no_database(tmp_path: Path) -> None:
    files = SqliteFiles(tmp_path)
    database = files.create()
    assert database.path
    database.path.write_text("not a database, and long enough to be seen as none" * 100)
    files.recreate(database)
    with closing(sqlite3.connect(database.path)) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []


def test_a_clone_has_the_rows_and_is_another_database(tmp_path: Path) -> None:
    files = SqliteFiles(tmp_path)
    database = files.create()
    assert database.path
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (i)")
        connection.execute("INSERT INTO t VALUES (1)")
    clone = files.clone(database)
    assert clone.path
    with closing(sqlite3.connect(clone.path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO t VALUES (2)")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
    with closing(sqlite3.connect(database.path)) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_dropped_it_leaves_no_file(tmp_path: Path) -> None:
    files = SqliteFiles(tmp_path)
    database = files.create()
    Path(f"{database.path}-wal").touch()
    files.drop(database)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        SqliteFiles(tmp_path / "gone").create()
    assert caught.value.message == f"cannot write in {tmp_path / 'gone'}: No such file or directory"
