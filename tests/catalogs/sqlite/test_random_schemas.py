"""Random schemas: nothing is found in one built twice, and one thing changed is one finding, which mends it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from support.schemas import Pair

FEW = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Column:
    type: str
    required: bool
    default: str | None
    collation: str | None
    generated: str | None
    check: str | None
    check_name: str | None
    reference: str | None
    unique: bool
    index: str | None

    def sql(self, name: str) -> str:
        named = f"CONSTRAINT {self.check_name}_{name} " * bool(self.check_name)
        parts = (
            f"\t{name} {self.type}",
            f"COLLATE {self.collation}" if self.collation else "",
            f"GENERATED ALWAYS AS ({self.generated})" if self.generated else "",
            f"DEFAULT {self.default}" if self.default and not self.generated else "",
            "NOT NULL" if self.required else "",
        )
        rest = (
            f"{named}CHECK ({name} {self.check})" if self.check else "",
            f"UNIQUE ({name})" if self.unique else "",
            f"FOREIGN KEY ({name}) REFERENCES item (id) {self.reference}"
            if self.reference is not None
            else "",
        )
        return ",\n\t".join((" ".join(filter(None, parts)), *filter(None, rest)))


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    options: str
    counted: bool

    def sql(self) -> str:
        counted = self.counted and "ROWID" not in self.options
        key = f"\tid INTEGER NOT NULL PRIMARY KEY{' AUTOINCREMENT' * counted}"
        parts = [one.sql(f"c{number}") for number, one in enumerate(self.columns)]
        columns = [part.split(",\n\t")[0] for part in parts]
        rest = [one for part in parts for one in part.split(",\n\t")[1:]]
        body = ",\n\t".join((key, *columns, *rest))
        indexes = [
            f"CREATE INDEX ix_{number} ON item (c{number}{one.index})"
            for number, one in enumerate(self.columns)
            if one.index is not None
        ]
        return "; ".join((f"CREATE TABLE item (\n{body}\n) {self.options}", *indexes))


COLUMN_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "type": st.sampled_from(("INTEGER", "VARCHAR(20)", "VARCHAR(30)", "NUMERIC(10, 2)", "TEXT", "odd_type")),
    "required": st.booleans(),
    "default": st.sampled_from((None, "1", "'a:b'", "(abs(-1))", "CURRENT_TIMESTAMP")),
    "collation": st.sampled_from((None, "NOCASE", "RTRIM")),
    "generated": st.sampled_from((None, "id + 1", "id + 2")),
    "check": st.sampled_from((None, "> 0", "IN ('a', 'b''%')", "<> ':x'")),
    "check_name": st.sampled_from((None, "ck")),
    "reference": st.sampled_from((None, "", "ON DELETE CASCADE", "DEFERRABLE INITIALLY DEFERRED")),
    "unique": st.booleans(),
    "index": st.sampled_from((None, "", " DESC", ") WHERE (id > 0")),
}
TABLE_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "options": st.sampled_from(("", "WITHOUT ROWID")),
    "counted": st.booleans(),
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

    assert len(findings) == (table.sql() != changed.sql())
    for finding in findings:
        pair.mend(finding)
    assert pair.findings() == []


@st.composite
def _changes(draw: st.DrawFn, table: Table) -> Table:
    """The same table with one field of one of its columns changed."""
    number = draw(st.integers(0, len(table.columns) - 1))
    column = table.columns[number]
    field = draw(st.sampled_from([one.name for one in fields(Column) if one.name != "check_name"]))
    other = draw(COLUMN_FIELDS[field].filter(lambda value: value != getattr(column, field)))
    columns = (*table.columns[:number], replace(column, **{field: other}), *table.columns[number + 1 :])
    return replace(table, columns=columns)
