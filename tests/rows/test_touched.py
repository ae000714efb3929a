"""Which keys a revision makes."""

from __future__ import annotations

from alembic_proof.rows.tables import Column, Key, Table
from alembic_proof.rows.touched import keys_to_come

T = (None, "t")


def table(columns: str, *keys: str) -> Table:
    return Table(
        T,
        tuple(Column(one, "text", nullable=True) for one in columns),
        tuple(Key(f"uq_{one}", tuple(one)) for one in keys),
    )


def test_keys_over_columns_that_need_not_be_unique_yet() -> None:
    after = {T: table("abcd", "a", "b", "bc", "ac", "d", "")}

    assert keys_to_come({T: table("abc", "a", "bc")}, after) == {T: [("b",)]}
    assert keys_to_come({}, after) == {}
