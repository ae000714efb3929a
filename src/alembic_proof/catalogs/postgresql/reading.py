"""One PostgreSQL database as a snapshot."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql import queries
from alembic_proof.catalogs.snapshot import Entry, Place, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    Rows = Callable[[str], list[tuple[Any, ...]]]

KINDS = {
    "r": None,
    "p": "partitioned table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
}
_PERSISTENCE = {"p": None, "u": "unlogged", "t": "temporary"}
_CONSTRAINTS = {
    "p": snapshot.PRIMARY_KEY,
    "u": snapshot.UNIQUE,
    "f": snapshot.FOREIGN_KEY,
    "c": snapshot.CHECK,
    "x": snapshot.EXCLUSION,
}
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}
_GENERATED = {"s": "STORED", "v": "VIRTUAL"}
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
# Not of a domain, which may have a default of its own that NULL takes away.
_NULL = re.compile(
    r"NULL::(?:character varying|bpchar|bit|bit varying|numeric|interval|time(?:stamp)?)"
    r"(?:\([\d,]+\))?(?: with(?:out)? time zone)?"
)
_WIDTHS = {"smallint": 16, "integer": 32, "bigint": 64}


_VERSION = "SELECT current_setting('server_version_num')"


def read(rows: Rows) -> Snapshot:
    """Read every schema that is not the server's own. `rows` runs a query; its search path spells the names."""
    readers = _readers(int(rows(_VERSION)[0][0]))
    return Snapshot(tuple(entry for query, reader in readers for entry in _read(rows(query), reader)))


def _readers(version: int) -> tuple[tuple[str, Callable[..., Entry]], ...]:
    return (
        (queries.SCHEMAS, _schema),
        (queries.TABLES, _table),
        (queries.columns(version), _column),
        (queries.CONSTRAINTS, _constraint),
        (queries.INDEXES, _index),
        (queries.SEQUENCES, _sequence),
        (queries.ENUMS, _enum),
        (queries.DOMAINS, _domain),
        (queries.DOMAIN_CONSTRAINTS, _constraint),
    )


def read_tables(rows: Rows, names: Collection[str]) -> Snapshot:
    """Read the tables of these names, in whatever schema, the keys to them, and the schemas' names."""
    version = int(rows(_VERSION)[0][0])
    readers = (
        (queries.TABLES, _table),
        (queries.columns(version), _column),
        (queries.CONSTRAINTS, _constraint),
        (queries.INDEXES, _index),
    )
    schemas = _read(rows(queries.SCHEMAS), _schema)
    parts = (_read(rows(queries.of_tables(query, names)), reader) for query, reader in readers)
    return Snapshot((*schemas, *chain.from_iterable(parts)))


def _read(rows: list[tuple[Any, ...]], reader: Callable[..., Entry]) -> Iterator[Entry]:
    for row in rows:
        yield reader(*row)


def _schema(name: str) -> Entry:
    return Entry(snapshot.SCHEMA, Place(None, None), name)


def _table(
    schema: str | None,
    name: str,
    kind: str,
    persistence: str,
    options: str | None,
    method: str | None,
    tablespace: str | None,
    partition_key: str | None,
    bound: str | None,
    secured: bool,
    forced: bool,
    replica: str | None,
    comment: str | None,
    parents: str | None,
) -> Entry:
    aspects = {
        "kind": KINDS[kind],
        "persistence": _PERSISTENCE[persistence],
        "storage options": _in_order(options),
        "access method": method,
        "tablespace": tablespace,
        "partitioning": partition_key,
        "partition bound": bound,
        "inheritance": parents,
        "row security": "forced" if forced else "enabled" if secured else None,
        "replica identity": replica,
        "comment": comment,
    }
    return Entry(snapshot.TABLE, Place(schema, None), name, aspects)


def _in_order(options: str | None) -> str | None:
    return ", ".join(sorted(options.split(", "))) if options else None


def _column(
    schema: str | None,
    table: str,
    name: str,
    type_: str,
    required: bool,
    null_validity: bool | None,
    expression: str | None,
    identity: str,
    generated: str,
    collation: str | None,
    comment: str | None,
    storage: str | None,
    compression: str | None,
    statistics: int | None,
    sequence: str | None,
    *options: Any,
) -> Entry:
    serial = sequence is not None and expression == f"nextval('{_escaped(sequence)}'::regclass)"
    aspects = {
        "type": type_,
        "nullable": _nullable(required, null_validity),
        "default": None if generated else "nextval of its own sequence" if serial else _default(expression),
        "serial": _serial(type_, *options) if serial else None,
        "identity": f"{_IDENTITY[identity]}{_in_parentheses(*options)}" if identity else None,
        "generated": f"{expression} {_GENERATED[generated]}" if generated else None,
        "collation": collation,
        "comment": comment,
        "storage": _STORAGE.get(storage or ""),
        "compression": _COMPRESSION.get(compression or ""),
        "statistics": None if statistics is None else str(statistics),
    }
    return Entry(snapshot.COLUMN, Place(schema, table), name, aspects)


def _default(expression: str | None) -> str | None:
    """NULL as a default is none."""
    return None if expression is None or _NULL.fullmatch(expression) else expression


def _serial(column: str, type_: str, *options: Any) -> str:
    """A sequence that can count further than its column is as good as one of the column's type."""
    covered = _WIDTHS.get(column, 0) <= _WIDTHS[type_]
    told = sequence_options(type_, *options)
    return told.replace(f"AS {type_}", f"AS {column}", 1) if covered and column in _WIDTHS else told


def _nullable(required: bool, validity: bool | None) -> str:
    if not required:
        return "yes"
    return "no, not validated" if validity is False else "no"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _in_parentheses(*options: Any) -> str:
    found = sequence_options(*options)
    return f" ({found})" if found else ""


def sequence_options(
    type_: str, start: int, increment: int, least: int, most: int, cache: int, cycle: bool
) -> str:
    """A sequence as ALTER SEQUENCE takes it, its type first and then what is not the default."""
    top, up = 2 ** (_WIDTHS[type_] - 1), increment > 0
    usual_least, usual_most = (1, top - 1) if up else (-top, -1)
    parts = [
        f"AS {type_}",
        f"START {start}" if start != (1 if up else -1) else "",
        f"INCREMENT {increment}" if increment != 1 else "",
        f"MINVALUE {least}" if least != usual_least else "",
        f"MAXVALUE {most}" if most != usual_most else "",
        f"CACHE {cache}" if cache != 1 else "",
        "CYCLE" if cycle else "",
    ]
    return " ".join(part for part in parts if part)


def _constraint(
    schema: str | None,
    table: str,
    name: str,
    kind: str,
    definition: str,
    index: str | None,
    quoted: str,
    comment: str | None,
    columns: list[str],
) -> Entry:
    aspects = {
        "definition": definition,
        "index": index_definition(index, quoted) if index else None,
        "comment": comment,
    }
    return Entry(_CONSTRAINTS[kind], Place(schema, table), name, aspects, tuple(columns))


def index_definition(definition: str, quoted_name: str) -> str:
    """`CREATE UNIQUE INDEX name ON table USING btree (x)` as `UNIQUE btree (x)`."""
    start, _, rest = definition.partition(f" INDEX {quoted_name} ON ")
    return (
        start.removeprefix("CREATE").strip() + " " * start.endswith("UNIQUE") + rest.partition(" USING ")[2]
    )


def _index(
    schema: str | None,
    table: str,
    name: str,
    definition: str,
    quoted: str,
    valid: bool,
    tablespace: str | None,
    comment: str | None,
    columns: list[str],
) -> Entry:
    aspects = {
        "definition": index_definition(definition, quoted),
        "validity": None if valid else "invalid",
        "tablespace": tablespace,
        "comment": comment,
    }
    return Entry(snapshot.INDEX, Place(schema, table), name, aspects, tuple(columns))


def _sequence(schema: str | None, name: str, persistence: str, *rest: Any) -> Entry:
    *options, comment = rest
    aspects = {
        "options": sequence_options(*options),
        "persistence": _PERSISTENCE[persistence],
        "comment": comment,
    }
    return Entry(snapshot.SEQUENCE, Place(schema, None), name, aspects)


def _enum(schema: str | None, name: str, labels: list[str], comment: str | None) -> Entry:
    listed = ", ".join(f"'{_escaped(label)}'" for label in labels)
    return Entry(snapshot.ENUM, Place(schema, None), name, {"labels": listed or None, "comment": comment})


def _domain(
    schema: str | None,
    name: str,
    type_: str,
    required: bool,
    default: str | None,
    collation: str | None,
    constraints: str | None,
    comment: str | None,
) -> Entry:
    aspects = {
        "type": type_,
        "nullable": "no" if required else "yes",
        "default": default,
        "collation": collation,
        "constraints": constraints,
        "comment": comment,
    }
    return Entry(snapshot.DOMAIN, Place(schema, None), name, aspects)
