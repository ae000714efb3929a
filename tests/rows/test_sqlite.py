"""Rows that SQLite takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Database, Databases
from support.rows import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    with Databases(None, tmp_path) as databases:
        yield databases.create("sqlite")


def test_types_constraints_and_keys(file: Database) -> None:
    sql = """\
CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL UNIQUE, ok BOOLEAN CHECK (ok IN (0, 1)),
    u CHAR(32) NOT NULL, n NUMERIC(9, 2) NOT NULL, at DATETIME, j JSON, b BLOB, x INT CHECK (x > 5 AND x < 9),
    CHECK (length(name) > 3));
CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT, a_id INT NOT NULL REFERENCES a,
    k VARCHAR(1) NOT NULL CHECK (k IN ('x', 'y')), twice INT GENERATED ALWAYS AS (a_id * 2),
    w TEXT CHECK (w GLOB '[A-Z]*'), strange, UNIQUE (a_id, k));
CREATE TABLE c (p TEXT PRIMARY KEY, q TEXT COLLATE NOCASE) WITHOUT ROWID;
CREATE UNIQUE INDEX ix ON c (lower(q)) WHERE q IS NOT NULL;
CREATE TABLE "or der" ("sel ect" INT, [x y] TEXT NOT NULL CHECK ([x y] <> ''));
CREATE TABLE s (i INT, t TEXT NOT NULL, b BLOB NOT NULL, r REAL, a ANY) STRICT"""

    with filled(file, sql) as (found, session):
        kinds = session.rows(
            "SELECT DISTINCT typeof(ok), typeof(n), typeof(b), typeof(x) FROM a WHERE ok IS NOT NULL"
        )
        joined = session.rows("SELECT count(*) FROM a JOIN b ON b.a_id = a.id")

    assert found.empty == {}
    assert {name: len(rows) for (_, name), rows in found.rows.items()} == dict.fromkeys(
        ("a", "b", "c", "or der", "s"), 4
    )
    assert kinds == [("integer", "real", "blob", "integer")]
    assert joined == [(4,)]


def test_the_same_rows_twice(file: Database) -> None:
    with filled(
        file, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (length(name) < 5))"
    ) as (first, _):
        pass
    with filled(file) as (second, _):
        pass

    assert first == second
