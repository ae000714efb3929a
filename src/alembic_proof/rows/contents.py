"""What tables hold, as texts: before a revision, after it, and what was lost between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic_proof.rows import wording
from alembic_proof.rows.filling import Query, Several

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from alembic_proof.rows.tables import Name, Table
    from alembic_proof.rows.wording import Row

Contents = dict["Name", list["Row"]]
_PART = 3  # characters that a value has at least where it may be a part of another one


@dataclass(frozen=True)
class Loss:
    """Values that are nowhere any more: of some columns, of `count` rows, or of a dropped table.

    Of a dropped table no columns are named where none of them is kept elsewhere.
    """

    table: Name
    columns: tuple[str, ...] = ()
    count: int = 0
    dropped: bool = False


def read_contents(dialect: str, tables: Iterable[Table]) -> Generator[Several, Any, Contents]:
    wanted = [one for one in tables if one.columns]
    answers = yield Several(tuple(Query(wording.select(dialect, one.name, one.columns)) for one in wanted))
    return {
        table.name: [dict(zip(table.by_name, row, strict=True)) for row in rows]
        for table, rows in zip(wanted, answers, strict=True)
    }


def added(before: Contents, after: Contents) -> Contents:
    """The rows that were put in between."""
    found: Contents = {}
    for name, rows in after.items():
        there = Counter(map(_frozen, before.get(name, ())))
        own: list[Row] = []
        for row in rows:
            if there[_frozen(row)]:
                there[_frozen(row)] -= 1
            else:
                own.append(row)
        found[name] = own
    return found


def _frozen(row: Row) -> tuple[tuple[str, str | None], ...]:
    return tuple(row.items())


def losses(own: Contents, before: Contents, tables: Mapping[Name, Table], after: Contents) -> Iterator[Loss]:
    """What of the `own` rows, among all that was there `before`, is nowhere `after`.

    Values that stand in another column now, whole or as a part of what it holds, are not lost: a column may have been
    renamed, moved or put together with another one. What a column computes from others is not its own to lose.
    """
    elsewhere = _Elsewhere(before, after)
    for name, rows in own.items():
        if rows and name in after:
            yield from _in_table(tables[name], rows, after[name], elsewhere)
        elif rows:
            yield from _dropped(tables[name], rows, elsewhere)


def _dropped(table: Table, rows: Sequence[Row], elsewhere: _Elsewhere) -> Iterator[Loss]:
    columns = _own_columns(table, rows[0])
    left = [row for row in rows if not elsewhere.has_row(row, columns)]
    lost = [column for column in columns if not elsewhere.holds(left, table.name, column)]
    if lost:
        kept = any(
            elsewhere.holds(left, table.name, column)
            for column in columns
            if any(row[column] for row in left)
        )
        yield Loss(table.name, tuple(lost) if kept else (), dropped=True)


def _in_table(table: Table, rows: Sequence[Row], now: Sequence[Row], elsewhere: _Elsewhere) -> Iterator[Loss]:
    own = _own_columns(table, rows[0])
    key = table.keys[0].columns if table.keys else ()
    gone = [row for row in _gone(key, rows, now) if not elsewhere.has_row(row, key or own)]
    count = min(len(gone), max(len(rows) - len(now), 0))
    if count:
        yield Loss(table.name, count=count)
        rows = [row for row in rows if not any(row is one for one in gone)]
    columns = set(now[0]) if now else set(own)
    lost = [
        column
        for column in own
        if any(row[column] for row in rows)
        and (column not in columns or not any(row[column] for row in now))
        and not elsewhere.holds(rows, table.name, column)
    ]
    if lost:
        yield Loss(table.name, tuple(lost))


def _own_columns(table: Table, row: Row) -> list[str]:
    """Without those that are computed from others."""
    return [column for column in row if table.by_name[column].given]


def _gone(key: Sequence[str], rows: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """The rows that are not there any more: by their key where it is still one, else by all that is comparable."""
    if len(now) >= len(rows):
        return []
    columns = [column for column in rows[0] if not now or column in now[0]]
    meant = key if key and set(key) <= set(columns) else columns
    left = Counter(tuple(row[column] for column in meant) for row in now)
    gone = []
    for row in rows:
        values = tuple(row[column] for column in meant)
        if left[values]:
            left[values] -= 1
        else:
            gone.append(row)
    return gone


class _Elsewhere:
    """The columns that are new or that hold something else than before."""

    def __init__(self, before: Contents, after: Contents) -> None:
        self._before = before
        self._columns = {
            (name, column): {value for row in rows if (value := row[column]) is not None}
            for name, rows in after.items()
            for column in (rows[0] if rows else ())
        }
        self._gained = {name: _gained(before.get(name, ()), rows) for name, rows in after.items()}

    def has_row(self, row: Row, columns: Iterable[str]) -> bool:
        """Whether the row's values in these columns came into a table where they were not before."""
        wanted = [value for column in columns if (value := row[column]) is not None]
        return bool(wanted) and any(
            all(any(_are_in({value}, found) for found in gained) for value in wanted)
            for gained in self._gained.values()
        )

    def holds(self, rows: Iterable[Row], table: Name, column: str) -> bool:
        """Whether all values that these rows had in a column, if any, are in another one now."""
        wanted = {value for row in rows if (value := row[column]) is not None}
        return not wanted or any(
            _are_in(wanted, found)
            for place, found in self._columns.items()
            if place != (table, column) and not self._was(place, found)
        )

    def _was(self, place: tuple[Name, str], found: set[str]) -> bool:
        name, column = place
        rows = self._before.get(name, ())
        return bool(rows) and {value for row in rows if (value := row.get(column)) is not None} == found


def _gained(before: Sequence[Row], now: Sequence[Row]) -> list[set[str]]:
    """The values that each column has more of than before."""
    found = []
    for column in now[0] if now else ():
        there = Counter(row.get(column) for row in before)
        more = Counter(row[column] for row in now) - there
        found.append({value for value in more if value is not None})
    return found


def _are_in(wanted: set[str], found: set[str]) -> bool:
    return wanted <= found or all(
        len(value) >= _PART and any(value in text for text in found) for value in wanted
    )
