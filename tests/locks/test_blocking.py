"""What waits for whom, from locks, scans and files as a server tells of them."""

from __future__ import annotations

import json
from dataclasses import asdict

from alembic_proof.locks.blocking import Block, Blocking, Rewrite, Wait
from alembic_proof.locks.observed import Mode, Statement
from alembic_proof.locks.stored import from_json
from support.looks import Server, index_of

ADD = "ALTER TABLE account ADD COLUMN x integer"
UPDATE = "UPDATE account SET x = 1"
INDEX = "CREATE INDEX i ON account (x)"
EXCLUSIVE = {"account": "AccessExclusive"}


def test_a_lock_that_is_held_for_an_instant_is_waited_for_and_no_more() -> None:
    judged = Server().run(ADD, 7, locks=EXCLUSIVE).judged()
    assert judged == Blocking(wait=Wait(Statement(ADD, 7), ("account",), Mode.ACCESS_EXCLUSIVE))


def test_nothing_is_said_of_the_wait_where_it_has_a_limit() -> None:
    assert Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE).judged() == Blocking()


def test_an_index_keeps_from_writing_while_its_table_is_scanned() -> None:
    judged = Server(lock_timeout="4s").run(INDEX, 7, locks={"account": "Share"}, scans=("account",)).judged()
    assert judged.blocks == (Block("writes", Statement(INDEX, 7), ("account",), Mode.SHARE, ("account",)),)


def test_a_constraint_keeps_from_reading_while_its_table_is_scanned() -> None:
    sql = "ALTER TABLE account ADD CHECK (x > 0)"
    judged = Server(lock_timeout="4s").run(sql, 7, locks=EXCLUSIVE, scans=("account",)).judged()
    assert judged.blocks == (
        Block("reads", Statement(sql, 7), ("account",), Mode.ACCESS_EXCLUSIVE, ("account",)),
    )


def test_a_foreign_key_keeps_from_writing_to_both_tables() -> None:
    sql = 'ALTER TABLE "order" ADD FOREIGN KEY (a) REFERENCES account'
    locks = {"order": "ShareRowExclusive", "account": "ShareRowExclusive"}
    judged = Server(lock_timeout="4s").run(sql, 7, locks=locks, scans=("order",)).judged()
    assert judged.blocks == (
        Block("writes", Statement(sql, 7), ("account", "order"), Mode.SHARE_ROW_EXCLUSIVE, ("order",)),
    )


def test_a_statement_that_waits_for_nobody_holds_up_who_waits_for_the_lock_of_an_earlier_one() -> None:
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE).run(UPDATE, 8, scans=("account",))
    assert server.judged().blocks == (
        Block(
            "reads",
            Statement(UPDATE, 8),
            ("account",),
            Mode.ACCESS_EXCLUSIVE,
            ("account",),
            since=Statement(ADD, 7),
        ),
    )


def test_it_holds_them_up_whatever_table_it_goes_through() -> None:
    sql = 'DELETE FROM "order"'
    (block,) = (
        Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE).run(sql, 8, scans=("order",)).judged().blocks
    )
    assert (block.tables, block.worked) == (("account",), ("order",))


def test_those_that_hold_others_up_for_an_earlier_lock_are_said_once() -> None:
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE)
    for line in (8, 9, 10):
        server.run(UPDATE, line, scans=("account",))
    (block,) = server.judged().blocks
    assert (block.statement.line, block.more) == (8, 2)


def test_a_loop_on_one_line_is_said_once() -> None:
    server = Server(lock_timeout="4s")
    for table in ("account", "order"):
        server.run(f'CREATE INDEX i ON "{table}" (x)', 7, locks={table: "Share"}, scans=(table,))
    server.run(
        'ALTER TABLE "order" ADD FOREIGN KEY', 7, locks={"order": "ShareRowExclusive"}, scans=("order",)
    )
    first, second = server.judged().blocks

    assert first.statement.sql == 'CREATE INDEX i ON "account" (x)'
    assert (first.tables, first.worked, first.more) == (("account", "order"), ("account", "order"), 1)
    assert (second.tables, second.more) == (("order",), 0)


def test_tables_that_a_loop_writes_anew_are_said_once() -> None:
    server = Server(lock_timeout="4s")
    for table in ("account", "order"):
        sql = f'ALTER TABLE "{table}" ALTER id TYPE bigint'
        locks = {table: "AccessExclusive", "event": "AccessExclusive"}
        server.run(sql, 7, locks=locks, rewrites=(table,))
    (rewrite,) = server.judged().rewrites

    assert (rewrite.tables, rewrite.others, rewrite.more) == (("account", "order"), ("event",), 1)


def test_an_earlier_lock_that_is_no_stronger_goes_without_saying() -> None:
    server = Server(lock_timeout="4s")
    for line in (7, 8):
        server.run(INDEX, line, locks={"account": "Share"}, scans=("account",))
    assert [one.since for one in server.judged().blocks] == [None, None]


def test_a_commit_ends_what_waits() -> None:
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE).commit()
    assert server.run(UPDATE, 8, scans=("account",)).judged().blocks == ()


def test_a_lock_is_as_old_as_its_transaction() -> None:
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE).commit()
    (block,) = server.run(ADD, 9, locks=EXCLUSIVE).run(UPDATE, 10, scans=("account",)).judged().blocks
    assert block.since == Statement(ADD, 9)


def test_a_statement_that_locks_by_itself_is_said_by_itself() -> None:
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE)
    for line in (8, 9):
        server.run(INDEX, line, locks={"account": "Share"}, scans=("account",))
    assert [(one.statement.line, one.mode, one.since) for one in server.judged().blocks] == [
        (8, Mode.ACCESS_EXCLUSIVE, Statement(ADD, 7)),
        (9, Mode.ACCESS_EXCLUSIVE, Statement(ADD, 7)),
    ]


def test_the_locks_of_other_tables_are_not_said_again_for_each_statement() -> None:
    """Creating the index concurrently mends both: it would be another transaction."""
    server = Server(lock_timeout="4s").run(ADD, 7, locks=EXCLUSIVE)
    server.run('CREATE INDEX i ON "order" (x)', 8, locks={"order": "Share"}, scans=("order",))
    assert [(one.effect, one.tables) for one in server.judged().blocks] == [("writes", ("order",))]


def test_validating_under_the_lock_that_added_the_constraint() -> None:
    added = 'ALTER TABLE "order" ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES account NOT VALID'
    valid = 'ALTER TABLE "order" VALIDATE CONSTRAINT k'
    locks = {"order": "ShareRowExclusive", "account": "ShareRowExclusive"}
    together = Server(lock_timeout="4s").run(added, 7, locks=locks).run(valid, 8, scans=("order",))
    apart = Server(lock_timeout="4s").run(added, 7, locks=locks).commit().run(valid, 8, scans=("order",))

    assert [(one.effect, one.tables, one.since) for one in together.judged().blocks] == [
        ("writes", ("account", "order"), Statement(added, 7))
    ]
    assert apart.judged().blocks == ()


def test_a_table_with_another_file_was_written_anew() -> None:
    sql = "ALTER TABLE account ALTER x TYPE bigint"
    locks = {"account": "AccessExclusive", "order": "AccessExclusive"}
    judged = Server(lock_timeout="4s").run(sql, 7, locks=locks, rewrites=("account",)).judged()
    assert judged == Blocking(rewrites=(Rewrite(Statement(sql, 7), ("account",), ("order",)),))


def test_a_table_that_is_emptied_is_not_written_anew() -> None:
    sql = "/* all of it */ TRUNCATE account"
    judged = Server(lock_timeout="4s").run(sql, 7, locks=EXCLUSIVE, rewrites=("account",)).judged()
    assert judged == Blocking()


def test_a_column_that_no_row_has_a_value_for_fails_at_the_first_row() -> None:
    sql = "ALTER TABLE account ADD COLUMN x integer NOT NULL"
    server = Server(lock_timeout="4s").run(sql, 7, locks=EXCLUSIVE, scans=("account",))
    assert server.judged() == Blocking()


def test_a_foreign_key_concerns_both_tables_whatever_was_locked_before() -> None:
    server = Server(lock_timeout="4s").run("ALTER TABLE account DROP CONSTRAINT k", 7, locks=EXCLUSIVE)
    locks = {"order": "ShareRowExclusive", "account": "ShareRowExclusive"}
    sql = 'ALTER TABLE "order" ADD FOREIGN KEY (a) REFERENCES account'
    first, second = server.run(sql, 8, locks=locks, scans=("order",)).judged().blocks

    assert (first.effect, first.tables, first.since) == (
        "reads",
        ("account",),
        Statement("ALTER TABLE account DROP CONSTRAINT k", 7),
    )
    assert (second.effect, second.tables, second.since) == ("writes", ("order",), None)


def test_a_materialized_view_is_never_written_to_but_by_its_refresh() -> None:
    sql = "REFRESH MATERIALIZED VIEW CONCURRENTLY richest"
    server = Server(lock_timeout="4s").run(sql, 7, locks={"richest": "Exclusive"}, scans=("order",))
    assert server.judged() == Blocking()


def test_a_materialized_view_that_is_refreshed_cannot_be_read() -> None:
    sql = "REFRESH MATERIALIZED VIEW richest"
    server = Server(lock_timeout="4s").run(
        sql, 7, locks={"richest": "AccessExclusive"}, rewrites=("richest",), scans=("order",)
    )
    assert [(one.effect, one.tables) for one in server.judged().blocks] == [("reads", ("richest",))]
    assert server.judged().rewrites == ()


def test_an_index_that_nobody_may_read_keeps_from_planning_queries_of_its_table() -> None:
    sql = "REINDEX INDEX account_key"
    locks = {index_of("account"): "AccessExclusive", "account": "Share"}
    (block,) = Server(lock_timeout="4s").run(sql, 7, locks=locks, scans=("account",)).judged().blocks
    assert (block.effect, block.tables) == ("reads", ("account",))


def test_partitions_go_without_saying() -> None:
    sql = "CREATE INDEX i ON event (day)"
    locks = {"event": "Share", "event_1": "Share"}
    (block,) = Server(lock_timeout="4s").run(sql, 7, locks=locks, scans=("event_1",)).judged().blocks
    assert (block.tables, block.worked, block.partitioned) == (("event",), ("event_1",), True)


def test_tables_that_the_revision_made_itself_are_nobodys_concern() -> None:
    server = Server(lock_timeout="4s").run("CREATE TABLE t ()", 7, locks={31000: "AccessExclusive"})
    assert server.run("CREATE INDEX i ON t (x)", 8, locks={31000: "Share"}).judged() == Blocking()


def test_small_tables_are_nobodys_concern() -> None:
    server = Server().run("ALTER TABLE other.role ADD y int", 6, locks={"other.role": "AccessExclusive"})
    server.run("UPDATE other.role SET y = 1", 7, scans=("other.role",))
    locks = {index_of("other.role"): "AccessExclusive"}
    server.run("REINDEX TABLE other.role", 8, locks=locks, scans=("other.role",))

    assert server.judged(("other.r*e",)) == Blocking()
    assert len(server.judged(("role",)).blocks) == 2


def test_outside_a_transaction_the_words_say_which_lock_it_was() -> None:
    server = Server(lock_timeout="4s").run_alone(INDEX, 7, scans=("account",))
    assert server.judged().blocks == (
        Block("writes", Statement(INDEX, 7), ("account",), Mode.SHARE, ("account",)),
    )


def test_outside_a_transaction_nothing_is_held_for_the_next_statement() -> None:
    server = Server(lock_timeout="4s").run_alone(ADD, 7).run_alone(UPDATE, 8, scans=("account",))
    server.run_alone("CREATE INDEX CONCURRENTLY i ON account (x)", 9, scans=("account",))
    assert server.judged() == Blocking()


def test_what_the_drivers_cursor_did_is_seen_afterwards() -> None:
    server = Server(lock_timeout="4s").run(None, None, locks=EXCLUSIVE, scans=("account",))
    assert server.judged().blocks == (
        Block("reads", Statement(None), ("account",), Mode.ACCESS_EXCLUSIVE, ("account",)),
    )


def test_a_database_without_locks_has_nothing_to_say() -> None:
    server = Server()
    for one in server.messages:
        one["seen"] = None
    assert server.judged() == Blocking()


def test_what_was_judged_outlives_the_run() -> None:
    server = Server().run(ADD, 7, locks=EXCLUSIVE).run(UPDATE, 8, scans=("account",))
    server.run("ALTER TABLE account ALTER x TYPE bigint", 9, rewrites=("account",))
    judged = server.judged()
    assert judged.blocks
    assert judged.rewrites
    assert from_json(json.loads(json.dumps(asdict(judged)))) == judged
