"""Random schemas: nothing is found in one built twice, and one thing changed is one finding, which mends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from support.schemas import Pair

TYPES = ("integer", "bigint", "numeric(9,2)", "text", "varchar(30)", "smallint")


@dataclass(frozen=True)
class Column:
    """One column, whose literals are strings that any type takes."""

    type: str
    required: bool
    default: int | None
    comment: str | None
    check: tuple[int, ...]
    indexed: bool
    unique: bool


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    unlogged: bool
    fillfactor: int | None
    comment: str | None

    def sql(self) -> str:
        options = f" WITH (fillfactor={self.fillfactor})" if self.fillfactor else ""
        columns = ", ".join(_column(number, one) for number, one in enumerate(self.columns))
        parts = [
            f"CREATE {'UNLOGGED ' * self.unlogged}TABLE {self.name} (id serial PRIMARY KEY, {columns}){options}"
        ]
        parts += [
            f"CREATE INDEX ix_{self.name}_{number} ON {self.name} (c{number})"
            for number, one in enumerate(self.columns)
            if one.indexed
        ]
        if self.comment:
            parts.append(f"COMMENT ON TABLE {self.name} IS {_quoted(self.comment)}")
        parts += [
            f"COMMENT ON COLUMN {self.name}.c{number} IS {_quoted(one.comment)}"
            for number, one in enumerate(self.columns)
            if one.comment
        ]
        return "; ".join(parts)


def _quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "''"))


def _column(number: int, one: Column) -> str:
    listed = ", ".join(f"'{value}'" for value in one.check)
    parts = (
        f"c{number} {one.type}",
        "NOT NULL" if one.required else "",
        f"DEFAULT '{one.default}'" if one.default is not None else "",
        f"CHECK (c{number} IN ({listed}))" if one.check else "",
        "UNIQUE" if one.unique else "",
    )
    return " ".join(filter(None, parts))


COMMENTS = st.none() | st.text("ab' %:\\é", min_size=1, max_size=8)
COLUMNS = st.builds(
    Column,
    type=st.sampled_from(TYPES),
    required=st.booleans(),
    default=st.none() | st.integers(0, 9),
    comment=COMMENTS,
    check=st.lists(st.integers(0, 9), max_size=3, unique=True).map(tuple),
    indexed=st.booleans(),
    unique=st.booleans(),
)
TABLES = st.builds(
    Table,
    name=st.sampled_from(("item", "order")).map(lambda name: f'"{name}"' if name == "order" else name),
    columns=st.lists(COLUMNS, min_size=1, max_size=4).map(tuple),
    unlogged=st.booleans(),
    fillfactor=st.none() | st.integers(10, 99),
    comment=COMMENTS,
)
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _sql(tables: list[Table]) -> str:
    return "; ".join(table.sql().replace('ix_"order"', "ix_order") for table in tables)


SCHEMAS = st.lists(TABLES, min_size=1, max_size=2, unique_by=lambda table: table.name)


@given(tables=SCHEMAS)
@FEW
def test_one_schema_built_twice(pair: Pair, tables: list[Table]) -> None:
    pair.fill(_sql(tables), _sql(tables))

    assert pair.findings() == []


@given(tables=SCHEMAS, data=st.data())
@FEW
def test_one_thing_changed(pair: Pair, tables: list[Table], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(tables) - 1))
    changed = data.draw(_changes(tables[number]))
    pair.fill(_sql(tables), _sql([*tables[:number], changed, *tables[number + 1 :]]))

    (finding,) = pair.findings()

    if "type" not in finding.message:  # for another type what stands on the column may have to go first
        pair.mend(finding)
        assert pair.findings() == []


@st.composite
def _changes(draw: st.DrawFn, table: Table) -> Table:
    """The same table with one field of it or of one of its columns changed."""
    target = draw(st.sampled_from(("unlogged", "fillfactor", "comment", "column")))
    if target != "column":
        return replace(table, **{target: _other(draw, TABLE_FIELDS[target], getattr(table, target))})
    number = draw(st.integers(0, len(table.columns) - 1))
    column = table.columns[number]
    field = draw(st.sampled_from(tuple(COLUMN_FIELDS)))
    changed = replace(column, **{field: _other(draw, COLUMN_FIELDS[field], getattr(column, field))})
    return replace(table, columns=(*table.columns[:number], changed, *table.columns[number + 1 :]))


def _other(draw: st.DrawFn, values: st.SearchStrategy[object], present: object) -> object:
    return draw(values.filter(lambda value: value != present))


TABLE_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "unlogged": st.booleans(),
    "fillfactor": st.none() | st.integers(10, 99),
    "comment": COMMENTS,
}
COLUMN_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "type": st.sampled_from(TYPES),
    "required": st.booleans(),
    "default": st.none() | st.integers(0, 9),
    "comment": COMMENTS,
    "check": st.lists(st.integers(0, 9), max_size=3, unique=True).map(tuple),
    "indexed": st.booleans(),
    "unique": st.booleans(),
}
