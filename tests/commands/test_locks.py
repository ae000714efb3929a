"""A whole check of new revisions on PostgreSQL: what waits for them, where, and what may stay so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from support.commands import INI, Project, make_project, revision_file, revision_path
from support.interpreters import CURRENT, SQUAWK, interpreter

if TYPE_CHECKING:
    from pathlib import Path

URL = "postgresql+psycopg2://app@db.example.invalid/app"
ENV = """\
from alembic import context
from sqlalchemy import MetaData, engine_from_config, pool

section = context.config.get_section("alembic")
engine = engine_from_config(section, poolclass=pool.NullPool, connect_args={arguments})
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=MetaData(), transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""
ASYNC_ENV = """\
import asyncio

from alembic import context
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import async_engine_from_config


def migrate(connection):
    context.configure(connection=connection, target_metadata=MetaData(), transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = async_engine_from_config(context.config.get_section("alembic"))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""
TABLES = """\
op.execute("CREATE TABLE account (id bigint PRIMARY KEY, name text)")
    op.execute('CREATE TABLE "order" (id bigint PRIMARY KEY, account_id bigint, total integer)')
    op.execute("CREATE TABLE role (id bigint PRIMARY KEY, name text)")
"""
BLOCKING = """\
op.add_column("account", sa.Column("plan", sa.String()))
    op.execute("UPDATE account SET plan = 'free'")
    op.create_foreign_key("fk", "order", "account", ["account_id"], ["id"])
    op.alter_column("order", "total", type_=sa.BigInteger())
    op.execute("UPDATE role SET name = upper(name)")
"""
SAFE = """\
op.add_column("account", sa.Column("plan", sa.String()))
    op.create_foreign_key("fk", "order", "account", ["account_id"], ["id"], postgresql_not_valid=True)
    op.create_check_constraint("ck", "order", "total IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.create_index("ix", "order", ["total"], postgresql_concurrently=True)
        op.execute('ALTER TABLE "order" VALIDATE CONSTRAINT fk')
        op.execute('ALTER TABLE "order" VALIDATE CONSTRAINT ck')
    op.execute("UPDATE account SET plan = 'free'")
    op.alter_column("order", "total", nullable=False)
"""
EXPECTED = """\
migrations/versions/b1.py:13: info: no-lock-timeout: waits for ACCESS EXCLUSIVE on account without a limit, and \
everybody else behind it
    ALTER TABLE account ADD COLUMN plan VARCHAR
  fix: once for all, where env.py makes its engine: connect_args={"options": "-c lock_timeout=4s"}; or \
op.execute("SET LOCAL lock_timeout = '4s'") before it

migrations/versions/b1.py:14: warning: blocks-reads: reads and writes of account and order wait while this statement \
and 1 more scan account and role (ACCESS EXCLUSIVE, held since line 13)
    UPDATE account SET plan = 'free'
  fix: do it in a revision of its own, with `transaction_per_migration=True` in env.py, so that the lock is gone by then

migrations/versions/b1.py:15: warning: blocks-reads: reads and writes of account wait while this statement scans order \
(ACCESS EXCLUSIVE, held since line 13)
    ALTER TABLE "order" ADD CONSTRAINT fk FOREIGN KEY(account_id) REFERENCES account (id)
  fix: add the foreign key with `postgresql_not_valid=True`, and in a later revision, \
`ALTER TABLE ... VALIDATE CONSTRAINT ...`, which lets everybody go on

migrations/versions/b1.py:15: warning: blocks-writes: writes to order wait while this statement scans it \
(SHARE ROW EXCLUSIVE)
    ALTER TABLE "order" ADD CONSTRAINT fk FOREIGN KEY(account_id) REFERENCES account (id)
  fix: add the foreign key with `postgresql_not_valid=True`, and in a later revision, \
`ALTER TABLE ... VALIDATE CONSTRAINT ...`, which lets everybody go on

migrations/versions/b1.py:16: warning: rewrites-table: reads and writes of order wait while this statement writes \
order anew, with all indexes (ACCESS EXCLUSIVE)
    ALTER TABLE "order" ALTER COLUMN total TYPE BIGINT
  fix: expand and contract: add a new column, have the application write both, fill the new one in batches, and drop \
the old one in a later revision

no error, 4 warnings, 1 remark in the index (alembic.ini: 2 revisions on PostgreSQL 18.4 (embedded), N s)
"""
LIMIT = '{"options": "-c lock_timeout=4s"}'

RULES = """
[tool.alembic-proof.rules]
downgrade-failed = "off"
model-drift = "off"
no-lock-timeout = "info"
squawk = "off"
"""


def make(top: Path, cache: Path, upgrade: str, settings: str = "", arguments: str = "{}") -> Project:
    """A history with three merged tables, and a new revision whose upgrade begins on line 13."""
    project = make_project(
        top,
        cache,
        {
            "alembic.ini": INI.replace("sqlite:///app.db", URL),
            "migrations/env.py": ENV.replace("{arguments}", arguments),
            "migrations/versions/a1.py": revision_file("a1", None, TABLES),
            "models.py": "",
            "pyproject.toml": f"[tool.alembic-proof]\nirreversible = true\n{settings}{RULES}",
        },
    )
    project.checkout.add({revision_path("b1"): revision_file("b1", "a1", upgrade)})
    return Project(
        project.checkout, {**project.env, "ALEMBIC_PROOF_TRIAL": "1", "ALEMBIC_PROOF_NO_ROWS": "1"}
    )


def found(project: Project) -> list[tuple[str, str, int]]:
    """What is found of locks."""
    report: dict[str, Any] = project.run("check", "--format", "json").report
    return [(one["severity"], one["rule"], one["line"]) for one in report["findings"]]


def test_each_statement_that_others_wait_for_is_told_with_the_way_that_lets_them_go_on(
    tmp_path: Path, cache: Path
) -> None:
    ran = make(tmp_path / "project", cache, BLOCKING).run("check")

    assert (ran.status, ran.err) == (0, "")
    assert ran.text == EXPECTED


def test_the_ways_that_it_names_let_others_go_on(tmp_path: Path, cache: Path) -> None:
    ran = make(tmp_path / "project", cache, SAFE, arguments=LIMIT).run("check")

    assert ran.text == (
        "nothing found in the index (alembic.ini: 2 revisions on PostgreSQL 18.4 (embedded), N s)\n"
    )


def test_a_project_says_what_may_be_and_what_must_not(tmp_path: Path, cache: Path) -> None:
    allowed = BLOCKING.replace('["id"])', '["id"])  # alembic-proof: ignore[blocks-writes] at night')
    settings = 'small-tables = ["acc*"]\n'
    project = make(tmp_path / "project", cache, allowed, settings, LIMIT)
    project.checkout.add(
        {"pyproject.toml": (project.top / "pyproject.toml").read_text() + 'rewrites-table = "error"\n'}
    )

    assert found(project) == [("error", "rewrites-table", 16), ("warning", "blocks-reads", 17)]


def test_async_drivers_are_watched_and_squawk_is_asked(tmp_path: Path, cache: Path) -> None:
    project = make(tmp_path / "project", cache, BLOCKING)
    files = {
        "alembic.ini": INI.replace("sqlite:///app.db", URL.replace("psycopg2", "asyncpg")),
        "migrations/env.py": ASYNC_ENV,
        "pyproject.toml": (project.top / "pyproject.toml").read_text().replace('squawk = "off"', ""),
    }
    project.checkout.add(files)
    path = f"{interpreter(SQUAWK).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**project.env, "ALEMBIC_PROOF_PYTHON": str(interpreter(CURRENT)), "PATH": path}

    assert found(Project(project.checkout, variables)) == [
        ("info", "no-lock-timeout", 13),
        ("warning", "squawk", 13),
        ("warning", "blocks-reads", 14),
        ("warning", "blocks-reads", 15),
        ("warning", "blocks-writes", 15),
        ("warning", "rewrites-table", 16),
    ]
