"""What a database's catalogs say, as plain data that two databases can be compared by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SCHEMA = "schema"
TRIGGER = "trigger"  # which models cannot describe, and which goes with its table
TABLE, COLUMN, INDEX, SEQUENCE, ENUM, DOMAIN = "table", "column", "index", "sequence", "enum type", "domain"
PRIMARY_KEY, UNIQUE, FOREIGN_KEY, CHECK, EXCLUSION = (
    "primary key",
    "unique constraint",
    "foreign key",
    "check constraint",
    "exclusion constraint",
)
CONSTRAINTS = (PRIMARY_KEY, UNIQUE, FOREIGN_KEY, CHECK, EXCLUSION)
OWN = (SCHEMA, TABLE, SEQUENCE, ENUM, DOMAIN)  # what stands by itself and not in a table


_WORD = re.compile(r"\w[\w$]*")
_DERIVED = re.compile(r"\b(?:INHERITS|PARTITION\s+OF|LIKE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """What holds an object: a schema, None where it is the connection's own, and the table, if one does."""

    schema: str | None
    table: str | None


@dataclass(frozen=True)
class Entry:
    """One object. `aspects` are what a server says of it, in its words; None where that goes without saying.

    `columns` are those that an index or a constraint stands on. `sql` is the statement that makes it, where the
    server keeps one. What is `nameless` goes by its definition.
    """

    kind: str
    place: Place
    name: str
    aspects: Mapping[str, str | None] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    sql: str = ""
    nameless: bool = False

    @property
    def schema(self) -> str | None:
        return self.place.schema

    @property
    def table(self) -> str | None:
        return self.name if self.kind == TABLE else self.place.table

    def stands_on(self, column: Entry) -> bool:
        """Whether it is an index or a constraint that goes when the column does."""
        return self.place == column.place and column.name in self.columns


@dataclass(frozen=True)
class Snapshot:
    """Everything in one database that models can describe."""

    entries: tuple[Entry, ...]

    @cached_property
    def _own(self) -> Mapping[tuple[str, str | None, str], Entry]:
        return {(one.kind, one.schema, one.name): one for one in self.entries if one.kind in OWN}

    @cached_property
    def _parts(self) -> Mapping[tuple[str, Place], tuple[Entry, ...]]:
        parts: dict[tuple[str, Place], list[Entry]] = {}
        for one in self.entries:
            if one.kind not in OWN:
                parts.setdefault((one.kind, one.place), []).append(one)
        return {key: tuple(found) for key, found in parts.items()}

    def of_tables(self, names: Collection[str]) -> Snapshot:
        """The tables of these names, and what stands in them."""
        return Snapshot(tuple(one for one in self.entries if one.table in names))

    def changed(self, change: Change) -> Snapshot:
        """The same once a change is mended: what the models say stands where what the revisions made stood."""
        gone, come = change.revisions, change.models
        kept = [come if one is gone else one for one in self.entries]
        if gone is None:
            kept.append(come)
        elif come is None and gone.kind == COLUMN:
            kept = [one for one in kept if one is None or not one.stands_on(gone)]
        return Snapshot(tuple(one for one in kept if one is not None))

    def with_parts_of(self, kind: str, whole: Entry, other: Snapshot) -> Snapshot:
        """The same with another's parts of one kind in a table or a domain."""
        own = {id(one) for one in self.parts(kind, whole)}
        kept = (one for one in self.entries if id(one) not in own)
        return Snapshot((*kept, *other.parts(kind, whole)))

    def find(self, kind: str, schema: str | None, name: str) -> Entry | None:
        """A schema, a table, a sequence or a type."""
        return self._own.get((kind, schema, name))

    def parts(self, kind: str, table: Entry) -> tuple[Entry, ...]:
        """A table's columns, indexes or constraints of one kind, or a domain's checks."""
        return self._parts.get((kind, Place(table.schema, table.name)), ())

    def columns_of_type(self, schema: str | None, name: str) -> tuple[Entry, ...]:
        """The columns of a type of the user's own, or of arrays of it."""
        text = f"{schema}.{name}" if schema else name
        return tuple(one for one in self.entries if one.kind == COLUMN and _is_of_type(one, text))


def as_type(entry: Entry) -> str:
    """The name by which columns are of this type, without quotes."""
    return f"{entry.schema}.{entry.name}" if entry.schema else entry.name


class Sides(NamedTuple):
    """The models' database and the one that the revisions built."""

    models: Snapshot
    revisions: Snapshot


def _is_of_type(column: Entry, name: str) -> bool:
    return (column.aspects["type"] or "").replace('"', "").removesuffix("[]") == name


@dataclass(frozen=True)
class Described:
    """A table that models describe. `named` are the constraints and indexes that a person named."""

    schema: str | None
    name: str
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Statement:
    """One statement of the models' DDL: what kind of object it makes, if it makes one, and for which table.

    A `part` is of a table and nothing else needs it: a database can be made without.
    """

    sql: str
    makes: str | None = None
    schema: str | None = None
    name: str | None = None
    table: tuple[str | None, str] | None = None

    @property
    def part(self) -> bool:
        return self.makes in (INDEX, "constraint")

    def speaks_of(self, names: Collection[str]) -> bool:
        """Whether one of the names stands in it."""
        return not set(_WORD.findall(self.sql)).isdisjoint(names)


@dataclass(frozen=True)
class Models:
    """All that one metadata collection describes: the DDL in order, and the tables that are to be compared."""

    statements: tuple[Statement, ...]
    tables: tuple[Described, ...]

    @cached_property
    def _compared(self) -> frozenset[tuple[str | None, str]]:
        return frozenset((one.schema, one.name) for one in self.tables)

    def compares(self, schema: str | None, table: str) -> bool:
        return (schema, table) in self._compared

    def around(self, tables: Collection[tuple[str | None, str]]) -> Models:
        """These tables and those that are made from one of them, with what makes them, and the keys to them."""
        around = set(tables)
        derived = [one for one in self.statements if one.makes == TABLE and _DERIVED.search(one.sql)]
        while True:
            names = {name for _, name in around}
            more = {(one.schema, one.name or "") for one in derived if one.speaks_of(names)} - around
            if not more:
                break
            around |= more
        statements = (
            one
            for one in self.statements
            if one.table in around or (one.makes == "constraint" and one.speaks_of(names))
        )
        return Models(
            tuple(statements), tuple(one for one in self.tables if (one.schema, one.name) in around)
        )

    def made(self, kind: str) -> Iterable[tuple[str | None, str]]:
        """Schema and name of the objects of a kind that the statements make, each once."""
        return dict.fromkeys(
            (one.schema, one.name) for one in self.statements if one.makes == kind and one.name is not None
        )


@dataclass(frozen=True)
class Change:
    """One difference: an object on one side only, or on both with `aspects` that are not alike.

    `used_in` is the first column whose type this is, or the first table of a schema.
    """

    kind: str
    place: Place
    models: Entry | None
    revisions: Entry | None
    aspects: tuple[str, ...] = ()
    used_in: Entry | None = None

    @property
    def entry(self) -> Entry:
        found = self.models or self.revisions
        assert found is not None
        return found

    @property
    def definition(self) -> str | None:
        """What the models say of an object that the revisions lack, None where both sides have it."""
        if self.models is None or self.revisions is not None:
            return None
        said = (self.models.aspects.get(aspect) for aspect in ("definition", "labels", "type"))
        return next((one for one in said if one is not None), None)

    @property
    def undone(self) -> Change:
        """The same the other way round."""
        return replace(self, models=self.revisions, revisions=self.models)

    def sides(self, aspect: str) -> tuple[str | None, str | None]:
        """The revisions' side of an aspect and the models'."""
        return _side(self.revisions, aspect), _side(self.models, aspect)


def _side(entry: Entry | None, aspect: str) -> str | None:
    if entry is None:
        return None
    if aspect == "name":
        return None if entry.nameless else entry.name
    return entry.aspects.get(aspect)
