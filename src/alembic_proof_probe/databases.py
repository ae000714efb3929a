"""What is in a throwaway database before and after env.py had its say. Each question is one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

TABLES = {
    "postgresql": """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype = 'e')""",
    "sqlite": "SELECT NULL, name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    "mysql": "SELECT NULL, table_name FROM information_schema.tables WHERE table_schema = database()",
}
OTHERS = {
    "postgresql": """
        SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'""",
    "sqlite": "SELECT 0",
    "mysql": "SELECT 0",
}
NAME = {
    "postgresql": "SELECT current_database()",
    "sqlite": "SELECT file FROM pragma_database_list WHERE name = 'main'",
    "mysql": "SELECT database()",
}
Table = tuple[Any, ...]


def family(connection: Any) -> str:
    name = str(connection.dialect.name)
    return "mysql" if name == "mariadb" else name


def led_database(broker: Broker, connection: Any) -> dict[str, Any]:
    """The throwaway database that a connection is really on. Raises `Refused` where it is on another."""
    dialect = family(connection)
    if dialect not in NAME:
        raise broker.refuse(f"a {dialect} database")
    name = str(connection.exec_driver_sql(NAME[dialect]).scalar() or "")
    database = broker.by_name(name)
    if database is None:
        raise broker.refuse(f"the {dialect} database {name!r}")
    return database


def tables(connection: Any) -> set[Table]:
    return {tuple(row) for row in connection.exec_driver_sql(TABLES[family(connection)])}


def is_empty(connection: Any) -> bool:
    return not tables(connection) and not connection.exec_driver_sql(OTHERS[family(connection)]).scalar()


def drop_tables(connection: Any, dropped: set[Table]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    ending = " CASCADE" if family(connection) == "postgresql" else ""
    for schema, name in sorted(dropped, key=str):
        table = f"{quote(schema)}.{quote(name)}" if schema else quote(name)
        connection.exec_driver_sql(f"DROP TABLE {table}{ending}")
