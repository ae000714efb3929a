"""Two ways to write one expression, as PostgreSQL prints them, and ways that are not one."""

from __future__ import annotations

import pytest

from alembic_proof.catalogs.postgresql.spelling import normal, same, same_constant

SAME = [
    (
        "CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
        "CHECK (((x)::text = ANY (ARRAY['a'::text, 'b'::text])))",
    ),
    (
        "CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
        "CHECK (((x)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
    ),
    ("CHECK ((x > 0))", "CHECK (x > 0)"),
    ("btree (lower((name)::text))", "btree (lower(name))"),
    ("btree (x) WHERE ((state)::text = 'it''s'::text)", "btree (x) WHERE (state = 'it''s'::text)"),
    ("CURRENT_TIMESTAMP", "now()"),
    ("'a'::character varying", "'a'::text"),
    ("CHECK ((x = ANY (ARRAY[(1)::bigint, (2)::bigint])))", "CHECK ((x = ANY (ARRAY[1, 2])))"),
    (
        "CHECK ((x <> ALL (ARRAY[('-1'::integer)::bigint, (2)::bigint])))",
        "CHECK ((x <> ALL (ARRAY['-1'::integer, 2])))",
    ),
    ("CHECK ((x = ANY ((ARRAY[1, 2])::numeric[])))", "CHECK ((x = ANY (ARRAY[(1)::numeric, (2)::numeric])))"),
]
DIFFERENT = [
    ("CHECK ((x > 0))", "CHECK ((x > 1))"),
    ("CHECK ((x = 'a'::text))", "CHECK ((x = 'A'::text))"),
    ("CHECK ((x = '(a)'::text))", "CHECK ((x = 'a'::text))"),
    ("CHECK ((x = 'a'::text))", "CHECK ((x = 'a '::text))"),
    ("'abc'::character varying(2)", "'abc'::character varying"),
    ("CHECK (((x)::integer > 0))", "CHECK ((x > 0))"),
    ("CHECK (((a OR b) AND c))", "CHECK ((a OR (b AND c)))"),
    ("((a + b) * c)", "(a + (b * c))"),
    ("now()", "now"),
    ("lower(x)", "upper(x)"),
    ("CHECK ((x = ANY (ARRAY[1, 2])))", "CHECK ((x = ANY (ARRAY[2, 1])))"),
    ("CHECK ((x = ANY (ARRAY[1, 2])))", "CHECK ((x = ANY (ARRAY['-1'::integer, 2])))"),
    ("CHECK (((x)::numeric = ANY (ARRAY[(1)::numeric])))", "CHECK ((x = ANY (ARRAY[1])))"),
    ("CHECK ((f(ARRAY[(1)::bigint]) > 0))", "CHECK ((f(ARRAY[1]) > 0))"),
    ("CHECK ((x = 'ANY (ARRAY[(1)::bigint])'::text))", "CHECK ((x = 'ANY (ARRAY[1])'::text))"),
    ("CHECK (((x / (2)::numeric) > 0))", "CHECK (((x / 2) > 0))"),
    ("CHECK ((x = ANY (ARRAY[a, b])))", "CHECK ((x = ANY (ARRAY[b, a])))"),
    ("CURRENT_TIMESTAMP(3)", "now()"),
    ('btree ("X")', "btree (x)"),
    ("x = 'now()'", "x = 'CURRENT_TIMESTAMP'"),
]
SAME_CONSTANTS = [
    ("0", "'0'::bigint", "bigint"),
    ("0", "'0'::numeric", "numeric(10,2)"),
    ("1.50", "'1.5'::double precision", "double precision"),
    ("(-1)", "'-1'::integer", "integer"),
    ("'it''s'::text", "'it''s'::character varying", "character varying(9)"),
    ("'{}'::text[]", "'{}'::character varying[]", "text[]"),
    ("ARRAY[]::text[]", "'{}'::text[]", "text[]"),
    ("ARRAY[]::character varying(9)[]", "'{}'::character varying[]", "character varying(9)[]"),
]
DIFFERENT_CONSTANTS = [
    ("0", "'1'::bigint", "bigint"),
    ("'1.0'::text", "'1'::text", "text"),
    ("'a'::text", "'A'::text", "text"),
    ("now()", "now()", "timestamp"),
    ("true", "false", "boolean"),
    ("ARRAY['']::text[]", "'{}'::text[]", "text[]"),
    (None, "0", "integer"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_expression(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_expressions(one: str, other: str) -> None:
    assert not same(one, other)


def test_where_types_differ_their_literals_may_be_of_other_types_too() -> None:
    one, other = "CHECK ((x = ANY (ARRAY[1, 2])))", "CHECK ((x = ANY (ARRAY['1'::real, '2'::real])))"
    assert not same(one, other)
    assert same(one, other, loosely=True)
    assert not same(one, "CHECK ((x = ANY (ARRAY[1, 3])))", loosely=True)


@pytest.mark.parametrize(("one", "other", "type_"), SAME_CONSTANTS)
def test_one_constant(one: str, other: str, type_: str) -> None:
    assert same_constant(one, other, type_)


@pytest.mark.parametrize(("one", "other", "type_"), DIFFERENT_CONSTANTS)
def test_two_constants(one: str | None, other: str, type_: str) -> None:
    assert not same_constant(one, other, type_)


def test_what_is_normal_stays_so() -> None:
    for pair in (*SAME, *DIFFERENT):
        for text in pair:
            assert normal(normal(text)) == normal(text)
