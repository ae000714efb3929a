"""A table that nobody can even read while a revision goes through a whole one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.rules.waiting import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.findings import Finding
    from alembic_proof.rules.base import Lenience, Needs

NAME = "blocks-reads"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "A new revision scans a whole table while it holds a lock that keeps everybody from reading."
REASON = (
    "Every query of the table waits until the transaction ends, and the larger the table, the longer. Often it is two "
    "statements that do no harm alone: the first takes ACCESS EXCLUSIVE for an instant (a new column), the second (an "
    "UPDATE of all rows) takes its time, and both are one transaction. It is observed: after each statement on the "
    "throwaway PostgreSQL, the locks that are held and the tables that were scanned since are read from the server."
)
MENDING = (
    "Add constraints with NOT VALID (`postgresql_not_valid=True`), and validate them in a later revision; set NOT NULL "
    "where a valid CHECK says so already. Fill columns in a revision of its own, with `transaction_per_migration=True` "
    "in env.py, or in batches outside the deployment. A table that is small for good may be named in `small-tables` of "
    "`[tool.alembic-proof]`; a revision that may block, in a comment with the reason."
)
BAD = """\
def upgrade() -> None:
    op.add_column("account", sa.Column("plan", sa.String()))
    op.execute("UPDATE account SET plan = 'free'")
"""
GOOD = """\
# The next one fills the column, with transaction_per_migration=True in env.py.
def upgrade() -> None:
    op.add_column("account", sa.Column("plan", sa.String()))
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        yield from found(NAME, trial, "reads")
