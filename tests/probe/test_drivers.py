"""Where a driver's call leads: place and person are the throwaway database's, everything else is the call's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg2.extensions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof_probe import drivers
from alembic_proof_probe.leading import Broker, NoDatabase

POSTGRESQL = {
    "dialect": "postgresql",
    "name": "alembic_proof_0123456789abcdef",
    "host": "/run/throwaway",
    "port": 5432,
    "user": "app",
    "password": None,
    "query": {},
    "path": None,
}
MYSQL = {**POSTGRESQL, "dialect": "mysql", "host": "127.0.0.1", "port": None, "password": "secret"}
PLACE = {"host": "/run/throwaway", "port": 5432, "user": "app", "dbname": "alembic_proof_0123456789abcdef"}


class Tool:
    """The other end of the channel: gives the databases that it has, one after another."""

    def __init__(self, *databases: dict[str, Any]) -> None:
        self.databases = list(databases)
        self.asked: list[dict[str, Any]] = []

    def ask(self, **question: Any) -> dict[str, Any]:
        self.asked.append(question)
        return self.databases.pop(0) if self.databases else {"error": "there is none"}


def broker(*databases: dict[str, Any]) -> Broker:
    return Broker(Tool(*databases))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (["host=db.example.invalid port=6432 dbname=prod user=app password=x sslmode=verify-full"], {}),
        (["postgresql://app:x@db.example.invalid:6432/prod?sslmode=require&hostaddr=192.0.2.1"], {}),
        ([], {"host": "db.example.invalid", "database": "prod", "user": "app", "sslrootcert": "ca.pem"}),
        (["service=prod user=app"], {"passfile": "x"}),
        ([], {"dsn": "user=app", "target_session_attrs": "read-only"}),
    ],
    ids=["dsn", "url", "keywords", "service", "dsn by name"],
)
def test_psycopg2_is_led(args: list[Any], kwargs: dict[str, Any]) -> None:
    assert drivers.psycopg2(broker(POSTGRESQL), args, kwargs) == ([""], PLACE)


def test_psycopg2_keeps_what_is_no_place() -> None:
    dsn = "host=h options='-c search_path=a' application_name=app connect_timeout=3"
    kwargs = {"cursor_factory": list, "async_": 0, "keepalives": 1}
    _, led = drivers.psycopg2(broker(POSTGRESQL), [dsn], kwargs)
    assert led == {
        **PLACE,
        "options": "-c search_path=a",
        "application_name": "app",
        "connect_timeout": "3",
        "cursor_factory": list,
        "async_": 0,
        "keepalives": 1,
    }


def test_a_connection_string_is_led_as_a_whole() -> None:
    led = drivers.psycopg2_dsn(broker(POSTGRESQL), "host=db.example.invalid options='-c a=b'")
    assert psycopg2.extensions.parse_dsn(led) == {**PLACE, "port": "5432", "options": "-c a=b"}


def test_what_the_users_own_server_needs_is_added() -> None:
    server = {**POSTGRESQL, "host": "localhost", "password": "p w", "query": {"sslmode": "require"}}
    _, led = drivers.psycopg2(broker(server), [], {"host": "x", "sslmode": "disable"})
    assert led == {**PLACE, "host": "localhost", "password": "p w", "sslmode": "require"}


def test_asyncpg_is_led() -> None:
    dsn = "postgresql://app@db.example.invalid/prod"
    led = drivers.asyncpg(
        broker(POSTGRESQL), [dsn], {"ssl": True, "command_timeout": 5, "statement_cache_size": 0}
    )
    place = {"host": "/run/throwaway", "port": 5432, "user": "app", "database": POSTGRESQL["name"]}
    assert led == ([], {**place, "command_timeout": 5, "statement_cache_size": 0})


def test_pg8000_is_led() -> None:
    led = drivers.pg8000(
        broker(POSTGRESQL), ["app", "db.example.invalid"], {"timeout": 3, "ssl_context": True}
    )
    place = {"unix_sock": "/run/throwaway/.s.PGSQL.5432", "user": "app", "database": POSTGRESQL["name"]}
    assert led == ([], {**place, "password": None, "timeout": 3})


@pytest.mark.parametrize(("name", "secret"), [("database", "password"), ("db", "passwd")])
def test_mysql_is_led(name: str, secret: str) -> None:
    kwargs = {
        name: "prod",
        secret: "x",
        "read_default_file": "~/.my.cnf",
        "charset": "utf8mb4",
        "ssl_ca": "x",
    }
    led = drivers.mysql(broker(MYSQL), ["db.example.invalid", "root"], kwargs)
    place = {"host": "127.0.0.1", "port": 3306, "user": "app", name: MYSQL["name"], secret: "secret"}
    assert led == ([], {**place, "charset": "utf8mb4"})


def sqlite_file(path: Path) -> dict[str, Any]:
    return {**POSTGRESQL, "dialect": "sqlite", "name": path.name, "host": "", "path": str(path)}


def test_sqlite_has_one_file_for_each_file(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    led = broker(sqlite_file(one), sqlite_file(other))
    assert drivers.sqlite(led, ["app.db"], {"timeout": 5}) == ([str(one)], {"timeout": 5})
    assert drivers.sqlite(led, [], {"database": Path("app.db").absolute()}) == ([str(one)], {})
    assert drivers.sqlite(led, [":memory:"], {}) == ([str(other)], {})
    assert drivers.sqlite(led, [str(other)], {}) == ([str(other)], {})


@pytest.mark.parametrize("given", ["file:x.db?mode=ro", "file:x.db?mode=ro&immutable=1"])
def test_sqlite_may_read_a_file_without_a_trace(given: str) -> None:
    led = drivers.sqlite(broker(), [given], {"uri": True})
    assert led == (["file:x.db?mode=ro&immutable=1"], {"uri": True})


def test_a_name_that_looks_like_a_uri_is_none_unless_it_is_said_to_be(tmp_path: Path) -> None:
    assert drivers.sqlite(broker(sqlite_file(tmp_path / "x")), ["file:x.db?mode=ro"], {}) == (
        [str(tmp_path / "x")],
        {},
    )


TEXTS = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), max_size=20)


@given(
    st.dictionaries(st.sampled_from(["host", "hostaddr", "service", "dbname", "password", "sslmode"]), TEXTS),
    TEXTS,
)
def test_no_part_of_the_place_is_left_whatever_the_call_says(place: dict[str, str], role: str) -> None:
    dsn = psycopg2.extensions.make_dsn(
        **{name: value for name, value in place.items() if value}, user=role or "x"
    )
    _, led = drivers.psycopg2(broker(POSTGRESQL), [dsn], {})
    assert led == PLACE


def test_a_database_that_was_led_already_is_not_led_again() -> None:
    tool = Tool(POSTGRESQL)
    led = Broker(tool)  # type: ignore[arg-type]
    _, once = drivers.psycopg2(led, ["host=db.example.invalid dbname=prod"], {})
    assert drivers.psycopg2(led, [], once) == ([""], once)
    identity = ("db.example.invalid", "", "prod")
    assert tool.asked == [{"ask": "database", "dialect": "postgresql", "role": None, "identity": identity}]


def test_each_database_of_the_project_has_a_throwaway_database_of_its_own() -> None:
    led = broker(POSTGRESQL, {**POSTGRESQL, "name": "alembic_proof_second"})
    names = [
        drivers.psycopg2(led, [f"host={host} dbname={name}"], {})[1]["dbname"]
        for host, name in [("a", "x"), ("a", "y"), ("a", "x")]
    ]
    assert names == [POSTGRESQL["name"], "alembic_proof_second", POSTGRESQL["name"]]


def test_where_there_is_no_database_nothing_is_connected() -> None:
    with pytest.raises(NoDatabase, match="there is none"):
        drivers.psycopg2(broker(), ["host=db.example.invalid"], {})


def test_variables_that_would_lead_elsewhere_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOSTADDR", "PGSERVICE", "PGSSLMODE"):
        monkeypatch.setenv(name, "x")
    drivers.psycopg2(broker(POSTGRESQL), ["host=x"], {})
    assert not {"PGHOSTADDR", "PGSERVICE", "PGSSLMODE"} & set(os.environ)
