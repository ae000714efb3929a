"""The rules on what waits for a revision: each with its whole finding, and their examples on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.findings import Finding
from alembic_proof.locks.blocking import Block, Blocking, Rewrite, Wait, blocking
from alembic_proof.locks.observed import Mode, Statement, read
from alembic_proof.rules import blocks_reads, blocks_writes, no_lock_timeout, rewrites_table
from alembic_proof.trials import Trial
from support.histories import facts_of
from support.watched import fresh, ran, server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from alembic_proof.rules.base import Rule

PATH = "migrations/versions/b1.py"
INDEX = Statement("CREATE INDEX i ON account (x)", 13)
UPDATE = Statement("UPDATE account SET x = 1", 14)
RULES = (blocks_writes, blocks_reads, rewrites_table, no_lock_timeout)


def found(rule: Rule, judged: Blocking) -> list[Finding]:
    asked_for = {"no-lock-timeout": "info"}
    return list(rule.find(facts_of([], trials=(Trial("b1", PATH, blocking=judged),), levels=asked_for)))


def message(block: Block) -> str:
    (finding,) = found(blocks_reads if block.effect == "reads" else blocks_writes, Blocking((block,)))
    return finding.message


def test_blocks_writes() -> None:
    judged = Blocking((Block("writes", INDEX, ("account",), Mode.SHARE, ("account",)),))
    assert found(blocks_writes, judged) == [
        Finding(
            rule="blocks-writes",
            message="writes to account wait while this statement scans it (SHARE)",
            hint="create the index with `postgresql_concurrently=True` "
            "inside `with op.get_context().autocommit_block():`",
            severity="warning",
            path=PATH,
            line=13,
            revision="b1",
            details={"tables": ["account"], "statement": INDEX.sql},
            identity={"object": "account", "revision": "b1"},
        )
    ]
    assert found(blocks_reads, judged) == []


def test_blocks_reads() -> None:
    tables = ("account", "order")
    judged = Blocking(
        (Block("reads", UPDATE, tables, Mode.ACCESS_EXCLUSIVE, ("account",), since=INDEX, more=2),)
    )
    assert found(blocks_reads, judged) == [
        Finding(
            rule="blocks-reads",
            message="reads and writes of account and order wait while this statement and 2 more scan account "
            "(ACCESS EXCLUSIVE, held since line 13)",
            hint="do it in a revision of its own, with `transaction_per_migration=True` in env.py, "
            "so that the lock is gone by then",
            severity="warning",
            path=PATH,
            line=14,
            revision="b1",
            details={"tables": ["account", "order"], "statement": UPDATE.sql},
            identity={"object": "account, order", "revision": "b1"},
        )
    ]
    assert found(blocks_writes, judged) == []


def test_of_many_tables_the_first_are_named() -> None:
    tables = ("a", "b", "c", "d", "e")
    block = Block("writes", INDEX, tables, Mode.SHARE, tables, more=4)
    assert message(block) == (
        "writes to a, b, c and 2 more wait while this statement and 4 more scan a, b, c and 2 more (SHARE)"
    )


def test_a_lock_of_the_same_line_is_held_since_then() -> None:
    block = Block(
        "writes", INDEX, ("order",), Mode.EXCLUSIVE, ("account",), since=Statement("LOCK TABLE x", 13)
    )
    assert message(block) == "writes to order wait while this statement scans account (EXCLUSIVE)"


def test_a_lock_that_no_statement_was_seen_to_take() -> None:
    block = Block("reads", UPDATE, ("order",), Mode.ACCESS_EXCLUSIVE, ("order",), since=Statement(None))
    assert message(block) == (
        "reads and writes of order wait while this statement scans it (ACCESS EXCLUSIVE, held since before it)"
    )


def test_what_goes_past_sqlalchemy() -> None:
    block = Block("reads", Statement(None), ("order",), Mode.ACCESS_EXCLUSIVE, ("order",))
    assert message(block) == (
        "reads and writes of order wait while what the driver's own cursor runs scans it (ACCESS EXCLUSIVE)"
    )


def test_rewrites_table() -> None:
    statement = Statement("ALTER TABLE account ALTER id TYPE bigint", 13)
    assert found(rewrites_table, Blocking(rewrites=(Rewrite(statement, ("account",), ("order",)),))) == [
        Finding(
            rule="rewrites-table",
            message="reads and writes of account and order wait while this statement writes account anew, "
            "with all indexes (ACCESS EXCLUSIVE)",
            hint="expand and contract: add a new column, have the application write both, fill the new one in batches, "
            "and drop the old one in a later revision",
            severity="warning",
            path=PATH,
            line=13,
            revision="b1",
            details={"tables": ["account"], "statement": statement.sql},
            identity={"object": "account", "revision": "b1"},
        )
    ]


def test_no_lock_timeout_is_found_where_it_is_asked_for() -> None:
    judged = Blocking(wait=Wait(INDEX, ("account",), Mode.SHARE))
    trials = (Trial("b1", PATH, blocking=judged), Trial("b2", PATH))

    assert list(no_lock_timeout.find(facts_of([], trials=trials))) == []
    assert list(no_lock_timeout.find(facts_of([], trials=trials, levels={"no-lock-timeout": "error"}))) == [
        Finding(
            rule="no-lock-timeout",
            message="waits for SHARE on account without a limit, and everybody else behind it",
            hint='once for all, where env.py makes its engine: connect_args={"options": "-c lock_timeout=4s"}; or '
            "op.execute(\"SET LOCAL lock_timeout = '4s'\") before it",
            severity="warning",  # which the settings make an error
            path=PATH,
            line=13,
            revision="b1",
            details={"tables": ["account"], "statement": INDEX.sql},
            identity={"object": "account", "revision": "b1"},
        )
    ]


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    with server() as engine:
        yield engine


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_the_bad_example_has_it_and_the_good_one_does_not(
    rule: Rule, engine: sa.Engine, tmp_path: Path
) -> None:
    def findings(example: str) -> int:
        imports = "import sqlalchemy as sa\nfrom alembic import op\n\n"
        with fresh(engine) as connection:
            messages = ran(connection, tmp_path / "revision.py", imports + example)
        return len(found(rule, blocking(read(messages))))

    assert findings(rule.BAD) == 1
    assert findings(rule.GOOD) == 0
