"""How each driver is told where to connect, and how that is changed. One function a driver, one table."""

from __future__ import annotations

import os
from typing import Any, Callable
from urllib.parse import parse_qsl, unquote, urlsplit

from alembic_proof_probe.leading import Broker

Arguments = tuple[list[Any], dict[str, Any]]
Lead = Callable[[Broker, list[Any], dict[str, Any]], Arguments]

# What tells libpq where and as whom to connect; everything else of a call is kept.
LIBPQ_PLACE = [
    "channel_binding",
    "dbname",
    "database",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "krbsrvname",
    "load_balance_hosts",
    "passfile",
    "password",
    "port",
    "require_auth",
    "requirepeer",
    "requiressl",
    "service",
    "servicefile",
    "target_session_attrs",
    "user",
]
MYSQL_PLACE = [
    "auth_plugin",
    "database",
    "db",
    "default_file",
    "default_group",
    "host",
    "named_pipe",
    "option_files",
    "passwd",
    "password",
    "port",
    "read_default_file",
    "read_default_group",
    "server_public_key",
    "unix_socket",
    "user",
]
SQLITE_URI = 7  # the place of `uri` among the arguments of `sqlite3.connect`


def _without_place(arguments: dict[str, Any], place: list[str]) -> dict[str, Any]:
    return {
        name: value for name, value in arguments.items() if name not in place and not name.startswith("ssl")
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _libpq(broker: Broker, parameters: dict[str, Any]) -> dict[str, Any]:
    """libpq's parameters, pointing at the throwaway database (manual: 34.1.2, Parameter Key Words)."""
    role = _text(parameters.get("user")) or None
    name = _text(parameters.get("dbname") or parameters.get("database")) or role or ""
    host = _text(parameters.get("host") or parameters.get("hostaddr") or parameters.get("service"))
    database = broker.database("postgresql", host, _text(parameters.get("port")), name, role=role)
    led = _without_place(parameters, LIBPQ_PLACE)
    led.update(database["query"], host=database["host"], user=database["user"], dbname=database["name"])
    led.update({key: database[key] for key in ("port", "password") if database[key] is not None})
    return led


def psycopg2(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    from psycopg2.extensions import parse_dsn

    dsn = args[0] if args else kwargs.pop("dsn", None)
    parameters = parse_dsn(dsn) if dsn else {}
    kept: dict[str, Any] = {
        name: kwargs.pop(name)
        for name in ("connection_factory", "cursor_factory", "async", "async_")
        if name in kwargs
    }
    return ["", *args[1:]], {**_libpq(broker, {**parameters, **kwargs}), **kept}


def psycopg2_dsn(broker: Broker, dsn: str) -> str:
    """The connection string for what takes nothing else: `psycopg2.extensions.connection`."""
    from psycopg2.extensions import make_dsn, parse_dsn

    led: str = make_dsn(**_libpq(broker, parse_dsn(dsn)))
    return led


def psycopg_conninfo(broker: Broker, conninfo: bytes) -> bytes:
    """The same for `psycopg.pq.PGconn`."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    led: str = make_conninfo(**_libpq(broker, conninfo_to_dict(conninfo.decode())))
    return led.encode()


def psycopg(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    from psycopg.conninfo import conninfo_to_dict

    conninfo = args[0] if args else kwargs.pop("conninfo", "")
    own = ("autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory")
    kept = {name: kwargs.pop(name) for name in own if name in kwargs}
    parameters = {**conninfo_to_dict(conninfo or ""), **kwargs}
    return ["", *args[1:]], {**_libpq(broker, parameters), **kept}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    found = dict(parse_qsl(parts.query))
    found.update(host=unquote(parts.hostname or ""), user=unquote(parts.username or ""))
    found.update(port=_text(parts.port), database=unquote(parts.path.lstrip("/")))
    return {name: value for name, value in found.items() if value}


def asyncpg(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    dsn = args[0] if args else kwargs.pop("dsn", None)
    place = {**(_from_url(dsn) if dsn else {}), **kwargs}
    role = _text(place.get("user")) or None
    name = _text(place.get("database")) or role or ""
    database = broker.database(
        "postgresql", _text(place.get("host")), _text(place.get("port")), name, role=role
    )
    led = _without_place(kwargs, [*LIBPQ_PLACE, "direct_tls", "async_creator_fn"])
    led.update(host=database["host"], user=database["user"], database=database["name"])
    led.update({key: database[key] for key in ("port", "password") if database[key] is not None})
    if "sslmode" in database["query"]:
        led["ssl"] = database["query"]["sslmode"]
    return [], led


def pg8000(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    place = {**dict(zip(("user", "host", "database", "port", "password"), args)), **kwargs}
    role = _text(place.get("user")) or None
    name = _text(place.get("database")) or role or ""
    host = _text(place.get("host") or place.get("unix_sock"))
    database = broker.database("postgresql", host, _text(place.get("port")), name, role=role)
    led = _without_place(kwargs, [*LIBPQ_PLACE, "unix_sock"])
    led.update(user=database["user"], database=database["name"], password=database["password"])
    if database["host"].startswith("/"):
        led["unix_sock"] = f"{database['host']}/.s.PGSQL.{database['port'] or 5432}"
    else:
        led.update(host=database["host"], port=database["port"] or 5432)
    return [], led


def mysql(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    place = {**dict(zip(("host", "user", "password", "database", "port"), args)), **kwargs}
    host = _text(place.get("host") or place.get("unix_socket"))
    name = _text(place.get("database") or place.get("db"))
    database = broker.database("mysql", host, _text(place.get("port")), name)
    led = _without_place(kwargs, MYSQL_PLACE)
    led.update(user=database["user"])
    led["unix_socket" if database["host"].startswith("/") else "host"] = database["host"]
    led["db" if "db" in kwargs else "database"] = database["name"]
    led["passwd" if "passwd" in kwargs else "password"] = database["password"] or ""
    led["port"] = int(database["port"] or 3306)
    return [], led


def sqlite(broker: Broker, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    named = args[0] if args else kwargs.pop("database", ":memory:")
    path = os.fsdecode(named)
    if path.startswith("file:") and (kwargs.get("uri") or args[SQLITE_URI:]):
        if "immutable=1" in path or "mode=ro" in path:
            # Reading alone could still leave files beside a database that others write to.
            return [path if "immutable=1" in path else f"{path}&immutable=1", *args[1:]], kwargs
        identity = path
    else:
        identity = path if path in ("", ":memory:") else os.path.realpath(path)
    return [broker.database("sqlite", identity)["path"], *args[1:]], kwargs


# By SQLAlchemy's names of its drivers (`Dialect.driver`).
BY_NAME: dict[str, Lead] = {
    "psycopg2": psycopg2,
    "psycopg": psycopg,
    "psycopg_async": psycopg,
    "asyncpg": asyncpg,
    "pg8000": pg8000,
    "pymysql": mysql,
    "mysqldb": mysql,
    "mysqlconnector": mysql,
    "mariadbconnector": mysql,
    "asyncmy": mysql,
    "aiomysql": mysql,
    "cymysql": mysql,
    "pysqlite": sqlite,
    "aiosqlite": sqlite,
}
