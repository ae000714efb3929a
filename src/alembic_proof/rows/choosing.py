"""Which values a row is given: planned so that what goes wrong in production goes wrong here.

The first row is ordinary; the second is its twin in all that need not be unique; the third has no value where none is
needed; the fourth has the longest and the largest. Further ones have the labels and listed values that are left. What
the server refuses is drawn again.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from alembic_proof.rows.hints import hints
from alembic_proof.rows.makers import LARGE, Values
from alembic_proof.rows.values import kind, ordinary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alembic_proof.rows.tables import Column, Name, Reference, Table
    from alembic_proof.rows.wording import Row

TWIN, SPARSE, LONG = 1, 2, 3
ROWS, MOST_ROWS = 4, 8
_DRAWN_FROM = 8  # ordinary values; of a key more, for others may have them already
_DRAWN_FROM_KEY = 40
_WITH_VALUES = 10  # attempts before a column is left without one


class Chooser:
    """Chooses for one table. `parents` are the rows that its foreign keys may refer to."""

    def __init__(self, dialect: str, table: Table, parents: Mapping[Name, Sequence[Row]], seed: str) -> None:
        self._table = table
        self._parents = parents
        self._seed = f"{seed}|{table.name[0] or ''}.{table.name[1]}"
        self._columns = [one for one in table.columns if one.given]
        self._values: dict[str, Values] = {}
        self._hints: dict[str, list[str]] = {}
        self._listed: set[str] = set()
        self._turns: dict[str, int] = {}
        for one in self._columns:
            own = f"{self._seed}.{one.name}"
            texts = [check.text for check in table.checks if one.name in check.columns]
            self._values[one.name] = ordinary(dialect, one, own)
            self._hints[one.name] = hints(dialect, one, texts, own) if texts else []
            if self._hints[one.name] and kind(dialect, one) not in ("number", "time"):
                self._listed.add(one.name)
        self._referring = {name for one in table.references for name in one.columns}
        self._varying = self._distinct()

    @property
    def count(self) -> int:
        """How many rows it takes to have each label in one of them."""
        labels = [len(one.labels) for one in self._columns]
        return min(max(ROWS, *(2 + one for one in labels)) if labels else ROWS, MOST_ROWS)

    def _distinct(self) -> set[str]:
        """One column of each key, which is other in each row: the one with the most values."""
        chosen: set[str] = set()
        for key in sorted(self._table.keys, key=lambda one: len(one.columns)):
            own = [one for one in self._columns if one.name in key.columns]
            if own and not chosen.intersection(key.columns):
                chosen.add(max(own, key=self._variety).name)
        return chosen

    def _variety(self, column: Column) -> tuple[int, bool]:
        """How many values there are to choose from, and whether all of them count as some."""
        size = self._values[column.name].size or 1000
        if column.name in self._listed:
            size = len(self._hints[column.name])
        if column.name in self._referring:
            size = min(
                len(self._parents.get(one.table, ()))
                for one in self._table.references
                if column.name in one.columns
            )
        return size, not column.nullable

    def plan(self, number: int, rows: Sequence[Row]) -> Row:
        """The row of that number, as it is tried first; `rows` are those before it."""
        row = dict(rows[0]) if rows else {one.name: self._usual(one) for one in self._columns}
        for column in self._columns:
            if column.name in self._varying:
                row[column.name] = self._other(column, number)
            elif number == SPARSE and column.nullable:
                row[column.name] = None
            elif number >= LONG and self._spoken(column):
                row[column.name] = self._spoken(column)[(number - SPARSE) % len(self._spoken(column))]
            elif number >= LONG and self._values[column.name].size:
                row[column.name] = self._values[column.name].at(number - SPARSE)
            elif number == LONG and not self._hints[column.name]:
                row[column.name] = self._values[column.name].at(LARGE)
        self._refer(row, number, rows, None)
        return row

    def again(self, number: int, row: Row, blamed: Collection[str], attempt: int, rows: Sequence[Row]) -> Row:
        """Another row after a refusal: other values in the columns that are to blame, or in any if none is known."""
        draw = random.Random(f"{self._seed}|{number}|{attempt}")  # noqa: S311
        changed = dict(row)
        meant = self._meant(blamed, attempt, draw)
        for column in meant:
            if rows and column.name not in self._varying and (attempt == 1 or not blamed):
                changed[column.name] = rows[0].get(column.name)
            elif not blamed and column.nullable:
                changed[column.name] = None
            elif blamed and len(meant) == 1:
                changed[column.name] = self._next(column)
            else:
                changed[column.name] = draw.choice(self._pool(column, with_null=attempt > _WITH_VALUES))
        if not blamed or self._referring.intersection(blamed):
            self._refer(changed, number, rows, draw)
        return changed

    def like_in(self, key: Collection[str], rows: Sequence[Row]) -> Iterator[Row]:
        """What to try for a row that is like the first one in a key to come, and in as little else as can be.

        A revision may delete the twins by more columns than its key has.
        """
        rest = [one for one in self._columns if one.name not in key]
        yield self._unlike(rest, key, rows)
        for column in rest:
            if column.name not in self._varying:
                yield self._unlike([column], key, rows)

    def _unlike(self, columns: Sequence[Column], key: Collection[str], rows: Sequence[Row]) -> Row:
        """The first row with other values in these columns, and in those that differ in each row."""
        row = dict(rows[0])
        for column in columns:
            row[column.name] = next(
                (value for value in self._pool(column, with_null=False) if value != row[column.name]), None
            )
        for column in self._columns:
            if column.name in self._varying and column.name not in key:
                row[column.name] = self._other(column, len(rows))
        self._refer(row, LONG, rows, None)
        names = {one.name for one in columns} | self._varying
        for one in self._table.references:
            if not names.issuperset(one.columns) or not set(key).isdisjoint(one.columns):
                row.update({name: rows[0][name] for name in one.columns if name in rows[0]})
        return row

    def _meant(self, blamed: Collection[str], attempt: int, draw: random.Random) -> list[Column]:
        """The columns to change: those to blame, else one after the other, and in the end several at once."""
        if blamed:
            return [one for one in self._columns if one.name in blamed]
        if attempt <= len(self._columns):
            return [self._columns[attempt - 1]]
        return [one for one in self._columns if draw.random() < 0.5]

    def _usual(self, column: Column) -> str | None:
        if column.default is not None:
            return column.default
        return next(iter(self._spoken(column)), self._values[column.name].at(0))

    def _other(self, column: Column, number: int) -> str:
        """A value for each number, those of the checks first where they are texts."""
        spoken = self._spoken(column)
        return spoken[number] if number < len(spoken) else self._values[column.name].at(number)

    def _spoken(self, column: Column) -> list[str]:
        """The values that the checks list, where they are nothing to count with."""
        return self._hints[column.name] if column.name in self._listed else []

    def _next(self, column: Column) -> str | None:
        """One value after the other, none at all as the last."""
        pool = list(dict.fromkeys(self._pool(column, with_null=column.nullable)))
        turn = self._turns.get(column.name, 0)
        self._turns[column.name] = turn + 1
        return pool[turn % len(pool)]

    def _pool(self, column: Column, *, with_null: bool) -> list[str | None]:
        """What is tried and drawn from: the checks' values, twice, before the ordinary ones."""
        count = _DRAWN_FROM_KEY if column.name in self._varying else _DRAWN_FROM
        values = [self._values[column.name].at(number) for number in range(count)]
        return [
            *self._hints[column.name] * 2,
            *values,
            *([None] * 3 if with_null and column.nullable else []),
        ]

    def _refer(self, row: Row, number: int, rows: Sequence[Row], draw: random.Random | None) -> None:
        """Give the foreign keys the keys of rows, the widest first, so that shared columns agree."""
        fixed: set[str] = set()
        for one in sorted(self._table.references, key=lambda one: (-len(one.columns), one.name)):
            found = [
                parent
                for parent in self._candidates(one, row, rows)
                if all(parent[there] == row[own] for own, there in _pairs(one) if own in fixed)
            ]
            chosen = self._chosen(one, number, found, draw)
            for own, there in _pairs(one):
                if own in row and own not in fixed:
                    row[own] = chosen[there] if chosen is not None else None
            if chosen is not None:
                fixed.update(one.columns)

    def _candidates(self, one: Reference, row: Row, rows: Sequence[Row]) -> list[Row]:
        """The rows that it may refer to: those that have the key, itself among them as the last resort."""
        own = [*rows, *([] if self._is_optional(one) else [row])]
        parents = own if one.table == self._table.name else self._parents.get(one.table, ())
        return [parent for parent in parents if all(parent.get(there) is not None for there in one.there)]

    def _is_optional(self, one: Reference) -> bool:
        return any(column.nullable for column in self._columns if column.name in one.columns)

    def _chosen(
        self, one: Reference, number: int, found: list[Row], draw: random.Random | None
    ) -> Row | None:
        if not found or (number == SPARSE and draw is None and self._is_optional(one)):
            return None
        if draw is not None:
            return draw.choice(found)
        if self._varying.intersection(one.columns):
            return found[number % len(found)]
        return found[-1] if number == LONG else found[0]


def _pairs(one: Reference) -> Iterator[tuple[str, str]]:
    return zip(one.columns, one.there, strict=False)
