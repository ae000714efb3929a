"""One MariaDB or MySQL database as a snapshot: information_schema, and SHOW CREATE TABLE for what stands in tables."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.mysql import queries, shown
from alembic_proof.catalogs.mysql.quoting import identifier, literal
from alembic_proof.catalogs.snapshot import Entry, Place, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.base import Rows

DATABASE = "database"  # its defaults, which the models' database has to have too
_HERE = Place(None, None)
_IDLE_OPTIONS = re.compile(r"\b(row_format=\w+|partitioned)\s*", re.IGNORECASE)
_ON_UPDATE = re.compile(r"on update (\S+)", re.IGNORECASE)


class _Facts(NamedTuple):
    """What one query says of all tables."""

    columns: dict[str, list[tuple[Any, ...]]]
    checks: dict[tuple[str, str], str]
    partitions: dict[str, str]
    is_mariadb: bool


def read(rows: Rows) -> Snapshot:
    """Read the connection's own database. `rows` runs a query."""
    rows(queries.SETTINGS)
    facts = _facts(rows)
    (charset, collation), *_ = rows(queries.DATABASE)
    entries = [Entry(DATABASE, _HERE, "", {"charset": charset, "collation": collation})]
    for name, type_, *table in rows(queries.TABLES):
        if type_ == "SEQUENCE":
            entries.append(_sequence(name, rows(f"SHOW CREATE SEQUENCE {identifier(name)}")[0][1]))
        elif "VIEW" in type_:
            entries.append(Entry(snapshot.TABLE, _HERE, name, {"kind": "view"}))
        else:
            sql = rows(f"SHOW CREATE TABLE {identifier(name)}")[0][1]
            entries += _table(name, table, sql, facts)
    return Snapshot(tuple(entries))


def _facts(rows: Rows) -> _Facts:
    is_mariadb = "mariadb" in str(rows(queries.VERSION)[0][0]).lower()
    columns: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for table, *column in rows(queries.COLUMNS):
        columns[table].append(tuple(column))
    checks = rows(queries.COLUMN_CHECKS) if is_mariadb else []
    return _Facts(
        columns,
        {(table, column): clause for table, column, clause in checks},
        {table: _partitioning(*how) for table, *how in rows(queries.PARTITIONS)},
        is_mariadb,
    )


def _partitioning(method: str, by: str | None, below: str | None, below_by: str | None, count: int) -> str:
    """By what a table is partitioned; ranges and lists are added as time goes by."""
    counted = f" PARTITIONS {count}" if method.endswith(("HASH", "KEY")) else ""
    return (
        f"{method} ({by or ''}){f' SUBPARTITION BY {below} ({below_by or str()})' if below else ''}{counted}"
    )


def _sequence(name: str, sql: str) -> Entry:
    options = sql.partition(f"{identifier(name)} ")[2].rpartition(" ENGINE=")[0]
    return Entry(snapshot.SEQUENCE, _HERE, name, {"options": options}, (), sql)


def _table(name: str, table: list[Any], sql: str, facts: _Facts) -> Iterator[Entry]:
    engine, collation, row_format, options, comment = table
    aspects = {
        "kind": None,
        "engine": engine,
        "collation": collation,
        "row format": (row_format or "").upper() or None,
        "options": _IDLE_OPTIONS.sub("", options or "").strip() or None,
        "partitioning": facts.partitions.get(name),
        "comment": comment or None,
    }
    yield Entry(snapshot.TABLE, _HERE, name, aspects, (), sql)
    place, parts = Place(None, name), shown.parts(sql)
    for row in facts.columns[name]:
        check = facts.checks.get((name, row[0]))
        yield from _column(place, row, parts.columns.get(row[0], ""), check, collation, facts.is_mariadb)
    yield from shown.entries(place, parts)


def _column(
    place: Place, row: tuple[Any, ...], line: str, check: str | None, table_collation: str, is_mariadb: bool
) -> Iterator[Entry]:
    name, type_, nullable, default, extra, generated, collation, comment = row
    is_json = check == f"json_valid({identifier(name)})"
    stored = "STORED" if "STORED" in extra else "VIRTUAL"
    on_update = _ON_UPDATE.search(extra)
    aspects = {
        "type": "json" if is_json else type_,
        "nullable": nullable.lower(),
        "default": _default(default, extra, is_mariadb),
        "on update": on_update[1] if on_update else None,
        "generated": f"{generated} {stored}" if generated else None,
        "auto_increment": "yes" if "auto_increment" in extra else None,
        "collation": None if collation == table_collation or is_json else collation,
        "visibility": "invisible" if "INVISIBLE" in extra else None,
        "comment": comment or None,
    }
    if check is not None and not is_json:
        line = line.replace(f" CHECK ({check})", "", 1)
        yield Entry(snapshot.CHECK, place, name, {"definition": f"CHECK ({check})"}, (name,), shown.INLINE)
    yield Entry(snapshot.COLUMN, place, name, aspects, (), line)


def _default(text: str | None, extra: str, is_mariadb: bool) -> str | None:
    """MariaDB says a default as SQL, MySQL a literal's value."""
    if text is None or (is_mariadb and text == "NULL"):
        return None
    if is_mariadb or "DEFAULT_GENERATED" in extra:
        return text
    return literal(text)
