"""A revision's statements with its lines, and what PostgreSQL says of locks after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.watched import fresh, server, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

ADD = "ALTER TABLE account ADD COLUMN x INTEGER"
INDEX = "CREATE INDEX CONCURRENTLY i ON account (name)"


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    with server() as engine:
        yield engine


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with fresh(engine) as connection:
        yield connection


def told(statements: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["sql"], one["line"], one["parameters"]) for one in statements]


def modes(connection: sa.Connection, seen: dict[str, Any], table: str) -> set[str]:
    oid = connection.exec_driver_sql(f"SELECT '{table}'::regclass::oid::bigint").scalar()
    return {mode for relation, mode, _, _ in seen["held"] if relation == oid}


def test_each_statement_has_its_line(connection: sa.Connection, tmp_path: Path) -> None:
    upgrade = """\
op.add_column(
    "account",
    sa.Column("x", sa.Integer()),
)
with op.batch_alter_table("account") as batch:
    batch.drop_column("name")
for name in ("a", "b"):
    op.execute(sa.text("UPDATE account SET x = 1 WHERE id::text LIKE '%' || :name").bindparams(name=name))
op.execute("DELETE FROM account WHERE id::text LIKE 'a%'")
"""
    update = "UPDATE account SET x = 1 WHERE id::text LIKE '%' || %(name)s"
    assert told(watched(connection, tmp_path / "r.py", upgrade, locks=False)) == [
        (ADD, 6, False),
        ("ALTER TABLE account DROP COLUMN name", 10, False),
        (update, 13, True),
        (update, 13, True),
        ("DELETE FROM account WHERE id::text LIKE 'a%'", 14, False),
    ]


def test_the_first_look_is_before_everything(connection: sa.Connection, tmp_path: Path) -> None:
    first, second, _ = watched(connection, tmp_path / "r.py", f'op.execute("{ADD}")')

    assert (first["sql"], first["seen"]["held"], second["sql"]) == (None, [], ADD)
    relations = {(kind, name) for _, kind, _, name, _, _, _, _ in first["seen"]["relations"]}
    assert relations == {
        ("r", "account"),
        ("i", "account_pkey"),
        ("r", "order"),
        ("i", "order_pkey"),
    }
    assert modes(connection, second["seen"], "account") == {"AccessExclusiveLock"}
    assert second["seen"]["transaction"] == first["seen"]["transaction"]
    assert second["seen"]["relations"] is None


def test_locks_stay_until_the_transaction_ends(connection: sa.Connection, tmp_path: Path) -> None:
    upgrade = f"""\
op.execute("{ADD}")
op.execute("UPDATE account SET x = 1")
with op.get_context().autocommit_block():
    op.execute("{INDEX}")
op.execute("SELECT 1")
"""
    _, added, updated, indexed, selected, _ = watched(connection, tmp_path / "r.py", upgrade)

    assert "AccessExclusiveLock" in modes(connection, updated["seen"], "account")
    assert updated["seen"]["transaction"] == added["seen"]["transaction"]
    assert (indexed["seen"]["held"], selected["seen"]["held"]) == ([], [])
    assert len({one["seen"]["transaction"] for one in (updated, indexed, selected)}) == 3
    assert indexed["seen"]["relations"]


def test_scans_are_counted_on_empty_tables_also_outside_transactions(
    connection: sa.Connection, tmp_path: Path
) -> None:
    upgrade = f"""\
with op.get_context().autocommit_block():
    op.execute("{ADD}")
    op.execute("ALTER TABLE account ALTER x SET NOT NULL")
"""
    _, added, checked, _ = watched(connection, tmp_path / "r.py", upgrade)

    def scans(one: dict[str, Any]) -> int:
        (number,) = [count for *_, name, _, _, _, count in one["seen"]["relations"] if name == "account"]
        return int(number)

    assert scans(checked) == scans(added) + 1


def test_what_goes_past_sqlalchemy_is_seen_at_the_end(connection: sa.Connection, tmp_path: Path) -> None:
    upgrade = f"""\
op.execute("SELECT 1")
op.get_bind().connection.cursor().execute("{ADD}")
"""
    *_, last = watched(connection, tmp_path / "r.py", upgrade)

    assert (last["sql"], last["line"]) == (None, None)
    assert modes(connection, last["seen"], "account") == {"AccessExclusiveLock"}


def test_a_limit_of_the_wait_is_seen(connection: sa.Connection, tmp_path: Path) -> None:
    statements = watched(connection, tmp_path / "r.py", "op.execute(\"SET LOCAL lock_timeout = '4s'\")")
    assert [one["seen"]["lock_timeout"] for one in statements] == ["0", "4s", "4s"]


def test_looking_is_no_statement_of_the_revision(connection: sa.Connection, tmp_path: Path) -> None:
    statements = watched(connection, tmp_path / "r.py", "pass")
    assert told(statements) == [(None, None, False)] * 2


def test_a_revision_that_fails_is_told_as_far_as_it_came(connection: sa.Connection, tmp_path: Path) -> None:
    upgrade = f"""\
op.execute("{ADD}")
try:
    op.execute("SELECT * FROM no_such_table")
except Exception:
    pass
"""
    statements = watched(connection, tmp_path / "r.py", upgrade)
    assert told(statements) == [(None, None, False), (ADD, 6, False)]
