"""Random schemas: each table gets rows, without an error, and the same ones the second time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alembic_proof.databases import open_session
from support.rows import filled

if TYPE_CHECKING:
    from alembic_proof.databases import Database

TYPES = (
    "integer",
    "smallint",
    "numeric(4,1)",
    "text",
    "varchar(3)",
    "char(2)",
    "date",
    "boolean",
    "uuid",
    "jsonb",
)
LITERALS = {
    "integer": ("5", "-3", "70"),
    "smallint": ("0", "9"),
    "numeric(4,1)": ("1.5", "20"),
    "text": ("'a'", "'it''s'", "''"),
    "varchar(3)": ("'x'", "'yy'"),
    "char(2)": ("'ab'",),
    "date": ("'2020-02-29'", "'2031-01-01'"),
    "boolean": ("true",),
    "uuid": ("'00000000-0000-4000-8000-000000000000'",),
    "jsonb": ("'{}'", "'[1]'"),
}
OPERATORS = ("=", "<>", ">=", "<=", "IN")


@dataclass(frozen=True)
class Column:
    type: str
    required: bool
    unique: bool
    operator: str | None
    literal: str
    refers: bool  # to a table before

    def sql(self, name: str, before: int) -> str:
        if self.refers and before:
            return f"{name} integer REFERENCES t{before - 1}{' NOT NULL' * self.required}{' UNIQUE' * self.unique}"
        literal = f"({self.literal})" if self.operator == "IN" else self.literal
        check = f" CHECK ({name} {self.operator} {literal})" if self.operator else ""
        return f"{name} {self.type}{' NOT NULL' * self.required}{' UNIQUE' * self.unique}{check}"


@st.composite
def _columns(draw: st.DrawFn) -> Column:
    type_ = draw(st.sampled_from(TYPES))
    operator = draw(st.none() | st.sampled_from(OPERATORS))
    if type_ in ("boolean", "uuid", "jsonb") and operator:
        operator = "="
    literal = draw(st.sampled_from(LITERALS[type_]))
    return Column(type_, draw(st.booleans()), draw(st.booleans()), operator, literal, draw(st.booleans()))


SCHEMAS = st.lists(st.lists(_columns(), min_size=1, max_size=4), min_size=1, max_size=3)


def _sql(tables: list[list[Column]]) -> str:
    return ";\n".join(
        f"CREATE TABLE t{number} (id serial PRIMARY KEY, "
        + ", ".join(column.sql(f"c{place}", number) for place, column in enumerate(columns))
        + ")"
        for number, columns in enumerate(tables)
    )


@given(tables=SCHEMAS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_table_gets_rows_and_the_same_twice(database: Database, tables: list[list[Column]]) -> None:
    with open_session(database) as session:
        session.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    with filled(database, _sql(tables)) as (first, _):
        pass
    with filled(database) as (second, _):
        pass

    assert first == second
    assert first.empty == {}
