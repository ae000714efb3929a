"""The probe's rows, read: the strongest lock of each relation, and what was there before."""

from __future__ import annotations

from alembic_proof.locks.observed import Mode, Relation, State, Watched, read
from support.looks import Server, index_of, oid


def test_several_locks_of_one_relation() -> None:
    server = Server()
    server.run("ALTER TABLE account ADD x int", 7)
    server.messages[-1]["seen"]["held"] = [
        [oid("account"), mode, 5, 2] for mode in ("AccessExclusiveLock", "AccessShareLock", "ShareLock")
    ]

    look = read(server.messages).ran[-1].look

    assert look.held == {oid("account"): {Mode.ACCESS_EXCLUSIVE, Mode.SHARE}}
    assert look.states == {oid("account"): State(5, 2)}


def test_a_lock_that_lets_everybody_go_on_is_none() -> None:
    server = Server().run("SELECT 1", 7, locks={"account": "RowExclusive", "order": "ShareUpdateExclusive"})
    assert read(server.messages).ran[-1].look.held == {}


def test_relations_are_named_with_their_schema_where_it_is_not_public() -> None:
    existing = read(Server().messages).existing

    assert existing[oid("other.role")] == Relation("r", "other.role")
    assert existing[oid("event_1")] == Relation("r", "event_1", parent=oid("event"))
    assert existing[index_of("account")] == Relation("i", "account_key", table=oid("account"))


def test_nothing_was_seen() -> None:
    assert read([]) == Watched()
