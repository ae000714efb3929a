"""A revision that waits for a lock for as long as it takes, with everybody else behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.rules.waiting import finding, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.findings import Finding
    from alembic_proof.rules.base import Lenience, Needs

NAME = "no-lock-timeout"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "A new revision waits without a limit for a lock that keeps others out."
REASON = (
    "Adding a column takes an instant, once it has its lock. While it waits for one long query, every query that comes "
    "after it waits behind it, and the table is as good as gone. With `lock_timeout` the revision fails instead, "
    "others go on, and the deployment is started again. Nearly every project lacks one, so this is found only where "
    "the settings ask for it, as an info, a warning or an error; and never where env.py or the revision sets a "
    "`lock_timeout`, which the server is asked for."
)
MENDING = (
    'Set it once for all revisions, where env.py makes its engine: `connect_args={"options": "-c lock_timeout=4s"}` '
    '(asyncpg: `connect_args={"server_settings": {"lock_timeout": "4s"}}`); or in the revision, before '
    "everything else."
)
BAD = """\
def upgrade() -> None:
    op.add_column("account", sa.Column("plan", sa.String()))
"""
GOOD = """\
def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.add_column("account", sa.Column("plan", sa.String()))
"""
HINT = (
    'once for all, where env.py makes its engine: connect_args={"options": "-c lock_timeout=4s"}; or '
    "op.execute(\"SET LOCAL lock_timeout = '4s'\") before it"
)


def find(facts: Facts) -> Iterator[Finding]:
    if facts.levels.get(NAME) is None:
        return
    for trial in facts.trials or ():
        wait = trial.blocking.wait
        if wait:
            yield finding(
                NAME,
                trial,
                wait.statement,
                f"waits for {wait.mode} on {named(wait.tables)} without a limit, and everybody else behind it",
                HINT,
                wait.tables,
            )
