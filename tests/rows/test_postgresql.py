"""Rows that PostgreSQL takes: types, constraints, keys, circles, partitions, and tables that take none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rows import filled

if TYPE_CHECKING:
    from alembic_proof.databases import Database

TYPES = (
    *("smallint", "integer", "bigint", "numeric", "numeric(9,2)", "numeric(2,2)", "real", "double precision"),
    *(
        "money",
        "text",
        "varchar(30)",
        "varchar(1)",
        "char(3)",
        "char",
        '"char"',
        "name",
        "bytea",
        "boolean",
        "date",
    ),
    *("time", "timetz", "timestamp(3)", "timestamptz", "interval", "interval day to second", "uuid", "json"),
    *("jsonb", "inet", "cidr", "macaddr", "macaddr8", "bit", "bit(5)", "varbit(7)", "tsvector", "tsquery"),
    *("int4range", "numrange", "daterange", "tstzrange", "int4multirange", "point", "line", "lseg", "box"),
    *("path", "polygon", "circle", "pg_lsn", "oid", "integer[]", "text[][]", "numeric(5,1)[]", "jsonb[]"),
    *("mood", "mood[]", "mail", "pair", '"Odd type"', "pairs"),
)
CHECKS = (
    "c integer CHECK (c > 5 AND c < 7)",
    "c integer CHECK (c BETWEEN 1000000 AND 1000003)",
    "c numeric(3) CHECK (c > 0 AND c <= 10)",
    "c varchar(10) CHECK (c IN ('new', 'old''s'))",
    "c text CHECK (c ~ '^[A-Z]{2}-[0-9]+$')",
    "c text CHECK (c LIKE '+49%' AND length(c) > 4)",
    "c text CHECK (c SIMILAR TO '[0-9]{5}')",
    "c text CHECK (length(c) = 5 AND c SIMILAR TO '[0-9]+')",
    "c text CHECK (char_length(c) BETWEEN 3 AND 4)",
    "c text CHECK (c <> '' AND c = lower(c))",
    "c text CHECK (c = upper(c))",
    "c date CHECK (c >= '2030-05-01' AND c < '2030-05-03')",
    "c timestamptz CHECK (c > now())",
    "c jsonb CHECK (jsonb_typeof(c) = 'array')",
    "c jsonb CHECK (c ? 'name' AND jsonb_typeof(c -> 'name') = 'string')",
    "c text[] CHECK (array_length(c, 1) = 2)",
    "c text[] CHECK (c <@ ARRAY['a', 'b'])",
    "c integer, d integer CHECK (c < d)",
    "c text CHECK (c IN ('a', 'b')), d date, CHECK ((c = 'a' AND d IS NULL) OR (c = 'b' AND d IS NOT NULL))",
    "c integer, d integer, e integer, CHECK (num_nonnulls(d, e) = 1)",
)


def test_every_type(database: Database) -> None:
    columns = ", ".join(f"c{number} {one}" for number, one in enumerate(TYPES))
    sql = f"""\
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
CREATE DOMAIN mail AS text CHECK (VALUE ~ '^[a-z]+@[a-z]+\\.com$') NOT NULL;
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE "Odd type" AS (a integer, b text, c mood);
CREATE TYPE pairs AS RANGE (subtype = float8);
CREATE TABLE t ({columns})"""

    with filled(database, sql) as (found, _):
        rows = found.rows[None, "t"]

    assert not found.empty
    assert len(rows) == 5  # a label of the enum more than the four
    assert [name for name, value in rows[0].items() if value is None] == []


def test_every_check(database: Database) -> None:
    sql = ";\n".join(f"CREATE TABLE t{number} ({one})" for number, one in enumerate(CHECKS))

    with filled(database, sql) as (found, session):
        counts = [
            session.rows(f"SELECT count(*) >= 4, count(c) > 0 FROM t{number}")[0]
            for number in range(len(CHECKS))
        ]

    assert [check for check, count in zip(CHECKS, counts, strict=True) if count != (True, True)] == []
    assert not found.empty


def test_rows_are_such_that_what_fails_in_production_fails_here(database: Database) -> None:
    sql = "CREATE TABLE t (id serial PRIMARY KEY, name varchar(60) NOT NULL, code text, amount integer, on_it boolean)"

    with filled(database, sql) as (found, _):
        ordinary, twin, sparse, long = found.rows[None, "t"]

    assert [row["id"] for row in (ordinary, twin, sparse, long)] == ["1001", "1002", "1003", "1004"]
    assert {**twin, "id": "1001"} == ordinary
    assert (sparse["code"], sparse["amount"], sparse["on_it"]) == (None, None, None)
    assert len(long["name"] or "") == 60
    assert int(long["amount"] or 0) > 2**15
    assert {ordinary["on_it"], long["on_it"]} == {"1", "0"}


def test_the_same_schema_and_seed_give_the_same_rows(database: Database) -> None:
    sql = "CREATE TABLE t (id uuid PRIMARY KEY, name text, n integer CHECK (n > 100));\nCREATE TABLE u (k text UNIQUE)"

    with filled(database, sql) as (first, _):
        pass
    with filled(database) as (second, _):
        pass
    with filled(database, seed="other") as (other, _):
        pass
    with filled(database, "ALTER TABLE t ADD more text;\nCREATE TABLE a (n integer)") as (grown, _):
        pass

    assert first == second
    assert first.rows != other.rows
    without = [{name: row[name] for name in row if name != "more"} for row in grown.rows[None, "t"]]
    assert without == first.rows[None, "t"]
    assert grown.rows[None, "u"] == first.rows[None, "u"]


def test_unique_keys_of_several_columns_and_of_expressions(database: Database) -> None:
    sql = """\
CREATE TABLE t (a text NOT NULL, b integer NOT NULL, c text, d boolean, UNIQUE (a, b), UNIQUE (d, c));
CREATE UNIQUE INDEX ON t (lower(c)) WHERE d"""

    with filled(database, sql) as (found, _):
        rows = found.rows[None, "t"]

    assert len(rows) == 4
    assert rows[0]["b"] == rows[1]["b"]


def test_exclusion_constraints(database: Database) -> None:
    sql = "CREATE TABLE t (during tsrange NOT NULL, EXCLUDE USING gist (during WITH &&))"

    with filled(database, sql) as (found, _):
        assert len(found.rows[None, "t"]) == 4


def test_foreign_keys_in_order(database: Database) -> None:
    sql = """\
CREATE TABLE "z Parent" (id bigserial, code text UNIQUE NOT NULL, PRIMARY KEY (id));
CREATE TABLE b (parent text NOT NULL REFERENCES "z Parent" (code), n integer, PRIMARY KEY (parent, n));
CREATE TABLE a (parent text, n integer, other bigint REFERENCES "z Parent", FOREIGN KEY (parent, n) REFERENCES b);
CREATE TABLE one (id bigint PRIMARY KEY REFERENCES "z Parent")"""

    with filled(database, sql) as (found, session):
        joined = session.rows("SELECT count(*) > 1 FROM a JOIN b USING (parent, n)")

    assert {name: len(rows) for (_, name), rows in found.rows.items()} == {
        "z Parent": 4,
        "b": 4,
        "a": 4,
        "one": 4,
    }
    assert joined == [(True,)]


def test_keys_that_share_a_column_agree(database: Database) -> None:
    sql = """\
CREATE TABLE tenant (id serial PRIMARY KEY);
CREATE TABLE project (tenant_id integer REFERENCES tenant, id integer, PRIMARY KEY (tenant_id, id));
CREATE TABLE task (id serial PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenant, project_id integer NOT NULL,
    FOREIGN KEY (tenant_id, project_id) REFERENCES project)"""

    with filled(database, sql) as (found, _):
        assert len(found.rows[None, "task"]) == 4


CIRCLES = {
    "one key may be null": """\
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b""",
    "the keys may wait": """\
CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a DEFERRABLE);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED""",
    "a table refers to itself": """\
CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL REFERENCES a);
CREATE TABLE b (a int REFERENCES a)""",
}


@pytest.mark.parametrize("circle", CIRCLES.values(), ids=CIRCLES)
def test_circles(database: Database, circle: str) -> None:
    with filled(database, circle) as (found, session):
        assert session.rows("SELECT count(b) > 0 FROM a JOIN b ON b.a = a.id") == [(True,)]
        session.run("ALTER TABLE a ADD more integer")  # which pending checks would not let it
    assert not found.empty


def test_a_circle_that_nothing_breaks_stays_empty(database: Database) -> None:
    sql = """\
CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b"""

    with filled(database, sql) as (found, _):
        assert found.rows == {}
    assert found.empty == {
        (None, "a"): 'null value in column "b" of relation "a" violates not-null constraint',
        (None, "b"): 'null value in column "a" of relation "b" violates not-null constraint',
    }


def test_generated_and_identity_columns(database: Database) -> None:
    sql = """\
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer,
    b integer GENERATED ALWAYS AS (a * 2) STORED, at timestamptz DEFAULT now())"""

    with filled(database, sql) as (found, _):
        assert [row["id"] for row in found.rows[None, "t"]] == ["1001", "1002", "1003", "1004"]


def test_partitioned_tables(database: Database) -> None:
    sql = """\
CREATE TABLE by_range (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE by_range_1 PARTITION OF by_range FOR VALUES FROM ('2030-01-01') TO ('2030-02-01');
CREATE TABLE by_list (c text NOT NULL) PARTITION BY LIST (c);
CREATE TABLE by_list_1 PARTITION OF by_list FOR VALUES IN ('zz', 'yy');
CREATE TABLE without (id int) PARTITION BY RANGE (id)"""

    with filled(database, sql) as (found, _):
        assert {name: len(rows) for (_, name), rows in found.rows.items()} == {"by_range": 4, "by_list": 4}
    assert found.empty == {(None, "without"): 'no partition of relation "without" found for row'}


def test_a_table_that_a_trigger_keeps_empty(database: Database) -> None:
    sql = """\
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
CREATE TABLE t (id serial PRIMARY KEY);
CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no();
CREATE TABLE u (t_id int REFERENCES t);
CREATE TABLE v (t_id int NOT NULL REFERENCES t)"""

    with filled(database, sql) as (found, _):
        assert [row["t_id"] for row in found.rows[None, "u"]] == [None] * 4
    assert found.empty == {
        (None, "t"): "not today",
        (None, "v"): 'null value in column "t_id" of relation "v" violates not-null constraint',
    }


def test_rows_of_a_full_table_are_referred_to(database: Database) -> None:
    sql = """\
CREATE TABLE kind (name text PRIMARY KEY CHECK (name IN ('a')));
INSERT INTO kind VALUES ('a');
CREATE TABLE t (kind text NOT NULL REFERENCES kind)"""

    with filled(database, sql) as (found, _):
        assert [row["kind"] for row in found.rows[None, "t"]] == ["a"] * 4
    assert list(found.empty) == [(None, "kind")]


def test_other_schemas(database: Database) -> None:
    sql = """\
CREATE SCHEMA other;
CREATE TYPE other.mood AS ENUM ('sad', 'ok');
CREATE TABLE other.t (id int PRIMARY KEY, m other.mood NOT NULL);
CREATE TABLE t (t_id int REFERENCES other.t)"""

    with filled(database, sql) as (found, _):
        assert {name: len(rows) for name, rows in found.rows.items()} == {("other", "t"): 4, (None, "t"): 4}


def test_a_key_to_come_meets_a_row_that_is_like_another_one_in_it_alone(database: Database) -> None:
    sql = """\
CREATE TABLE district (id integer PRIMARY KEY, name text);
CREATE TABLE voter (id serial PRIMARY KEY, district_id integer NOT NULL REFERENCES district, number integer NOT NULL,
    street text, active boolean NOT NULL, UNIQUE (number, street));
CREATE TABLE single (a integer NOT NULL CHECK (a = 3), b integer NOT NULL CHECK (b = 4))"""
    like = """
SELECT count(*) FROM voter v JOIN voter w ON v.id < w.id AND v.number = w.number AND v.district_id <> w.district_id
WHERE v.street <> w.street AND v.active <> w.active"""
    keys = {(None, "voter"): [("number",)], (None, "single"): [("a",)]}

    with filled(database, sql) as (plain, _):
        pass
    with filled(database, keys=keys) as (found, session):
        counted = session.rows(like)

    voters = (None, "voter")
    assert counted[0][0] > 0
    assert found.rows[voters][:-1] == plain.rows[voters]
    assert {name: rows for name, rows in found.rows.items() if name != voters} == {
        name: rows for name, rows in plain.rows.items() if name != voters
    }
