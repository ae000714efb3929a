"""What is read out of texts: refusals, CHECKs, scripts, statements and failures."""

from __future__ import annotations

import pytest

from alembic_proof.rows.blame import blamed
from alembic_proof.rows.hints import hints
from alembic_proof.rows.script import statements
from alembic_proof.rows.showing import failing_row, shown
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


def test_the_row_that_a_failure_is_about() -> None:
    rows = [{"id": "1", "x": "amber"}, {"id": "2", "x": None}, {"id": "3", "x": "birch"}]
    contents = {(None, "t"): rows, (None, "u"): [{"id": "9", "x": None}]}

    def row(message: str, statement: str) -> object:
        found = failing_row(contents, message, statement)  # type: ignore[arg-type]
        return None if found is None else found[1]["id"]

    assert row('column "x" of relation "t" contains null values', "ALTER TABLE t ALTER x SET NOT NULL") == "2"
    assert row('invalid input syntax for type integer: "birch"', "ALTER TABLE t ALTER x TYPE int") == "3"
    assert row("Key (x)=(birch) is duplicated", "CREATE UNIQUE INDEX i ON t (x)") == "3"
    assert row("violated by some row", "ALTER TABLE t ADD CHECK (x > 'z')") == "1"
    assert row("no", "SELECT 1") == "1"


def test_a_row_for_people() -> None:
    row: dict[str, str | None] = {"id": "1", "b": None, "a": "x" * 40, **{f"c{n}": "1" for n in range(9)}}

    assert shown(row, ("id", "a", "gone")) == (
        f"(id: '1', a: '{'x' * 27}...', b: NULL, c0: '1', c1: '1', c2: '1', ...)"
    )
