"""What is read out of texts: refusals, CHECKs, scripts, statements and failures."""

from __future__ import annotations

import pytest

from alembic_proof.rows.blame import blamed
from alembic_proof.rows.hints import hints
from alembic_proof.rows.script import statements
from alembic_proof.rows.showing import added_check, failing_row, shown
from alembic_proof.rows.tables import Check, Column, Key, Reference, Table
from alembic_proof.rows.touched import words

A, B, C = (Column(name, "text", nullable=True) for name in ("a", "b", "odd name"))
TABLE = Table(
    (None, "t"),
    (A, B, C),
    (Key("uq", ("a", "b")),),
    (Check("ck", "CHECK (a > b)", ("a", "b")), Check("CHECK (length(a) > 3)", "", ("a",))),
    (Reference("fk", ("odd name",), (None, "u"), ("id",)),),
)
ROW = {"a": "amber", "b": "birch", "odd name": None}


@pytest.mark.parametrize(
    ("message", "columns"),
    [
        ('new row for relation "t" violates check constraint "ck"', {"a", "b"}),
        ('duplicate key value violates unique constraint "uq"', {"a", "b"}),
        ('insert or update on table "t" violates foreign key constraint "fk"', {"odd name"}),
        ('null value in column "odd name" of relation "t" violates not-null constraint', {"odd name"}),
        ('Der neue Datensatz verletzt »ck«: "ck"', {"a", "b"}),
        ('invalid input syntax for type integer: "birch"', {"b"}),
        ("UNIQUE constraint failed: t.a, t.b", {"a", "b"}),
        ("NOT NULL constraint failed: t.odd name", {"odd name"}),
        ("CHECK constraint failed: ck", {"a", "b"}),
        ("CHECK constraint failed: length(a) > 3", {"a"}),
        ("Duplicate entry 'x' for key 't.uq'", {"a", "b"}),
        ("CONSTRAINT `t.a` failed for `app`.`t`", {"a"}),
        ("not today", set()),
    ],
)
def test_the_columns_that_a_refusal_is_about(message: str, columns: set[str]) -> None:
    assert blamed(message, TABLE, ROW) == columns


@pytest.mark.parametrize(
    ("type_", "check", "among"),
    [
        ("integer", "CHECK (((x >= 5) AND (x < 8)))", {"5", "6", "7"}),
        ("numeric(3,1)", "CHECK ((x > 0.5))", {"1.5"}),
        ("text", "CHECK ((x = ANY (ARRAY['a'::text, 'it''s'::text])))", {"a", "it's"}),
        ("date", "CHECK ((x > '2030-01-31'::date))", {"2030-02-01"}),
        ("date", "RANGE (year(at)) (PARTITION p0 VALUES LESS THAN (2010))", {"2009-06-15"}),
        ("text", "CHECK ((length(x) = 3))", {"amb", "123"}),
        ("jsonb", "CHECK ((x ? 'name'::text))", {'{"name": "amber"}'}),
        ("text[]", "CHECK ((array_length(x, 1) = 2))", {"{amber,amber}"}),
    ],
)
def test_what_a_check_says_of_its_values(type_: str, check: str, among: set[str]) -> None:
    found = hints("postgresql", Column("x", type_, nullable=True), [check], "")

    assert among <= set(found)
    assert found == hints("postgresql", Column("x", type_, nullable=True), [check], "")


def test_a_script_in_its_statements() -> None:
    script = """\
-- a; comment
INSERT INTO t VALUES ('a;''b'); /* ; */
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $x$ SELECT 1; $x$;
INSERT INTO "a;b" VALUES (1)
"""
    assert list(statements(script)) == [
        "INSERT INTO t VALUES ('a;''b')",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $x$ SELECT 1; $x$",
        'INSERT INTO "a;b" VALUES (1)',
    ]


def test_the_words_of_a_statement() -> None:
    assert {"Order", "t", "T", "odd name", "x"} <= set(words('UPDATE "Order" SET T = `odd name`.x'))


@pytest.mark.parametrize(
    ("message", "statement", "row"),
    [
        ('column "x" of relation "t" contains null values', "ALTER TABLE t ALTER x SET NOT NULL", "2"),
        (
            'column "new" of relation "t" contains null values',
            "ALTER TABLE t ADD COLUMN new int NOT NULL",
            "1",
        ),
        ('invalid input syntax for type integer: "birch"', "ALTER TABLE t ALTER x TYPE int", "3"),
        ("Key (x)=(birch) is duplicated.", "CREATE UNIQUE INDEX i ON t (x)", "3"),
        ("Key (x, y)=(birch, b) is duplicated.", "CREATE UNIQUE INDEX i ON t (x, y)", "5"),
        ("Key (x, y)=(amber, b) is duplicated.", "CREATE UNIQUE INDEX i ON t (x, y)", None),
        ('Key (lower("X"))=(cedar) already exists.', "UPDATE t SET x = lower(x)", "4"),
        ("UNIQUE constraint failed: t.x", "CREATE UNIQUE INDEX i ON t (x)", "3"),
        ("value too long for type character varying(5)", "ALTER TABLE t ALTER x TYPE varchar(5)", "6"),
        ('column "new" of relation "t" contains null values', "ALTER TABLE t ADD PRIMARY KEY (new)", "1"),
        ("Data truncated for column 'x' at row 2", "ALTER TABLE t MODIFY x VARCHAR(9) NOT NULL", "2"),
        ('relation "t" already exists', "CREATE TABLE t (x text NULL, y text NOT NULL)", None),
        ("violated by some row", "ALTER TABLE t ADD CHECK (x > 'z')", None),
        ("the JSON object must be str", "", None),
        ("'birch' is not among the defined enum values", "", None),  # in two tables
        ("'amber' is not among the defined enum values", "", "1"),
        ("no", "SELECT 1", None),
    ],
)
def test_the_row_that_a_failure_is_about(message: str, statement: str, row: str | None) -> None:
    rows = [
        ("1", "amber", "a"),
        ("2", None, "a"),
        ("3", "birch", "a"),
        ("4", "cedar", "a"),
        ("5", "birch", "b"),
    ]
    contents = {
        (None, "u"): [{"id": "9", "x": None, "z": "birch"}],
        (None, "t"): [dict(zip("ixy", one, strict=True)) for one in (*rows, ("6", "cedar wood", "c"))],
    }

    found = failing_row({}, contents, message, statement)  # type: ignore[arg-type]

    assert (None if found is None else found[1]["i"]) == row


def test_the_row_that_a_foreign_key_is_about_is_the_one_that_refers() -> None:
    tables = {
        (None, "parent"): Table((None, "parent"), (A,), (Key("pk", ("a",)),)),
        (None, "child"): Table(
            (None, "child"), (A, B), (), (), (Reference("fk", ("b",), (None, "parent"), ("a",)),)
        ),
    }
    contents = {(None, "parent"): [{"a": "island"}], (None, "child"): [{"a": "1", "b": "island"}]}

    def table(message: str) -> object:
        found = failing_row(tables, contents, message, "ALTER TABLE parent ADD x")  # type: ignore[arg-type]
        return None if found is None else found[0][1]

    missing = 'violates foreign key constraint "fk"\nDETAIL:  Key ({})=({}) is not present in table "parent".'
    assert table('insert or update on table "child" ' + missing.format("b", "island")) == "child"
    assert table('insert or update on table "renamed" ' + missing.format("too", "island")) == "child"
    assert table('insert or update on table "renamed" ' + missing.format("too", "harbor")) is None
    assert (
        table(
            'update or delete on table "parent" violates foreign key constraint "fk" on table "child"\n'
            'DETAIL:  Key (a)=(island) is still referenced from table "child".'
        )
        == "parent"
    )


def test_the_condition_that_a_statement_adds() -> None:
    assert added_check("ALTER TABLE t ADD CONSTRAINT ck CHECK (x IN (1, 2))", "t") == "x IN (1, 2)"
    assert added_check('ALTER TABLE "Odd t" ADD CHECK (x > 0) NOT VALID', "Odd t") == "x > 0"
    assert added_check("ALTER TABLE t ADD CHECK (x > 0)", "u") is None
    assert added_check("ALTER TABLE t ADD UNIQUE (x)", "t") is None


def test_a_row_for_people() -> None:
    row: dict[str, str | None] = {"id": "1", "b": None, "a": "x" * 40, **{f"c{n}": "1" for n in range(9)}}

    assert shown(row, ("id", "a", "gone")) == (
        f"(id: '1', a: '{'x' * 27}...', b: NULL, c0: '1', c1: '1', c2: '1', ...)"
    )
