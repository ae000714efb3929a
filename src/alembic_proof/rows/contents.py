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
    renamed, moved or put together with another one.
    """
    elsewhere = _Elsewhere(own, before, after)
    for name, rows in own.items():
        if not rows:
            continue
        if name not in after:
            lost = [column for column in rows[0] if not elsewhere.holds(name, column)]
            if lost:
                kept = any(
                    elsewhere.holds(name, column) for column in rows[0] if any(row[column] for row in rows)
                )
                yield Loss(name, tuple(lost) if kept else (), dropped=True)
            continue
        yield from _in_table(name, tables[name], rows, after[name], elsewhere)


def _in_table(
    name: Name, table: Table, rows: Sequence[Row], now: Sequence[Row], elsewhere: _Elsewhere
) -> Iterator[Loss]:
    key = table.keys[0].columns if table.keys else ()
    gone = _gone(key, rows, now)
    if gone and not (key and all(elsewhere.holds(name, column) for column in key)):
        yield Loss(name, count=gone)
        if gone == len(rows):
            return
    columns = set(now[0]) if now else set(rows[0])
    dropped = [column for column in rows[0] if column not in columns]
    emptied = [
        column
        for column in rows[0]
        if column in columns and any(row[column] for row in rows) and not any(row[column] for row in now)
    ]
    lost = [column for column in (*dropped, *emptied) if not elsewhere.holds(name, column)]
    if lost:
        yield Loss(name, tuple(lost))


def _gone(key: Sequence[str], rows: Sequence[Row], now: Sequence[Row]) -> int:
    """How many rows are not there any more, by their key where it is still one."""
    if key and now and all(column in now[0] for column in key):
        left = {tuple(row[column] for column in key) for row in now}
        changed = [row for row in rows if tuple(row[column] for column in key) not in left]
        return min(len(changed), max(len(rows) - len(now), 0)) if len(now) < len(rows) else 0
    return max(len(rows) - len(now), 0)


class _Elsewhere:
    """The columns that are new or that hold something else than before."""

    def __init__(self, own: Contents, before: Contents, after: Contents) -> None:
        self._own = own
        self._before = before
        self._columns = {
            (name, column): {value for row in rows if (value := row[column]) is not None}
            for name, rows in after.items()
            for column in (rows[0] if rows else ())
        }

    def holds(self, table: Name, column: str) -> bool:
        """Whether all values of a column, if it had any, are in another one now."""
        wanted = {value for row in self._own[table] if (value := row[column]) is not None}
        return not wanted or any(
            _are_in(wanted, found)
            for place, found in self._columns.items()
            if place != (table, column) and not self._was(place, found)
        )

    def _was(self, place: tuple[Name, str], found: set[str]) -> bool:
        name, column = place
        rows = self._before.get(name, ())
        return bool(rows) and {value for row in rows if (value := row.get(column)) is not None} == found


def _are_in(wanted: set[str], found: set[str]) -> bool:
    return wanted <= found or all(
        len(value) >= _PART and any(value in text for text in found) for value in wanted
    )
