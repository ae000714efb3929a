"""The way that fits a statement, and what its words say of its lock."""

from __future__ import annotations

import pytest

from alembic_proof.locks.blocking import Block, Rewrite
from alembic_proof.locks.observed import Mode, Statement
from alembic_proof.locks.safer import safer_way
from alembic_proof.locks.statement import is_moot, lock_of

ALTER = "ALTER TABLE account"
AUTOCOMMIT = "inside `with op.get_context().autocommit_block():`"
VALIDATE = "in a later revision, `ALTER TABLE ... VALIDATE CONSTRAINT ...`, which lets everybody go on"
OWN = (
    "do it in a revision of its own, with `transaction_per_migration=True` in env.py, "
    "so that the lock is gone by then"
)
INDEX = f"create the index with `postgresql_concurrently=True` {AUTOCOMMIT}"
KEY = f"add the foreign key with `postgresql_not_valid=True`, and {VALIDATE}"
CHECK = f"add the CHECK with `postgresql_not_valid=True`, and {VALIDATE}"
COLUMN = f"add the column first and the CHECK after it with `postgresql_not_valid=True`, and {VALIDATE}"
COMPUTE = "add a plain column, have the application or a trigger fill it, and fill the old rows in batches"
PARTITION = "before it, add a CHECK of the partition's bounds with NOT VALID and validate it"
DOMAIN = "add the constraint with NOT VALID, and validate it in a later revision"
UNIQUE = (
    "create a unique index with `postgresql_concurrently=True` inside `with op.get_context().autocommit_block():`, "
    "then make it the constraint: `ALTER TABLE ... ADD CONSTRAINT ... {} USING INDEX ...`"
)
EXPAND = (
    "expand and contract: add a new column, have the application write both, fill the new one in batches, and drop the "
    "old one in a later revision"
)
FILL = (
    "add the column without it, which takes an instant; then set the default for new rows, and fill the old ones in "
    "batches"
)
QUIET = "there is no way that lets others go on: do it while nobody needs the table, with a `lock_timeout`"
NOT_NULL = (
    "add CHECK (... IS NOT NULL) with `postgresql_not_valid=True`, validate it in a later revision, and then set NOT "
    "NULL, which needs no scan any more, and drop the CHECK"
)


def way(sql: str | None, *, partitioned: bool = False) -> str:
    block = Block("reads", Statement(sql), ("account",), Mode.SHARE, ("account",), partitioned=partitioned)
    return safer_way(block)


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("CREATE INDEX i ON account (x)", INDEX),
        ("\n-- fast\ncreate  unique\nindex i ON account (x)", INDEX),
        ("REINDEX TABLE account", f"`REINDEX ... CONCURRENTLY` {AUTOCOMMIT}"),
        (
            "REFRESH MATERIALIZED VIEW v",
            "`REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index on it",
        ),
        (f"{ALTER} ADD CONSTRAINT k FOREIGN KEY(a) REFERENCES b (id)", KEY),
        (f"{ALTER} ADD COLUMN b_id integer DEFAULT 1 REFERENCES b (id)", KEY),
        (f"{ALTER} ADD CONSTRAINT c CHECK (x > 0)", CHECK),
        (f"{ALTER} ADD CHECK (x > 0)", CHECK),
        (f"{ALTER} ADD CONSTRAINT u UNIQUE (x)", UNIQUE.format("UNIQUE")),
        (f"{ALTER} ADD CONSTRAINT p PRIMARY KEY (x)", UNIQUE.format("PRIMARY KEY")),
        (f"{ALTER} ADD CONSTRAINT p PRIMARY KEY USING INDEX i", NOT_NULL),
        (f"{ALTER} ADD CONSTRAINT e EXCLUDE USING gist (x WITH &&)", QUIET),
        (f"{ALTER} ALTER COLUMN x SET NOT NULL", NOT_NULL),
        (f"{ALTER} ALTER COLUMN x TYPE BIGINT", EXPAND),
        (f'{ALTER} ALTER "x" SET DATA TYPE BIGINT USING x::bigint', EXPAND),
        (f"{ALTER} ADD COLUMN x uuid DEFAULT gen_random_uuid()", FILL),
        (f"{ALTER} ADD COLUMN x BIGSERIAL NOT NULL", FILL),
        (f"{ALTER} ADD COLUMN x int GENERATED ALWAYS AS IDENTITY", FILL),
        (f"{ALTER} ADD x int GENERATED ALWAYS AS (y + 1) STORED", COMPUTE),
        (f"{ALTER} ADD COLUMN x int CHECK (x > 0)", COLUMN),
        (f"{ALTER} SET UNLOGGED", QUIET),
        (f"{ALTER} VALIDATE CONSTRAINT k", OWN),
        ("ALTER TABLE event ATTACH PARTITION e FOR VALUES IN (1)", PARTITION),
        ("ALTER DOMAIN d ADD CHECK (VALUE > 0)", DOMAIN),
        ("UPDATE account SET x = 1", OWN),
        ("DO $$ BEGIN PERFORM 1; END $$", OWN),
        (None, "run it with `op.execute`, so that each statement is seen by itself"),
    ],
)
def test_the_way_fits_the_statement(sql: str | None, wanted: str) -> None:
    assert way(sql) == wanted


def test_an_index_of_a_partitioned_table_cannot_be_made_concurrently() -> None:
    assert way("CREATE INDEX i ON event (x)", partitioned=True) == (
        "create it ON ONLY the partitioned table, then with CONCURRENTLY on each partition, and attach those: "
        "`ALTER INDEX ... ATTACH PARTITION ...`"
    )


def test_a_rewrite_has_the_same_ways() -> None:
    assert safer_way(Rewrite(Statement(f"{ALTER} ALTER x TYPE bigint"), ("account",))) == EXPAND


@pytest.mark.parametrize(
    ("sql", "mode"),
    [
        ("CREATE UNIQUE INDEX i ON account (x)", Mode.SHARE),
        ("CREATE INDEX CONCURRENTLY i ON account (x)", None),
        ("REINDEX (VERBOSE) TABLE CONCURRENTLY account", None),
        ("REINDEX TABLE account", Mode.SHARE),
        (f"{ALTER} ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES b", Mode.SHARE_ROW_EXCLUSIVE),
        (f"{ALTER} VALIDATE CONSTRAINT k", None),
        (f"-- now\n{ALTER} ALTER x SET NOT NULL", Mode.ACCESS_EXCLUSIVE),
        ("VACUUM (FULL) account", Mode.ACCESS_EXCLUSIVE),
        ("VACUUM account", None),
        ("ANALYZE account", None),
        ("UPDATE account SET x = 1", None),
        ("SELECT 1", None),
        (None, None),
    ],
)
def test_the_words_say_the_lock(sql: str | None, mode: Mode | None) -> None:
    assert lock_of(sql) == mode


@pytest.mark.parametrize(
    ("sql", "moot"),
    [
        ("/* all of it */ TRUNCATE account", True),
        (f"{ALTER} ADD COLUMN x integer NOT NULL", True),
        ('ALTER TABLE "a, b" ADD IF NOT EXISTS x varchar(40)\n NOT NULL', False),  # one may be two
        (f"{ALTER} ADD x numeric(10, 2) NOT NULL", True),
        (f"{ALTER} ADD COLUMN x uuid DEFAULT gen_random_uuid() NOT NULL", False),
        (f"{ALTER} ADD COLUMN x BIGSERIAL NOT NULL", False),
        (f"{ALTER} ADD COLUMN x int GENERATED ALWAYS AS (y) STORED NOT NULL", False),
        (f"{ALTER} ADD COLUMN x int CHECK (x > 0) NOT NULL", False),
        (f"{ALTER} ADD COLUMN x int, ALTER y SET NOT NULL", False),
        (f"{ALTER} ADD CONSTRAINT c CHECK (x IS NOT NULL)", False),
        (f"{ALTER} ALTER x SET NOT NULL", False),
        (None, False),
    ],
)
def test_what_is_done_at_once_however_many_rows_there_are(sql: str | None, moot: bool) -> None:
    assert is_moot(sql) == moot
