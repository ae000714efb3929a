"""Names, values and INSERTs as each dialect writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs.mysql import quoting as mysql
from alembic_proof.catalogs.postgresql.quoting import literal as _literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.rows.tables import Column, Name, Table

Row = dict[str, str | None]  # by column; None is NULL
_BYTES = re.compile(r"(?:long|medium|tiny)?blob|(?:var)?binary", re.IGNORECASE)
_SHAPES = re.compile(r"geometry|point|linestring|polygon|multi\w+", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBERS = re.compile(r".*(?:int|real|floa|doub|num|dec|bool)", re.IGNORECASE)


def identifier(dialect: str, name: str) -> str:
    """Always in quotes: what runs need not be nice to read."""
    if dialect == "mysql":
        return mysql.identifier(name)
    return '"{}"'.format(name.replace('"', '""'))


def qualified(dialect: str, name: Name) -> str:
    return ".".join(identifier(dialect, part) for part in name if part is not None)


def value(dialect: str, column: Column, text: str | None) -> str:
    if text is None:
        return "NULL"
    if dialect == "postgresql":
        return _literal(text)
    if _BYTES.match(column.type) and re.fullmatch(r"(?:[0-9a-f]{2})*", text):
        return f"X'{text}'"
    if dialect == "sqlite":
        if _NUMBER.fullmatch(text) and _NUMBERS.match(column.type):
            return text
        return "'{}'".format(text.replace("'", "''"))
    if column.type.startswith("bit"):
        return f"b'{text}'"
    if _SHAPES.match(column.type):
        return f"ST_GeomFromText({mysql.literal(text)})"
    return mysql.literal(text)


def insert(dialect: str, table: Table, row: Row) -> str:
    columns = table.by_name
    into = f"INSERT INTO {qualified(dialect, table.name)}"
    if not row:
        return f"{into} () VALUES ()" if dialect == "mysql" else f"{into} DEFAULT VALUES"
    names = ", ".join(identifier(dialect, name) for name in row)
    values = ", ".join(value(dialect, columns[name], text) for name, text in row.items())
    overriding = " OVERRIDING SYSTEM VALUE" if any(columns[name].always for name in row) else ""
    return f"{into} ({names}){overriding} VALUES ({values})"


def update(dialect: str, table: Table, values: Row, where: Row) -> str:
    columns = table.by_name

    def listed(row: Mapping[str, str | None], between: str) -> str:
        pairs = (
            f"{identifier(dialect, name)} = {value(dialect, columns[name], text)}"
            for name, text in row.items()
        )
        return between.join(pairs)

    return (
        f"UPDATE {qualified(dialect, table.name)} SET {listed(values, ', ')} WHERE {listed(where, ' AND ')}"
    )


def select(dialect: str, table: Name, columns: Iterable[Column], limit: int | None = None) -> str:
    """A query for columns as texts."""
    listed = ", ".join(_as_text(dialect, one) for one in columns)
    return f"SELECT {listed} FROM {qualified(dialect, table)}{f' LIMIT {limit}' if limit else ''}"


def _as_text(dialect: str, column: Column) -> str:
    name = identifier(dialect, column.name)
    if dialect == "postgresql":
        return f"{name}::text"
    if _BYTES.match(column.type):
        return f"lower(hex({name}))"
    return f"CAST({name} AS {'CHAR' if dialect == 'mysql' else 'TEXT'})"
