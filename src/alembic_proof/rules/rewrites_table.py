"""A table that a revision has the server write anew, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.locks.safer import safer_way
from alembic_proof.rules.waiting import finding, named, subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.findings import Finding
    from alembic_proof.locks.blocking import Rewrite
    from alembic_proof.rules.base import Lenience, Needs

NAME = "rewrites-table"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "A new revision has PostgreSQL write a whole table anew, while nobody can read it or write to it."
REASON = (
    "A type of another size, a default that is another for each row, or an identity column makes the server copy every "
    "row into a new file and build all indexes again, under ACCESS EXCLUSIVE; the disk holds both until the commit. "
    "It is observed: the table has another file node after the statement. What needs no copy is not found: "
    "`varchar(20)` to `varchar(40)`, `varchar` to `text`, a new column with a constant default."
)
MENDING = (
    "Expand and contract: add a new column, have the application write both, fill it in batches, read the new one, and "
    "drop the old one in a later revision. A table that is small for good may be named in `small-tables` of "
    "`[tool.alembic-proof]`; a rewrite that is meant, in a comment with the reason."
)
BAD = """\
def upgrade() -> None:
    op.alter_column("order", "id", type_=sa.BigInteger())
"""
GOOD = """\
def upgrade() -> None:
    op.add_column("order", sa.Column("new_id", sa.BigInteger()))  # filled in batches
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        for rewrite in trial.blocking.rewrites:
            yield finding(
                NAME, trial, rewrite.statement, _message(rewrite), safer_way(rewrite), rewrite.tables
            )


def _message(rewrite: Rewrite) -> str:
    waiting = named(tuple(sorted((*rewrite.tables, *rewrite.others))))
    at_work = subject(rewrite.statement, rewrite.more, "write")
    return (
        f"reads and writes of {waiting} wait while {at_work} {named(rewrite.tables)} anew, with all indexes "
        "(ACCESS EXCLUSIVE)"
    )
