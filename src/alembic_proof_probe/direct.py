"""Leads connections that the project makes by a driver itself, from the moment that it imports the driver."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable

from alembic_proof_probe import drivers, sqlite_files

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

Change = Callable[[Any], None]


def changes(broker: Broker, folder: str) -> dict[str, Change]:
    """What to change in drivers' modules as soon as they are loaded, by the module's name.

    Files of SQLite's in `folder` are thrown away with it, and may be attached.
    """
    function = functools.partial(_function, broker)
    constructor = functools.partial(_constructor, broker)
    return {
        "MySQLdb._mysql": function(drivers.mysql),
        "MySQLdb.connections": constructor(drivers.mysql),
        "aiomysql.connection": constructor(drivers.mysql),
        "asyncmy.connection": constructor(drivers.mysql),
        "asyncpg.connection": function(drivers.asyncpg),
        "mariadb": function(drivers.mysql),
        "mysql.connector": function(drivers.mysql),
        "mysql.connector.pooling": function(drivers.mysql),
        "pg8000": function(drivers.pg8000),
        "pg8000.dbapi": function(drivers.pg8000),
        "pg8000.legacy": function(drivers.pg8000),
        "psycopg.connection": functools.partial(_lead_psycopg, broker),
        "psycopg.connection_async": functools.partial(_lead_psycopg, broker),
        "psycopg.pq": functools.partial(_lead_psycopg_pq, broker),
        "psycopg2": function(drivers.psycopg2),
        "psycopg2._psycopg": functools.partial(_lead_psycopg2_classes, broker),
        "pymysql.connections": constructor(drivers.mysql),
        "sqlite3.dbapi2": functools.partial(_lead_sqlite, broker, folder),
    }


def _function(broker: Broker, lead: drivers.Lead) -> Change:
    def change(module: Any) -> None:
        if hasattr(module, "connect"):
            module.connect = _led(broker, module.connect, lead)

    return change


def _led(broker: Broker, connect: Callable[..., Any], lead: drivers.Lead) -> Callable[..., Any]:
    @functools.wraps(connect)
    def led(*args: Any, **kwargs: Any) -> Any:
        led_args, led_kwargs = lead(broker, list(args), dict(kwargs))
        return connect(*led_args, **led_kwargs)

    return led


def _constructor(broker: Broker, lead: drivers.Lead) -> Change:
    def change(module: Any) -> None:
        module.Connection.__init__ = _led_method(broker, module.Connection.__init__, lead)

    return change


def _led_method(broker: Broker, plain: Callable[..., Any], lead: drivers.Lead) -> Callable[..., Any]:
    @functools.wraps(plain)
    def led(self: Any, *args: Any, **kwargs: Any) -> Any:
        led_args, led_kwargs = lead(broker, list(args), dict(kwargs))
        return plain(self, *led_args, **led_kwargs)

    return led


def _lead_sqlite(broker: Broker, folder: str, module: Any) -> None:
    sqlite_files.watch_attach(broker, folder, module)
    module.connect = _led(broker, module.connect, drivers.sqlite)


def _lead_psycopg(broker: Broker, module: Any) -> None:
    for name in ("Connection", "AsyncConnection"):
        kind = getattr(module, name, None)
        if kind is not None and "connect" in vars(kind):
            plain = vars(kind)["connect"].__func__
            kind.connect = classmethod(_led_method(broker, plain, drivers.psycopg))


def _lead_psycopg_pq(broker: Broker, module: Any) -> None:
    plain = module.PGconn

    class Kind(type):
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, plain)

    def leading(name: str) -> Any:
        def connect(_cls: Any, conninfo: bytes) -> Any:
            return getattr(plain, name)(drivers.psycopg_conninfo(broker, conninfo))

        return classmethod(connect)

    led = {name: leading(name) for name in ("connect", "connect_start", "ping")}
    module.PGconn = Kind("PGconn", (plain,), {**led, "__module__": plain.__module__})


def _lead_psycopg2_classes(broker: Broker, module: Any) -> None:
    """Below `psycopg2.connect` there are classes, written in C, that connect when they are called."""

    def led_class(plain: Any) -> Any:
        def connect(self: Any, dsn: str, *args: Any, **kwargs: Any) -> None:
            plain.__init__(self, drivers.psycopg2_dsn(broker, dsn), *args, **kwargs)

        return type(plain.__name__, (plain,), {"__init__": connect, "__module__": plain.__module__})

    for name in ("connection", "ReplicationConnection"):
        setattr(module, name, led_class(getattr(module, name)))
    plain_connect = module._connect

    def connect(dsn: str, connection_factory: Any = None, **kwargs: Any) -> Any:
        return plain_connect(dsn, connection_factory or module.connection, **kwargs)

    module._connect = connect
