"""Databases for trials with plain Alembic, what their schemas are by `pg_dump` and its like, and all values in them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.corpus import Case

_SERVERS = {
    "postgresql": "postgresql+psycopg2:///{}",
    "mariadb": "mysql+pymysql://root@127.0.0.1/{}",
    "sqlite": "sqlite:///{}",
}
_ADMIN = {"postgresql": "postgres", "mariadb": "mysql"}
NAME = "alembic_proof_corpus"
_EMPTYING = {
    "postgresql": (
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "DROP SCHEMA IF EXISTS audit, billing CASCADE",
    ),
    "mariadb": (f"DROP DATABASE {NAME}", f"CREATE DATABASE {NAME}", f"USE {NAME}"),
    "sqlite": (),
}


@contextmanager
def database(case: Case, folder: Path) -> Iterator[sa.Engine]:
    """An empty database of the case's kind."""
    url = _SERVERS[case.database].format(folder / "case.db" if case.database == "sqlite" else NAME)
    if case.database == "sqlite":
        (folder / "case.db").unlink(missing_ok=True)
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            for statement in _EMPTYING[case.database]:
                connection.exec_driver_sql(statement)
            connection.commit()
        yield engine
    finally:
        engine.dispose()


@contextmanager
def servers() -> Iterator[None]:
    """The machine's PostgreSQL and MariaDB with a database for the cases, dropped in the end."""
    admins = [
        sa.create_engine(_SERVERS[kind].format(name), isolation_level="AUTOCOMMIT")
        for kind, name in _ADMIN.items()
    ]
    for statement in (f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}"):
        _on_each(admins, statement)
    try:
        yield
    finally:
        _on_each(admins, f"DROP DATABASE {NAME}")
        for admin in admins:
            admin.dispose()


def _on_each(admins: list[sa.Engine], statement: str) -> None:
    for admin in admins:
        with admin.connect() as connection:
            connection.exec_driver_sql(statement)


def dump(engine: sa.Engine) -> list[str]:
    """The schema as statements, sorted, the columns of tables in the order of their names."""
    return sorted(
        {"postgresql": _pg_dump, "sqlite": _sqlite_dump, "mysql": _mysql_dump}[engine.dialect.name](engine)
    )


def _pg_dump(engine: sa.Engine) -> list[str]:
    argv = [
        "pg_dump",
        "--schema-only",
        "--no-owner",
        "--exclude-table=alembic_version",
        str(engine.url.database),
    ]
    text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines() if not re.match(r"--|\\|SET |SELECT pg_catalog", line)]
    return [_columns_sorted(one) for one in "\n".join(lines).split(";\n") if one.strip()]


def _sqlite_dump(engine: sa.Engine) -> list[str]:
    with sqlite3.connect(str(engine.url.database)) as connection:
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND sql <> ''"
        )
        texts = [row[0] for row in found]
    connection.close()
    return [
        _columns_sorted(re.sub(r'["\s]+', " ", text).replace("( ", "(").replace(", ", ",\n"))
        for text in texts
    ]


def _mysql_dump(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
        return [
            _columns_sorted(connection.exec_driver_sql(f"SHOW CREATE TABLE `{name}`").one()[1])
            for name in names
        ]


def _columns_sorted(statement: str) -> str:
    if not statement.lstrip().startswith("CREATE TABLE"):
        return statement.strip()
    lines = [line.strip().rstrip(",") for line in re.sub(r"\)\s*$", "\n)", statement.strip()).splitlines()]
    return "\n".join([*lines[:1], *sorted(lines[1:])])


def difference(before: list[str], after: list[str]) -> str:
    gone = [f"- {one}" for one in before if one not in after]
    left = [f"+ {one}" for one in after if one not in before]
    return "\n".join(gone + left)


def values(connection: sa.Connection) -> set[str]:
    """All values in all tables."""
    found: set[str] = set()
    inspector = sa.inspect(connection)
    schemas = inspector.get_schema_names() if connection.dialect.name == "postgresql" else [None]
    for schema in schemas:
        for name in inspector.get_table_names(schema) if schema != "information_schema" else ():
            if name != "alembic_version":
                table = sa.table(name, schema=schema)
                for row in connection.execute(sa.select(sa.text("*")).select_from(table)):
                    found |= {_text(value) for value in row if value is not None}
    return found


def _text(value: Any) -> str:
    return str(value.normalize()) if isinstance(value, Decimal) else str(value)
