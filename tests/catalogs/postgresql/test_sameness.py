"""What two databases may have otherwise and is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

ITEM = "CREATE TABLE item (id integer NOT NULL, x integer, name varchar(50)); "
COMMENTED = (
    f"{ITEM} ALTER TABLE item ADD CONSTRAINT c CHECK (x > 0); CREATE INDEX ix ON item (x); "
    "CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN code AS text; CREATE SEQUENCE ticket;"
)
PARTED = "CREATE TABLE log (day integer PRIMARY KEY) PARTITION BY RANGE (day);"
TO_PARTED = "CREATE TABLE item (day integer REFERENCES log);"
CASES = {
    "the order of columns": (
        "CREATE TABLE item (a integer, b text)",
        "CREATE TABLE item (b text, a integer)",
    ),
    "a column that was dropped": (
        "CREATE TABLE item (a integer, z integer, b text); ALTER TABLE item DROP z",
        "CREATE TABLE item (a integer, b text)",
    ),
    "the names of constraints that nobody named": (
        (
            f"{ITEM} ALTER TABLE item ADD CONSTRAINT a PRIMARY KEY (id), ADD CONSTRAINT b UNIQUE (x), "
            "ADD CONSTRAINT c CHECK (x > 0), ADD CONSTRAINT d FOREIGN KEY (id) REFERENCES item (x)"
        ),
        (
            f"{ITEM} ALTER TABLE item ADD PRIMARY KEY (id), ADD UNIQUE (x), ADD CHECK (x > 0), "
            "ADD FOREIGN KEY (id) REFERENCES item (x)"
        ),
    ),
    "two constraints with each other's names": (
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT a CHECK (x > 0), ADD CONSTRAINT b CHECK (x > 1)",
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT b CHECK (x > 0), ADD CONSTRAINT a CHECK (x > 1)",
    ),
    "a serial by hand, of a wider sequence": (
        (
            "CREATE SEQUENCE other_seq; CREATE TABLE item (id integer NOT NULL DEFAULT nextval('other_seq')); "
            "ALTER SEQUENCE other_seq OWNED BY item.id"
        ),
        "CREATE TABLE item (id serial)",
    ),
    "IN and ANY on varchar": (
        f"{ITEM} ALTER TABLE item ADD CHECK (name IN ('a', 'b'))",
        f"{ITEM} ALTER TABLE item ADD CHECK (name = ANY (ARRAY['a', 'b']))",
    ),
    "numbers as literals of other types": (
        "CREATE TABLE item (a bigint DEFAULT 0, b numeric(9,2) DEFAULT '1.50', c real DEFAULT 2)",
        "CREATE TABLE item (a bigint DEFAULT '0', b numeric(9,2) DEFAULT 1.5, c real DEFAULT '2.0')",
    ),
    "NULL as a default": (
        "CREATE TABLE item (a varchar(9) DEFAULT NULL::varchar, b numeric(9,2) DEFAULT NULL::numeric(9,2))",
        "CREATE TABLE item (a varchar(9), b numeric(9,2))",
    ),
    "the lists of a column that was widened": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x IN (1, -2)); ALTER TABLE item ALTER x TYPE bigint",
        f"{ITEM.replace('x integer', 'x bigint')} ALTER TABLE item ADD CHECK (x IN (1, -2))",
    ),
    "what models cannot say: views, functions, triggers, policies, statistics": (
        (
            f"{ITEM} CREATE VIEW v AS SELECT 1; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON item EXECUTE FUNCTION f(); "
            "ALTER TABLE item ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON item; "
            "ALTER TABLE item ALTER x SET STATISTICS 7, ALTER name SET STORAGE EXTERNAL; "
            "ALTER TABLE item REPLICA IDENTITY FULL"
        ),
        ITEM,
    ),
    "partitions, which revisions add as time goes by": (
        (
            "CREATE TABLE item (id integer) PARTITION BY RANGE (id); CREATE INDEX ix ON item (id); "
            "CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM (1) TO (9)"
        ),
        "CREATE TABLE item (id integer) PARTITION BY RANGE (id); CREATE INDEX ix ON item (id)",
    ),
    "tables, types and sequences that models never mention": (
        (
            f"{ITEM} CREATE TABLE legacy (id serial); CREATE TYPE mood AS ENUM ('a'); CREATE SEQUENCE ticket; "
            "CREATE DOMAIN code AS text; CREATE TYPE two AS (a integer); CREATE SCHEMA other; "
            "CREATE MATERIALIZED VIEW m AS SELECT 1"
        ),
        ITEM,
    ),
    "comments that no model can take away": (
        (
            f"{COMMENTED} COMMENT ON CONSTRAINT c ON item IS 'why'; COMMENT ON INDEX ix IS 'why'; "
            "COMMENT ON TYPE mood IS 'why'; COMMENT ON DOMAIN code IS 'why'; COMMENT ON SEQUENCE ticket IS 'why'"
        ),
        COMMENTED,
    ),
    "a constraint that a model says twice": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x), ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES item (x)",
        (
            f"{ITEM} ALTER TABLE item ADD UNIQUE (x), ADD FOREIGN KEY (id) REFERENCES item (x), "
            "ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES item (x)"
        ),
    ),
    "a foreign key to a table of which revisions make partitions": (
        f"{PARTED} CREATE TABLE late PARTITION OF log FOR VALUES FROM (10) TO (20); {TO_PARTED}",
        f"{PARTED} {TO_PARTED}",
    ),
    "the names of NOT NULL constraints": (
        f"{ITEM} ALTER TABLE item RENAME CONSTRAINT item_id_not_null TO other",
        ITEM,
    ),
    "a sequence's name behind a serial and an identity": (
        (
            "CREATE TABLE item (id serial, x integer GENERATED ALWAYS AS IDENTITY); "
            "ALTER SEQUENCE item_id_seq RENAME TO a; ALTER SEQUENCE item_x_seq RENAME TO b"
        ),
        "CREATE TABLE item (id serial, x integer GENERATED ALWAYS AS IDENTITY)",
    ),
}


@pytest.mark.parametrize(("revisions", "models"), CASES.values(), ids=list(CASES))
def test_it_is_no_difference(pair: Pair, revisions: str, models: str) -> None:
    pair.fill(revisions, models)

    assert pair.findings() == []


def test_a_name_that_a_person_gave_counts(pair: Pair) -> None:
    pair.fill(
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT a CHECK (x > 0); CREATE INDEX ix_a ON item (x)",
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT b CHECK (x > 0); CREATE INDEX ix_b ON item (x)",
    )

    constraint, index = found = pair.findings("b", "ix_b")

    assert (
        constraint.message == "check constraint b on item differs: name b in the models, a in the revisions"
    )
    assert index.message == "index ix_b on item differs: name ix_b in the models, ix_a in the revisions"
    for finding in found:
        pair.mend(finding)
    assert pair.findings("b", "ix_b") == []
