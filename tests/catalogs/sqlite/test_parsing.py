"""The stored DDL as it is read here, held against what SQLite says of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from alembic_proof.catalogs import sqlite
from alembic_proof.catalogs.snapshot import COLUMN, FOREIGN_KEY, INDEX, PRIMARY_KEY, TABLE, UNIQUE, Entry
from alembic_proof.catalogs.sqlite.spelling import normal

NAMES = ("x", '"order"', "[a b]", "`check`", '"a,(""b"', "Été", "Unique_2")
TYPES = ("", "INTEGER", "VARCHAR( 20 )", "numeric (10,2)", "UNSIGNED BIG INT", '"odd type"')
DEFAULTS = (
    "",
    "DEFAULT 1",
    "DEFAULT -1.5e3",
    "DEFAULT 'it''s, (not)'",
    "DEFAULT (1, 2) ",
    "DEFAULT (abs(-1) + 2)",
)
CHECKS = ("", "CHECK (1 IN (1, 2))", "CONSTRAINT ck CHECK ('a)' <> \"b(\")", "/* , ( */ -- )\n")
REFERENCES = (
    "",
    "REFERENCES other",
    "REFERENCES other (id) ON DELETE SET NULL NOT DEFERRABLE",
    "REFERENCES other MATCH FULL",
)
KINDS = ("UNIQUE", "PRIMARY KEY", "PRIMARY KEY DESC", "", "")
COLUMNS = st.tuples(
    st.sampled_from(TYPES),
    st.sampled_from(KINDS),
    st.sampled_from(("", "NOT NULL", "NULL", "CONSTRAINT n NOT NULL ON CONFLICT FAIL")),
    st.sampled_from(tuple(one for one in DEFAULTS if "1, 2" not in one)),
    st.sampled_from(CHECKS),
    st.sampled_from(("", "COLLATE NOCASE", 'COLLATE "rtrim"')),
    st.sampled_from(REFERENCES),
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """CREATE TABLE item, in any spelling, with at most one primary key."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    columns, has_key = [], False
    for name in names:
        type_, kind, *rest = draw(COLUMNS)
        kind = "" if has_key and kind.startswith("PRIMARY") else kind
        has_key = has_key or kind.startswith("PRIMARY")
        rest = draw(st.permutations([kind, *rest]))
        columns.append(" ".join((name, type_, *rest)))
    parts = draw(st.lists(st.sampled_from(("UNIQUE", "FOREIGN KEY")), max_size=2))
    for kind in parts:
        listed = ", ".join(draw(st.permutations(names)))
        reference = f"REFERENCES other ({listed})" if kind == "FOREIGN KEY" else ""
        columns.append(f"{kind} ({listed}) {reference}")
    if not has_key and draw(st.booleans()):
        columns.append(f"PRIMARY KEY ({', '.join(names)})")
    return f"CREATE TABLE item ({', '.join(columns)})"


@given(tables())
@settings(max_examples=30)
def test_it_reads_what_sqlite_reads(sql: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(sql)
        found = sqlite.read(lambda query: connection.execute(query).fetchall())
        item = found.find(TABLE, None, "item")
        assert item is not None

        def pragma(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query).fetchall()

        names = [name for _, name, *_ in pragma("PRAGMA table_xinfo(item)")]
        assert [one.name for one in found.parts(COLUMN, item)] == names
        assert _collations(found.parts(COLUMN, item)) == {
            name: collation for name in names for collation in [_collation(connection, str(name))]
        }
        key = [
            name
            for _, name, *_, pk, _ in sorted(pragma("PRAGMA table_xinfo(item)"), key=lambda row: row[5])
            if pk
        ]
        assert [list(one.columns) for one in found.parts(PRIMARY_KEY, item)] == ([key] if key else [])
        uniques = {
            tuple(name for _, _, name in pragma(f"PRAGMA index_info({index})"))
            for _, index, _, origin, _ in pragma("PRAGMA index_list(item)")
            if origin == "u"
        }
        # SQLite makes no index of its own for what the primary key says already.
        ours = {one.columns for one in found.parts(UNIQUE, item)} - {tuple(key)}
        assert ours == uniques - {tuple(key)}
        keys: dict[object, list[object]] = {}
        for number, _, _, column, *_ in pragma("PRAGMA foreign_key_list(item)"):
            keys.setdefault(number, []).append(column)
        assert {one.columns for one in found.parts(FOREIGN_KEY, item)} == {
            tuple(one) for one in keys.values()
        }


def _collations(columns: tuple[Entry, ...]) -> dict[object, object]:
    return {one.name: one.aspects["collation"] or "BINARY" for one in columns}


def _collation(connection: sqlite3.Connection, name: str) -> str:
    quoted = '"{}"'.format(name.replace('"', '""'))
    connection.execute(f"CREATE INDEX of_column ON item ({quoted})")
    (row, *_) = connection.execute("PRAGMA index_xinfo(of_column)").fetchall()
    connection.execute("DROP INDEX of_column")
    return str(row[4]).upper()


OPERATORS = ("OR", "AND", "=", "<>", "<", "+", "-", "*", "||", "IS", "IS NOT")


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """An expression with all its parentheses, and one with some of them left out."""
    kind = draw(st.sampled_from(("leaf", "binary", "not", "minus", "between", "in"))) if depth else "leaf"
    if kind == "leaf":
        leaf = draw(st.sampled_from(("0", "1", "2", "x", "NULL", "'a'")))
        return leaf, leaf
    one, other = draw(trees(depth - 1)), draw(trees(depth - 1))
    operator = draw(st.sampled_from(OPERATORS))
    shape = {
        "binary": f"{{}} {operator} {{}}",
        "not": "NOT {}",
        "minus": "- {}",
        "between": "{} BETWEEN 0 AND {}",
        "in": "{} IN (1, {})",
    }[kind]
    whole = shape.format(f"({one[0]})", f"({other[0]})")
    some = [text if draw(st.booleans()) else f"({text})" for text in (one[1], other[1])]
    return whole, shape.format(*some)


@given(st.tuples(trees(), st.integers(-1, 2)))
@settings(max_examples=60)
def test_expressions_that_are_spelled_alike_have_one_value(drawn: tuple[tuple[str, str], int]) -> None:
    (whole, some), x = drawn
    with closing(sqlite3.connect(":memory:")) as connection:
        query = "SELECT {} FROM (SELECT ? AS x)"
        values = [connection.execute(query.format(text), (x,)).fetchone() for text in (whole, some)]
    if normal(whole) == normal(some):
        assert values[0] == values[1]


def test_an_index_keeps_its_expressions() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE item (x, y)")
        connection.execute('CREATE UNIQUE INDEX "i (x" ON item (substr(x, 1, 2) DESC, y) WHERE x IN (1, 2)')
        found = sqlite.read(lambda query: connection.execute(query).fetchall())
    (index,) = (one for one in found.entries if one.kind == INDEX)

    assert (index.name, index.columns) == ("i (x", ("y",))
    assert index.aspects == {"definition": "UNIQUE (substr(x, 1, 2) DESC, y) WHERE x IN (1, 2)"}
