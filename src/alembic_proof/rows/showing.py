"""The row that a failure is about, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.rows.touched import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.rows.contents import Contents
    from alembic_proof.rows.tables import Name
    from alembic_proof.rows.wording import Row

_LENGTH = 30  # characters of a value that are shown
_SHOWN = 6  # columns
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'|=\(([^()]*)\)')
_NULL = re.compile(r"null", re.IGNORECASE)


def failing_row(contents: Contents, message: str, statement: str) -> tuple[Name, Row] | None:
    """The likeliest of the rows: one that has what the message quotes, or no value in the column that it names."""
    spoken = {*words(statement), *words(message)}
    meant = [name for name in contents if name[1] in spoken] or list(contents)  # it may have been renamed
    found = [(_weight(row, message, statement), name, row) for name in meant for row in contents[name]]
    if not found:
        return None
    said = f"{statement} {message}"
    _, name, row = max(
        found, key=lambda one: (one[0], -said.find(one[1][1]) if one[1][1] in said else -len(said))
    )
    return name, row


def _weight(row: Row, message: str, statement: str) -> int:
    quoted = {one for found in _QUOTED.findall(message) for one in found if one}
    has_value = any(value in quoted for value in row.values() if value)
    spoken = set(words(f"{message} {statement}"))
    lacks = any(value is None for column, value in row.items() if column in spoken)
    return 2 * has_value + (lacks and bool(_NULL.search(f"{message} {statement}")))


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
