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
