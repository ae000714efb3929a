from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest
from sqlalchemy import create_engine, text

from alembic_proof.databases import Databases
from alembic_proof.databases.postgres.named import NamedServer
from alembic_proof.databases.server_url import parse
from alembic_proof.errors import DatabaseError
from support import servers
from support.servers import PASSWORD, TcpServer

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.databases import Database

_SECONDS = 30.0


def _connect(database: Database) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host=database.host,
        port=database.port,
        user=database.user,
        password=database.password,
        dbname=database.name,
    )


def _refusal(url: str) -> tuple[str, str]:
    with pytest.raises(DatabaseError) as caught:
        NamedServer(parse(url), _SECONDS).create()
    assert PASSWORD not in str(caught.value.args) + caught.value.hint + caught.value.detail
    return caught.value.message, caught.value.hint


def test_sqlalchemy_reaches_it_with_the_password_and_what_else_the_url_said(
    tcp_server: TcpServer, tmp_path: Path
) -> None:
    with Databases(tcp_server.url(), tmp_path) as databases:
        database = databases.create("postgresql", "a_role_of_the_project")
        engine = create_engine(database.url("psycopg2"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_database(), current_user")).one() == (
                database.name,
                "admin",
            )
        engine.dispose()
        assert database.query == {"sslmode": "prefer"}
        version = tcp_server.execute("SHOW server_version")[0].split()[0]
        assert databases.describe() == (f"PostgreSQL {version} (server at 127.0.0.1:{tcp_server.port})",)
    assert database.name not in tcp_server.databases()


def test_recreated_it_is_empty_though_somebody_is_connected(tcp_server: TcpServer, tmp_path: Path) -> None:
    with Databases(tcp_server.url(), tmp_path) as databases:
        database = databases.create("postgresql")
        with closing(_connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t ()")
            connection.commit()
            databases.recreate(database)
        with closing(_connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 't'")
            assert cursor.fetchone() == (0,)


def test_a_clone_has_the_rows_and_both_go(tcp_server: TcpServer, tmp_path: Path) -> None:
    before = tcp_server.databases()
    with Databases(tcp_server.url(), tmp_path) as databases:
        database = databases.create("postgresql")
        with closing(_connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t AS SELECT 7 AS i")
            connection.commit()
        clone = databases.clone(database)
        with closing(_connect(clone)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT i FROM t")
            assert cursor.fetchone() == (7,)
    assert not {database.name, clone.name} & tcp_server.databases()
    assert before <= tcp_server.databases()


def test_what_a_killed_run_left_is_dropped_and_what_a_living_one_uses_is_not(
    tcp_server: TcpServer, tmp_path: Path
) -> None:
    other_database = tcp_server.url(database="template1")
    with (
        servers.owner(tcp_server.url(), tmp_path, "postgresql") as killed,
        servers.owner(other_database, tmp_path, "postgresql") as living,
    ):
        killed.kill()
        _until_released(tcp_server, killed.name)
        NamedServer(parse(tcp_server.url()), _SECONDS).close()
        left = tcp_server.databases()
    assert killed.name not in left
    assert living.name in left


def _until_released(server: TcpServer, name: str) -> None:
    query = f"SELECT pid FROM pg_stat_activity WHERE query LIKE '%{name}%' AND pid <> pg_backend_pid()"
    servers.until(lambda: not server.execute(query), "the server notices that its client was killed")


@pytest.mark.parametrize(
    "name", ["alembic_proof_mine", "alembic_proof_0123456789ABCDEF", "alembic_proof_0123"]
)
def test_a_database_that_is_not_ours_by_its_name_stays(tcp_server: TcpServer, name: str) -> None:
    tcp_server.execute(f'CREATE DATABASE "{name}"')
    NamedServer(parse(tcp_server.url()), _SECONDS).close()
    left = tcp_server.databases()
    tcp_server.execute(f'DROP DATABASE "{name}"')
    assert name in left


def test_one_that_somebody_is_connected_to_stays_and_is_no_error(tcp_server: TcpServer) -> None:
    name = "alembic_proof_0123456789abcdef"
    tcp_server.execute(f"CREATE DATABASE {name}")
    with closing(
        psycopg2.connect(host="127.0.0.1", port=tcp_server.port, user="admin", password=PASSWORD, dbname=name)
    ):
        NamedServer(parse(tcp_server.url()), _SECONDS).close()
        left = tcp_server.databases()
    NamedServer(parse(tcp_server.url()), _SECONDS).close()
    assert name in left
    assert name not in tcp_server.databases()


def test_a_wrong_password(tcp_server: TcpServer) -> None:
    message, hint = _refusal(tcp_server.url(password="wr0ng"))
    place = f"127.0.0.1:{tcp_server.port}"
    assert message.startswith(f"cannot connect to the PostgreSQL server at {place}: ")
    assert message.endswith('password authentication failed for user "admin"')
    assert "wr0ng" not in message
    assert hint == "correct the user and the password in --database (or ALEMBIC_PROOF_DATABASE)"


def test_no_server() -> None:
    port = servers.free_port()
    message, hint = _refusal(f"postgresql://u:{servers.PASSWORD_IN_URL}@127.0.0.1:{port}/app")
    assert message.startswith(f"cannot connect to the PostgreSQL server at 127.0.0.1:{port}: ")
    assert "Connection refused" in message
    assert hint == (
        "see that the server runs and that --database (or ALEMBIC_PROOF_DATABASE) has its host and port"
    )


def test_a_database_that_is_not_there(tcp_server: TcpServer) -> None:
    message, hint = _refusal(tcp_server.url(database="nowhere"))
    assert message.endswith('database "nowhere" does not exist')
    assert hint == "name a database that exists in --database (or ALEMBIC_PROOF_DATABASE), such as `postgres`"


def test_a_user_who_may_not_create_databases(tcp_server: TcpServer) -> None:
    user = servers.unused_name()
    tcp_server.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'secret'")
    message, hint = _refusal(tcp_server.url(user, "secret"))
    tcp_server.execute(f"DROP ROLE {user}")
    assert message.endswith(
        f'(server at 127.0.0.1:{tcp_server.port}): the user "{user}" may not create databases'
    )
    assert hint == f'let it, as a superuser: ALTER ROLE "{user}" CREATEDB;'
