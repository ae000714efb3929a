"""A snapshot's tables as whoever fills them needs them: what each column takes, and what must hold between rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.mysql import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_proof.catalogs.snapshot import Entry, Snapshot

BOUNDS = "partitions"  # the name of what they take
Name = tuple[str | None, str]  # a schema, None where it is the connection's own, and a table

_NAME = r'(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\w$]+)'
_REFERENCE = re.compile(
    rf"FOREIGN KEY \((?P<own>.*?)\) REFERENCES (?:(?P<schema>{_NAME})\.)?(?P<table>{_NAME}) ?\((?P<there>.*?)\)",
    re.DOTALL,
)
_ANY_NAME = re.compile(_NAME)
_LITERAL = re.compile(
    r"'((?:[^']|'')*)'(?:::[\w \"\[\]().,]+)?|(-?\d+(?:\.\d+)?)|(true|false)", re.IGNORECASE
)
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class Column:
    """`type` is a domain's own type; `counted` says that a sequence numbers it, `given` that rows may say its value."""

    name: str
    type: str
    nullable: bool
    labels: tuple[str, ...] = ()
    default: str | None = None  # where it is a literal
    counted: bool = False
    given: bool = True
    always: bool = False  # an identity that wants OVERRIDING SYSTEM VALUE


@dataclass(frozen=True)
class Check:
    """What must hold: a CHECK, a domain's, or what partitions take."""

    name: str
    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """What no two rows may have in common: a primary or unique key, a unique index, an exclusion constraint."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    name: str
    columns: tuple[str, ...]
    table: Name
    there: tuple[str, ...]
    deferrable: bool = False
    deferred: bool = False


@dataclass(frozen=True)
class Table:
    name: Name
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    checks: tuple[Check, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Column]:
        return {one.name: one for one in self.columns}


def read_tables(dialect: str, found: Snapshot) -> dict[Name, Table]:
    """The tables that take rows, in the catalogs' order. Of a partitioned one the whole, not its partitions."""
    return {
        (one.schema, one.name): _table(dialect, one, found)
        for one in found.entries
        if one.kind == snapshot.TABLE
        and one.aspects.get("kind") in (None, "partitioned table")
        and not one.aspects.get("partition bound")
    }


def roots(found: Snapshot) -> dict[Name, Name]:
    """Of each partition the table that it is a part of, at the top."""
    parents = {
        (one.schema, one.name): _spelled(one.aspects.get("inheritance") or "") for one in _partitions(found)
    }
    return {name: _top(name, parents) for name in parents}


def _partitions(found: Snapshot) -> Iterator[Entry]:
    return (one for one in found.entries if one.kind == snapshot.TABLE and one.aspects.get("partition bound"))


def _top(name: Name, parents: Mapping[Name, Name]) -> Name:
    while name in parents:
        name = parents[name]
    return name


def _spelled(text: str) -> Name:
    *schema, table = map(_unquoted, _ANY_NAME.findall(text))
    return (schema[0] if schema else None), table


def _table(dialect: str, table: Entry, found: Snapshot) -> Table:
    checks = [
        Check(one.name, one.aspects["definition"] or "", one.columns)
        for one in found.parts(snapshot.CHECK, table)
    ]
    columns = []
    for one in found.parts(snapshot.COLUMN, table):
        column, own = _column(dialect, one, found)
        columns.append(column)
        checks += own
    keys = [
        _key(one, columns)
        for kind in (snapshot.PRIMARY_KEY, snapshot.UNIQUE, snapshot.EXCLUSION, snapshot.INDEX)
        for one in found.parts(kind, table)
        if kind != snapshot.INDEX or (one.aspects["definition"] or "").startswith("UNIQUE")
    ]
    references = [_reference(one) for one in found.parts(snapshot.FOREIGN_KEY, table)]
    return Table(
        (table.schema, table.name),
        tuple(columns),
        tuple(keys),
        (*checks, *_bounds(table, found, columns)),
        tuple(one for one in references if one is not None),
    )


def _column(dialect: str, one: Entry, found: Snapshot) -> tuple[Column, list[Check]]:
    type_, nullable, default = (
        one.aspects["type"] or "",
        one.aspects["nullable"] == "yes",
        one.aspects["default"],
    )
    domain, checks = _of_type(found, snapshot.DOMAIN, type_), []
    while domain is not None:
        checks.append(Check(domain.name, domain.aspects["constraints"] or "", (one.name,)))
        checks += [Check(part.name, "", (one.name,)) for part in found.parts(snapshot.CHECK, domain)]
        nullable = nullable and domain.aspects["nullable"] == "yes"
        default = default or domain.aspects["default"]
        type_ = domain.aspects["type"] or ""
        domain = _of_type(found, snapshot.DOMAIN, type_)
    enum = _of_type(found, snapshot.ENUM, type_.removesuffix("[]"))
    identity = one.aspects.get("identity")
    key = {name for entry in found.parts(snapshot.PRIMARY_KEY, _table_of(one)) for name in entry.columns}
    rowid = dialect == "sqlite" and key == {one.name} and type_ == "INTEGER"
    column = Column(
        one.name,
        type_,
        nullable,
        _labels(dialect, type_, enum),
        _literal(default),
        counted=bool(
            identity or one.aspects.get("serial") or one.aspects.get("auto_increment") or rowid
            or "nextval" in (default or "").lower()
        ),
        given=not one.aspects.get("generated"),
        always=(identity or "").startswith("ALWAYS"),
    )  # fmt: skip
    return column, checks


def _table_of(column: Entry) -> Entry:
    return snapshot.Entry(snapshot.TABLE, snapshot.Place(column.schema, None), column.place.table or "")


def _of_type(found: Snapshot, kind: str, type_: str) -> Entry | None:
    if not type_ or type_[0].isdigit():
        return None
    if found.find(kind, None, type_) is not None:
        return found.find(kind, None, type_)
    names = [_unquoted(one) for one in _ANY_NAME.findall(type_)]
    if len(names) not in (1, 2):
        return None
    return found.find(kind, names[0] if len(names) == 2 else None, names[-1])


def _labels(dialect: str, type_: str, enum: Entry | None) -> tuple[str, ...]:
    if enum is not None:
        return _texts(enum.aspects["labels"] or "")
    if dialect == "mysql" and type_.lower().startswith(("enum(", "set(")):
        return _texts(type_)
    return ()


def _texts(listed: str) -> tuple[str, ...]:
    return tuple(one.replace("''", "'") for one in _QUOTED.findall(listed))


def _literal(default: str | None) -> str | None:
    """What a default says, where it is a literal."""
    found = _LITERAL.fullmatch((default or "").strip().strip("()"))
    if found is None:
        return None
    if found[1] is not None:
        return found[1].replace("''", "'")
    return found[2] or str(int(found[3].lower() == "true"))


def _key(one: Entry, columns: list[Column]) -> Key:
    """A key over expressions is one over the columns that they speak of."""
    spoken = {_unquoted(name) for name in _ANY_NAME.findall(one.aspects["definition"] or "")}
    return Key(one.name, tuple(column.name for column in columns if column.name in (*one.columns, *spoken)))


def _reference(one: Entry) -> Reference | None:
    definition = one.aspects["definition"] or ""
    found = _REFERENCE.match(definition)
    if found is None:
        return None
    schema = _unquoted(found["schema"]) if found["schema"] else None
    return Reference(
        one.name,
        tuple(map(_unquoted, _ANY_NAME.findall(found["own"]))),
        (schema, _unquoted(found["table"])),
        tuple(map(_unquoted, _ANY_NAME.findall(found["there"]))),
        deferrable=" DEFERRABLE" in definition and "NOT DEFERRABLE" not in definition,
        deferred="INITIALLY DEFERRED" in definition,
    )


def _bounds(table: Entry, found: Snapshot, columns: list[Column]) -> Iterator[Check]:
    """What the partitions of a table take, as if it were checks of the columns that it is partitioned by."""
    by = table.aspects.get("partitioning")
    if not by:
        return
    spoken = {_unquoted(name) for name in _ANY_NAME.findall(by)}
    own = tuple(one.name for one in columns if one.name in spoken)
    if table.sql:  # MariaDB and MySQL, which have no partition by itself
        yield Check(BOUNDS, shown.after(table.sql), own)
    tops = roots(found)
    for one in _partitions(found):
        if tops[one.schema, one.name] == (table.schema, table.name):
            yield Check(BOUNDS, one.aspects["partition bound"] or "", own)


def _unquoted(name: str) -> str:
    quote = name[0]
    return name[1:-1].replace(quote * 2, quote) if quote in '"`' else name
