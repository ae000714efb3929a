"""PostgreSQL's catalogs, read of the tables that were touched: after each statement the same as read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.catalogs import postgresql
from alembic_proof.catalogs.states import read_state
from alembic_proof_probe.incremental import Incremental
from support.watched import fresh, server

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

# In one transaction, but for the commits between.
STATEMENTS = """
ALTER TABLE account ADD COLUMN plan text DEFAULT 'free'
CREATE TABLE note (id serial PRIMARY KEY, text varchar(20) UNIQUE)
COMMIT
CREATE INDEX ix_name ON account (name)
ALTER INDEX ix_name RENAME TO ix_account_name
COMMENT ON COLUMN account.name IS 'as they sign'
ALTER TABLE "order" ADD CONSTRAINT fk FOREIGN KEY (account_id) REFERENCES account
CREATE TYPE mood AS ENUM ('sad', 'ok')
ALTER TABLE note ADD COLUMN mood mood
COMMIT
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'
ALTER TYPE mood RENAME TO temper
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'
CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE VIEW names AS SELECT name FROM account
CREATE OR REPLACE VIEW names AS SELECT name, plan FROM account
CREATE SEQUENCE counter
ALTER SEQUENCE counter INCREMENT 5
COMMIT
ALTER SEQUENCE note_id_seq RENAME TO note_counter
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10)
ALTER DOMAIN short ADD CONSTRAINT filled CHECK (VALUE <> '')
CREATE TYPE pair AS (a int, b text)
ALTER TYPE pair ADD ATTRIBUTE c date
CREATE SCHEMA archive
ALTER TABLE note SET SCHEMA archive
ALTER SCHEMA archive RENAME TO attic
COMMIT
ALTER TABLE account ENABLE ROW LEVEL SECURITY
CREATE POLICY own ON account USING (name = current_user)
CREATE RULE quiet AS ON DELETE TO "order" DO INSTEAD NOTHING
CREATE TRIGGER suppress BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
SET LOCAL search_path = attic, public
DROP VIEW names
ALTER TABLE account RENAME TO customer
COMMIT
DROP TABLE attic.note
DROP TYPE temper
DROP FUNCTION one()
INSERT INTO customer (id) VALUES (1)
""".strip().splitlines()


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with server() as engine, fresh(engine) as connection:
        yield connection


def test_what_was_touched_is_all_that_changed(connection: sa.Connection) -> None:
    def rows(query: str) -> list[Any]:
        result = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
        return [[*row] for row in result] if result.returns_rows else []

    queries = list(read_state(postgresql, lambda query: [tuple(row) for row in rows(query)]))
    incremental = Incremental(rows, queries, postgresql.OF_TABLES)
    whole = Incremental(rows, queries, postgresql.OF_TABLES)
    incremental.read()
    whole._prepared = True  # the statements of the other one, on the same connection
    unchanged = []
    for statement in STATEMENTS:
        before = incremental.read()
        if statement == "COMMIT":
            incremental.before_commit()
            connection.commit()
            incremental.after_commit()
        else:
            connection.exec_driver_sql(statement)
        whole.forget()
        assert incremental.read() == whole.read(), statement
        if incremental.read() == before and statement != "COMMIT":
            unchanged.append(statement)
    assert unchanged == ["INSERT INTO customer (id) VALUES (1)"]
    assert incremental.read() == whole.read()


def test_after_a_rollback_it_is_what_was_held(connection: sa.Connection) -> None:
    def rows(query: str) -> list[Any]:
        result = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
        return [[*row] for row in result] if result.returns_rows else []

    queries = list(read_state(postgresql, lambda query: [tuple(row) for row in rows(query)]))
    incremental = Incremental(rows, queries, postgresql.OF_TABLES)
    start = incremental.read()
    incremental.hold()
    connection.exec_driver_sql("DROP TABLE account")
    assert incremental.read() != start
    connection.rollback()
    incremental.again()
    assert incremental.read() == start
