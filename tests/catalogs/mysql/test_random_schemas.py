"""Random schemas: nothing is found in one built twice, and one thing changed is one finding, which mends it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from support.schemas import Pair

pytestmark = pytest.mark.mariadb
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Column:
    """One column, whose default and check any type takes."""

    type: str
    required: bool
    default: str | None
    comment: str | None
    check: str | None
    reference: str | None
    unique: bool
    index: str | None

    def column(self, name: str) -> str:
        parts = (
            f"{name} {self.type}",
            "NOT NULL" if self.required else "NULL",
            f"DEFAULT {self.default}" if self.default else "",
            f"COMMENT {_quoted(self.comment)}" if self.comment else "",
            f"CHECK ({name} {self.check})" if self.check else "",
        )
        return " ".join(filter(None, parts))

    def keys(self, name: str) -> list[str]:
        return [
            *[f"UNIQUE KEY uq_{name} ({name})"] * self.unique,
            *[f"KEY ix_{name} ({name}{self.index})"] * (self.index is not None),
        ]

    def references(self, name: str) -> list[str]:
        if self.reference is None:
            return []
        return [f"FOREIGN KEY ({name}_ref) REFERENCES item (id) {self.reference}"]


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    comment: str | None
    collation: str

    def sql(self) -> str:
        named = [(f"c{number}", one) for number, one in enumerate(self.columns)]
        parts = [
            "id int PRIMARY KEY",
            *(one.column(name) for name, one in named),
            *(f"{name}_ref int" for name, _ in named),
            *(key for name, one in named for key in one.keys(name)),
            *(key for name, one in named for key in one.references(name)),
        ]
        comment = f" COMMENT {_quoted(self.comment)}" if self.comment else ""
        return f"CREATE TABLE item ({', '.join(parts)}) COLLATE {self.collation}{comment}"


def _quoted(text: str) -> str:
    return "'{}'".format(text.replace("\\", "\\\\").replace("'", "''"))


COMMENTS = st.none() | st.text("ab' %:\\é`\n", min_size=1, max_size=8)
COLUMN_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "type": st.sampled_from(
        ("int", "int unsigned", "bigint", "decimal(9,2)", "varchar(30)", "varchar(20) COLLATE ascii_bin")
    ),
    "required": st.booleans(),
    "default": st.sampled_from((None, "1", "'2'", "(abs(-3))")),
    "comment": COMMENTS,
    "check": st.sampled_from((None, "> 0", "in (1,2)", "<> ':5%'")),
    "reference": st.sampled_from((None, "", "ON DELETE CASCADE")),
    "unique": st.booleans(),
    "index": st.sampled_from((None, "", " DESC")),
}
TABLE_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "comment": COMMENTS,
    "collation": st.sampled_from(("utf8mb4_general_ci", "utf8mb4_bin", "latin1_swedish_ci")),
}
COLUMNS = st.builds(Column, **COLUMN_FIELDS)
TABLES = st.builds(Table, columns=st.lists(COLUMNS, min_size=1, max_size=3).map(tuple), **TABLE_FIELDS)


@given(table=TABLES)
@FEW
def test_one_schema_built_twice(pair: Pair, table: Table) -> None:
    pair.fill(table.sql(), table.sql())

    assert pair.findings() == []


@given(table=TABLES, data=st.data())
@FEW
def test_one_thing_changed(pair: Pair, table: Table, data: st.DataObject) -> None:
    changed = data.draw(_changes(table))
    pair.fill(table.sql(), changed.sql())

    findings = pair.findings()

    assert len(findings) == 1
    pair.mend(findings[0])
    assert pair.findings() == []


@st.composite
def _changes(draw: st.DrawFn, table: Table) -> Table:
    """The same table with one field of it or of one of its columns changed."""
    if draw(st.booleans()):
        target = draw(st.sampled_from(tuple(TABLE_FIELDS)))
        return replace(table, **{target: _other(draw, TABLE_FIELDS[target], getattr(table, target))})
    number = draw(st.integers(0, len(table.columns) - 1))
    column = table.columns[number]
    field = draw(st.sampled_from([one.name for one in fields(Column)]))
    changed = replace(column, **{field: _other(draw, COLUMN_FIELDS[field], getattr(column, field))})
    return replace(table, columns=(*table.columns[:number], changed, *table.columns[number + 1 :]))


def _other(draw: st.DrawFn, values: st.SearchStrategy[object], present: object) -> object:
    return draw(values.filter(lambda value: value != present))
