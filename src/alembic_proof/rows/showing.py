"""The row that a failure is about, for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.rows.touched import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from alembic_proof.rows.contents import Contents
    from alembic_proof.rows.tables import Name, Table
    from alembic_proof.rows.wording import Row

    _Found = tuple[Name, Row]

_LENGTH = 30  # characters of a value that are shown
_SHOWN = 6  # columns
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_KEY = re.compile(r"\((.*)\)=\((.*?)\)(?= |$)", re.MULTILINE)
_ON_TABLE = re.compile(r'on table "([^"]*)"')
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.*)")
_NEW_COLUMN = re.compile(r"\bADD (?:COLUMN\b|`)", re.IGNORECASE)
_NEW_CHECK = re.compile(
    r"ALTER TABLE (?P<table>.+?) ADD (?:CONSTRAINT .+? )?CHECK \((?P<condition>.*)\)",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LARGE = re.compile(r"too long|out of range|overflow|truncated", re.IGNORECASE)
_NULL = re.compile(r"null", re.IGNORECASE)
_MYSQL_NULL = re.compile(
    r"NOT NULL.*data truncated", re.IGNORECASE | re.DOTALL
)  # in a column that takes none now


@dataclass(frozen=True)
class _Said:
    message: str
    statement: str

    @property
    def text(self) -> str:
        return f"{self.statement} {self.message}"


def failing_row(
    tables: Mapping[Name, Table], contents: Contents, message: str, statement: str
) -> tuple[Name, Row] | None:
    """The row that a server's message tells of, by what it quotes or by what must be so; None where nothing does.

    A guess would send people the wrong way.
    """
    said = _Said(message, statement)
    key = _KEY.search(message)
    table = _ON_TABLE.search(message)
    if key is not None and table is not None and not any(name[1] == table[1] for name in contents):
        return _first(_referring(tables, contents, _listed(key[2])), said)  # it was renamed
    if key is not None:
        columns, values = _listed(key[1]), _listed(key[2])
        rows = list(_rows(contents, said if table is None else _Said(f'"{table[1]}"', "")))
        return _first([one for one in rows if _has(one[1], columns, values)], said)
    rows = list(_rows(contents, said))
    for telling in (_quoted, _lacking, _repeated, _largest):
        found = telling(rows, said)
        if found:
            return _first(found, said)
    return None


def _rows(contents: Contents, said: _Said) -> Iterator[_Found]:
    """Those of the tables that are named, or all: the table may have been renamed."""
    spoken = set(words(said.text))
    meant = [name for name in contents if name[1] in spoken] or list(contents)
    return ((name, row) for name in meant for row in contents[name])


def _first(found: Sequence[_Found], said: _Said) -> _Found | None:
    """Of the table that is named first; none where several tables have such rows, and no name tells which is meant."""
    spoken = list(words(said.text))
    places = {name: spoken.index(name[1]) for name, _ in found if name[1] in spoken}
    if len({name for name, _ in found}) > 1:
        found = [one for one in found if one[0] in places and places[one[0]] == min(places.values())]
    return found[0] if found else None


def _listed(text: str) -> list[str]:
    return text.split(", ")


def _has(row: Row, columns: Sequence[str], values: Sequence[str]) -> bool:
    """Whether it has each value, in the column of that name where there is one."""
    if len(columns) != len(values):
        return False
    names = [name.strip('"') for name in columns]
    return all(
        value in ([row[name]] if name in row else row.values())
        for name, value in zip(names, values, strict=True)
    )


def _referring(tables: Mapping[Name, Table], contents: Contents, values: Sequence[str]) -> list[_Found]:
    return [
        (name, row)
        for name, rows in contents.items()
        for row in rows
        if name in tables
        and any([row.get(column) for column in one.columns] == values for one in tables[name].references)
    ]


def _quoted(rows: Sequence[_Found], said: _Said) -> list[_Found]:
    """Those that have a value which the message quotes."""
    quoted = {one for found in _QUOTED.findall(said.message) for one in found if one}
    return [one for one in rows if quoted.intersection(value for value in one[1].values() if value)]


def _lacking(rows: Sequence[_Found], said: _Said) -> list[_Found]:
    """Where a NULL is one too many: those that have it, or that are given it with a new column."""
    if not _NULL.search(said.message) and not _MYSQL_NULL.search(said.text):
        return []
    spoken, named = set(words(said.text)), set(words(said.message))
    lacking = [one for one in rows if any(value is None and name in spoken for name, value in one[1].items())]
    if lacking or _NEW_COLUMN.search(said.statement):
        return lacking or list(rows)
    return [one for one in rows if one[0][1] in named and named.isdisjoint(one[1])]  # a column added before


def _repeated(rows: Sequence[_Found], said: _Said) -> list[_Found]:
    """Where SQLite tells of columns alone: those that have the same in them as another row."""
    failed = _UNIQUE.search(said.message)
    if failed is None:
        return []
    columns = [one.rpartition(".")[2] for one in _listed(failed[1].strip())]

    def values(one: _Found) -> tuple[Name, list[str | None]]:
        return one[0], [one[1].get(column) for column in columns]

    told = [one for one in rows if None not in values(one)[1]]
    return [one for one in told if sum(values(one) == values(other) for other in told) > 1]


def _largest(rows: Sequence[_Found], said: _Said) -> list[_Found]:
    """Where something does not fit: the one whose value in a column that is named is the longest."""
    if not _TOO_LARGE.search(said.message):
        return []
    spoken = set(words(said.text))

    def length(one: _Found) -> int:
        return max((len(value) for name, value in one[1].items() if value and name in spoken), default=0)

    return [one for one in rows if length(one) == max(map(length, rows)) > 0]


def added_check(statement: str, table: str) -> str | None:
    """The condition that a statement adds to a table."""
    found = _NEW_CHECK.match(statement.strip())
    return found["condition"] if found is not None and table in words(found["table"]) else None


def shown(row: Row, first: Iterable[str]) -> str:
    """A row, some of its columns before all others: `(id: 1003, state: NULL, ...)`."""
    ahead = [name for name in dict.fromkeys(first) if name in row]
    names = list(dict.fromkeys([*ahead, *row]))
    count = max(_SHOWN, len(ahead))
    listed = ", ".join(f"{name}: {_value(row[name])}" for name in names[:count])
    return f"({listed}{', ...' if len(names) > count else ''})"


def _value(value: str | None) -> str:
    if value is None:
        return "NULL"
    line = " ".join(value.split())
    return repr(line if len(line) <= _LENGTH else f"{line[: _LENGTH - 3]}...")


def spoken_columns(row: Row, text: str) -> Iterator[str]:
    spoken = set(words(text))
    return (column for column in row if column in spoken)
