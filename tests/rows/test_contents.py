"""What counts as lost: pure, of contents before and after."""

from __future__ import annotations

import pytest

from alembic_proof.rows.contents import Loss, added, losses
from alembic_proof.rows.tables import Column, Key, Table

T, U = (None, "t"), (None, "u")
ROWS = [
    {"id": "1", "a": "amber", "b": "birch"},
    {"id": "2", "a": "cedar", "b": None},
]
TABLES = {T: Table(T, tuple(Column(name, "text", True) for name in ("id", "a", "b")), (Key("pk", ("id",)),))}


def renamed(old: str, new: str) -> list[dict[str, str | None]]:
    return [{new if name == old else name: value for name, value in row.items()} for row in ROWS]


def without(column: str) -> list[dict[str, str | None]]:
    return [{name: value for name, value in row.items() if name != column} for row in ROWS]


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        ({T: ROWS}, []),
        ({T: without("a")}, [Loss(T, ("a",))]),
        ({T: renamed("a", "c")}, []),
        ({U: ROWS}, []),
        ({}, [Loss(T, dropped=True)]),
        ({T: ROWS[:1]}, [Loss(T, count=1)]),
        ({T: []}, [Loss(T, count=2)]),
        ({T: [], U: ROWS}, []),
        ({T: without("a"), U: [{"id": "7", "what": "amber"}, {"id": "8", "what": "cedar"}]}, []),
        ({T: [{**row, "a": None, "more": f"{row['a']} and more"} for row in ROWS]}, []),
        ({T: [{"id": row["id"], "whole": f"{row['a']} {row['b']}"} for row in ROWS]}, []),
        ({T: [{**row, "a": None} for row in ROWS]}, [Loss(T, ("a",))]),
        ({T: [{**row, "id": f"{row['id']}0"} for row in ROWS]}, []),
        ({T: without("id")}, [Loss(T, ("id",))]),
        ({U: [{"a": row["a"]} for row in ROWS]}, [Loss(T, ("id", "b"), dropped=True)]),
    ],
)
def test_losses(after: dict[tuple[None, str], list[dict[str, str | None]]], lost: list[Loss]) -> None:
    before = {T: [*ROWS, {"id": "0", "a": "brought by a revision", "b": None}]}

    assert list(losses({T: ROWS}, before, TABLES, after)) == lost  # type: ignore[arg-type]


def test_a_column_of_another_table_that_was_the_same_before_keeps_nothing() -> None:
    other: list[dict[str, str | None]] = [{"id": "1"}, {"id": "2"}]

    own = {T: ROWS, U: other}
    tables = {**TABLES, U: Table(U, (Column("id", "text", nullable=True),))}
    found = list(losses(own, own, tables, {T: without("id"), U: other}))  # type: ignore[arg-type]

    assert found == [Loss(T, ("id",))]


def test_rows_that_were_put_in_are_told_from_those_that_were_there() -> None:
    assert added({T: ROWS[:1]}, {T: [ROWS[0], ROWS[0], ROWS[1]]}) == {T: [ROWS[0], ROWS[1]]}  # type: ignore[arg-type, dict-item]


def test_rows_that_are_in_another_table_are_not_lost_and_those_that_stayed_need_not_be_there() -> None:
    archive: list[dict[str, str | None]] = [{"number": "9", "words": "old"}]
    more: list[dict[str, str | None]] = [*archive, {"number": "2", "words": "cedar"}]
    own, before = {T: ROWS}, {T: ROWS, U: archive}

    def found(now: list[dict[str, str | None]], there: list[dict[str, str | None]]) -> list[Loss]:
        return list(losses(own, before, TABLES, {T: now, U: there}))  # type: ignore[arg-type, dict-item]

    assert found(ROWS[:1], more) == []  # type: ignore[arg-type]
    assert found([], more) == [Loss(T, count=1)]
    assert found(ROWS[1:], more) == [Loss(T, count=1)]  # type: ignore[arg-type]
    assert found(ROWS[:1], archive) == [Loss(T, count=1)]  # type: ignore[arg-type]


def test_a_key_that_was_in_another_table_before_is_no_sign_of_the_row() -> None:
    other: list[dict[str, str | None]] = [{"id": "1"}, {"id": "2"}]
    after = {T: ROWS[:1], U: other[1:]}

    assert Loss(T, count=1) in losses({T: ROWS}, {T: ROWS, U: other}, TABLES, after)  # type: ignore[arg-type, dict-item]


def test_without_a_key_a_whole_row_is_looked_for() -> None:
    tables = {T: Table(T, TABLES[T].columns)}
    whole, part = {U: ROWS}, {U: [{**ROWS[0], "b": "other"}, ROWS[1]]}

    assert list(losses({T: ROWS}, {T: ROWS}, tables, {T: [], **whole})) == []  # type: ignore[arg-type, dict-item]
    assert list(losses({T: ROWS}, {T: ROWS}, tables, {T: [], **part})) == [Loss(T, count=1)]  # type: ignore[arg-type, dict-item]


def test_a_dropped_table_whose_rows_are_in_two_others() -> None:
    after = {U: ROWS[:1], (None, "v"): ROWS[1:]}

    assert list(losses({T: ROWS}, {T: ROWS}, TABLES, after)) == []  # type: ignore[arg-type, dict-item]


def test_what_a_column_computes_is_not_lost() -> None:
    computed = Column("a", "text", nullable=True, given=False)
    tables = {T: Table(T, (computed, *(one for one in TABLES[T].columns if one.name != "a")), TABLES[T].keys)}

    assert list(losses({T: ROWS}, {T: ROWS}, tables, {T: without("a")})) == []  # type: ignore[arg-type, dict-item]
