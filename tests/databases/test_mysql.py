from __future__ import annotations

from typing import TYPE_CHECKING

import pymysql
import pytest
from sqlalchemy import create_engine, text

from alembic_proof.databases import Databases
from alembic_proof.databases.mysql import NamedServer
from alembic_proof.databases.server_url import parse
from alembic_proof.errors import DatabaseError
from support import servers

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.databases import Database
    from support.servers import MariaServer

pytestmark = pytest.mark.mariadb
_SECONDS = 30.0


def _connect(database: Database) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    assert database.port
    return pymysql.connect(
        host=database.host,
        port=database.port,
        user=database.user,
        password=database.password,
        database=database.name,
    )


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_sqlalchemy_reaches_it_by_its_url(maria_server: MariaServer, tmp_path: Path, dialect: str) -> None:
    with Databases(maria_server.url(), tmp_path) as databases:
        database = databases.create(dialect)
        engine = create_engine(database.url("pymysql"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT database(), @@character_set_database")).one() == (
                database.name,
                "utf8mb4",
            )
        engine.dispose()
        (line,) = databases.describe()
    assert line.endswith(f"(server at 127.0.0.1:{maria_server.port})")
    assert line.startswith(("MariaDB 1", "MySQL "))
    assert database.name not in maria_server.databases()


def test_recreated_it_is_empty_though_a_transaction_is_open_in_it(
    maria_server: MariaServer, tmp_path: Path
) -> None:
    with Databases(maria_server.url(), tmp_path) as databases:
        database = databases.create("mysql")
        with _connect(database) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (i INTEGER)")
            cursor.execute("INSERT INTO t VALUES (1)")
            databases.recreate(database)
        with _connect(database) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            assert cursor.fetchall() == ()


def test_what_a_killed_run_left_is_dropped_and_what_a_living_one_uses_is_not(
    maria_server: MariaServer, tmp_path: Path
) -> None:
    with (
        servers.owner(maria_server.url(), tmp_path, "mysql") as killed,
        servers.owner(maria_server.url(), tmp_path, "mysql") as living,
    ):
        killed.kill()
        servers.until(
            lambda: maria_server.execute(f"SELECT IS_FREE_LOCK('{killed.name}')") == [1],
            "the server notices that its client was killed",
        )
        NamedServer(parse(maria_server.url()), _SECONDS).close()
        left = maria_server.databases()
    assert killed.name not in left
    assert living.name in left


def test_a_database_that_is_not_ours_by_its_name_stays(maria_server: MariaServer) -> None:
    name = f"alembic_proof_{servers.unused_name()}"
    maria_server.execute(f"CREATE DATABASE {name}")
    NamedServer(parse(maria_server.url()), _SECONDS).close()
    left = maria_server.databases()
    maria_server.execute(f"DROP DATABASE {name}")
    assert name in left


def test_a_clone_is_refused(maria_server: MariaServer, tmp_path: Path) -> None:
    with Databases(maria_server.url(), tmp_path) as databases:
        database = databases.create("mysql")
        with pytest.raises(DatabaseError) as caught:
            databases.clone(database)
        assert caught.value.message == (
            f"{databases.describe()[0]} has no way to copy the database {database.name}"
        )


def test_a_wrong_password(maria_server: MariaServer) -> None:
    with pytest.raises(DatabaseError) as caught:
        NamedServer(parse(maria_server.url(password="wr0ng")), _SECONDS)
    error = caught.value
    place = f"127.0.0.1:{maria_server.port}"
    assert error.message.startswith(
        f"cannot connect to the MySQL or MariaDB server at {place}: Access denied"
    )
    assert error.hint == "correct the user and the password in --database (or ALEMBIC_PROOF_DATABASE)"
    assert "wr0ng" not in error.message + error.hint + error.detail


def test_no_server() -> None:
    port = servers.free_port()
    with pytest.raises(DatabaseError) as caught:
        NamedServer(parse(f"mysql://root:hunter2@127.0.0.1:{port}/"), _SECONDS)
    assert caught.value.message.startswith(
        f"cannot connect to the MySQL or MariaDB server at 127.0.0.1:{port}: "
    )
    assert "hunter2" not in caught.value.message
    assert caught.value.hint == (
        "see that the server runs and that --database (or ALEMBIC_PROOF_DATABASE) has its host and port"
    )


def test_a_user_who_may_not_create_databases(maria_server: MariaServer) -> None:
    user = servers.unused_name()
    maria_server.execute(f"CREATE USER {user}@'%' IDENTIFIED BY 'secret'")
    try:
        server = NamedServer(parse(maria_server.url(user, "secret")), _SECONDS)
        with pytest.raises(DatabaseError) as caught:
            server.create()
        server.close()
    finally:
        maria_server.execute(f"DROP USER {user}@'%'")
    assert caught.value.message.endswith(f'the user "{user}" may not create databases')
    assert caught.value.hint == rf"let it: GRANT ALL ON `alembic\_proof\_%`.* TO '{user}'@'%';"
