"""What two SQLite databases may have otherwise and is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

CASES = {
    "the order of columns, and one that was dropped": (
        "CREATE TABLE item (a INTEGER, z TEXT, b TEXT); ALTER TABLE item DROP z",
        "CREATE TABLE item (b TEXT, a INTEGER)",
    ),
    "the case of words, quotes, spaces, comments": (
        'create table "item" ([a] integer not null, -- a (comment\n"b" text check("b"<>\'x\'))',
        "CREATE TABLE item (\n\ta INTEGER NOT NULL, \n\tb TEXT, \n\tCHECK (b != 'x')\n)",
    ),
    "a column that was added, and one that was renamed": (
        (
            "CREATE TABLE item (a INTEGER, old TEXT, CHECK (old <> '')); "
            "ALTER TABLE item ADD COLUMN c TEXT DEFAULT 'x'; "
            "ALTER TABLE item RENAME COLUMN old TO b; CREATE INDEX ix ON item (b) WHERE b > 'a'"
        ),
        (
            "CREATE TABLE item (a INTEGER, b TEXT, c TEXT DEFAULT 'x', CHECK (b <> '')); "
            "CREATE INDEX ix ON item (b) WHERE (b > 'a')"
        ),
    ),
    "constraints at the column and at the table": (
        (
            "CREATE TABLE item (id INTEGER PRIMARY KEY, a INTEGER UNIQUE REFERENCES item, "
            "b TEXT CONSTRAINT ck CHECK (b > ''))"
        ),
        (
            "CREATE TABLE item (id INTEGER NOT NULL, a INTEGER, b TEXT, PRIMARY KEY (id), UNIQUE (a), "
            "FOREIGN KEY(a) REFERENCES item (id), CONSTRAINT ck CHECK (b > ''))"
        ),
    ),
    "names that nobody gave": (
        (
            "CREATE TABLE item (id INTEGER CONSTRAINT pk PRIMARY KEY, x INTEGER CONSTRAINT fk REFERENCES item, "
            "CONSTRAINT uq UNIQUE (x), CONSTRAINT ck CHECK (x > 0))"
        ),
        "CREATE TABLE item (id INTEGER PRIMARY KEY, x INTEGER REFERENCES item, UNIQUE (x), CHECK (x > 0))",
    ),
    "idle parentheses": (
        "CREATE TABLE item (x INTEGER, CHECK (((x > 0) AND (x < 5)) OR ((x) IN (7, 8)) OR (x BETWEEN (1) AND (2))))",
        "CREATE TABLE item (x INTEGER, CHECK (x > 0 AND x < 5 OR x IN (7, 8) OR x BETWEEN 1 AND 2))",
    ),
    "constraints without a comma between them": (
        "CREATE TABLE item (x INTEGER, y INTEGER, CHECK (x > 0) UNIQUE (x) CONSTRAINT ck CHECK (y > 0))",
        "CREATE TABLE item (x INTEGER, y INTEGER, CHECK (x > 0), UNIQUE (x), CONSTRAINT ck CHECK (y > 0))",
    ),
    "a constraint that is said twice": (
        "CREATE TABLE item (x INTEGER, UNIQUE (x))",
        "CREATE TABLE item (x INTEGER UNIQUE, UNIQUE (x))",
    ),
    "what goes without saying": (
        (
            "CREATE TABLE item (id INTEGER PRIMARY KEY ASC ON CONFLICT ABORT, x INTEGER NULL DEFAULT NULL "
            "REFERENCES item (id) ON DELETE NO ACTION MATCH SIMPLE NOT DEFERRABLE INITIALLY IMMEDIATE, "
            "y TEXT COLLATE BINARY NOT NULL ON CONFLICT ABORT); CREATE INDEX ix ON item (x ASC, y COLLATE BINARY)"
        ),
        (
            "CREATE TABLE item (id INTEGER PRIMARY KEY, x INTEGER REFERENCES item, y TEXT NOT NULL); "
            "CREATE INDEX ix ON item (x, y)"
        ),
    ),
    "an index of the column's own collation": (
        "CREATE TABLE item (x TEXT COLLATE NOCASE); CREATE INDEX ix ON item (x COLLATE nocase)",
        "CREATE TABLE item (x TEXT COLLATE nocase); CREATE INDEX ix ON item (x)",
    ),
    "names of one type": (
        (
            "CREATE TABLE item (a INT, b BOOL, c CHARACTER(5), d CHARACTER VARYING ( 9 ), e DOUBLE PRECISION, f INT8, "
            "g DEC(9,2))"
        ),
        (
            "CREATE TABLE item (a INTEGER, b BOOLEAN, c CHAR(5), d VARCHAR(9), e DOUBLE, f BIGINT, "
            "g DECIMAL(9, 2))"
        ),
    ),
    "defaults that a column stores alike": (
        (
            "CREATE TABLE item (a INTEGER DEFAULT 0, b TEXT DEFAULT 5, c NUMERIC DEFAULT '1.50', "
            "d BOOLEAN DEFAULT true, e DATETIME DEFAULT (CURRENT_TIMESTAMP), f INTEGER DEFAULT (-1), "
            "g TEXT DEFAULT (lower('A') || 'b'))"
        ),
        (
            "CREATE TABLE item (a INTEGER DEFAULT '0', b TEXT DEFAULT '5', c NUMERIC DEFAULT 1.5, d BOOLEAN DEFAULT 1, "
            "e DATETIME DEFAULT CURRENT_TIMESTAMP, f INTEGER DEFAULT '-1', g TEXT DEFAULT ((lower('A')) || 'b'))"
        ),
    ),
    "strings in double quotes": (
        'CREATE TABLE item (x TEXT DEFAULT "a", CHECK ("x" IN ("a", "b")))',
        "CREATE TABLE item (x TEXT DEFAULT 'a', CHECK (x IN ('a', 'b')))",
    ),
    "what models cannot say: views, triggers, virtual tables, other tables": (
        (
            "CREATE TABLE item (x TEXT); CREATE VIEW v AS SELECT 1; CREATE TABLE legacy (x); "
            "CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END; CREATE VIRTUAL TABLE f USING fts5(x)"
        ),
        "CREATE TABLE item (x TEXT)",
    ),
    "a table made from a query": (
        "CREATE TABLE item AS SELECT CAST(1 AS TEXT) AS x",
        "CREATE TABLE item (x TEXT)",
    ),
}


@pytest.mark.parametrize(("revisions", "models"), CASES.values(), ids=list(CASES))
def test_it_is_no_difference(pair: Pair, revisions: str, models: str) -> None:
    pair.fill(revisions, models)

    assert pair.findings() == []


def test_a_name_that_a_person_gave_counts(pair: Pair) -> None:
    pair.fill(
        "CREATE TABLE item (x INTEGER, CHECK (x > 0)); CREATE INDEX ix_a ON item (x)",
        "CREATE TABLE item (x INTEGER, CONSTRAINT ck CHECK (x > 0)); CREATE INDEX ix_b ON item (x)",
    )

    constraint, index = found = pair.findings("ck", "ix_b")

    assert (
        constraint.message
        == "check constraint ck on item differs: name ck in the models, none in the revisions"
    )
    assert index.message == "index ix_b on item differs: name ix_b in the models, ix_a in the revisions"
    for finding in found:
        pair.mend(finding)
    assert pair.findings("ck", "ix_b") == []
