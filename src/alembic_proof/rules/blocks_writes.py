"""A table that nobody can write to while a revision goes through a whole one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.rules.waiting import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.findings import Finding
    from alembic_proof.rules.base import Lenience, Needs

NAME = "blocks-writes"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "A new revision scans a whole table while it holds a lock that keeps everybody from writing."
REASON = (
    "The larger the table, the longer each INSERT, UPDATE and DELETE waits: requests pile up, and a deployment of "
    "minutes is an outage of minutes. It is observed: after each statement on the throwaway PostgreSQL, the locks that "
    "are held and the tables that were scanned since are read from the server. Locks that are held for an instant are "
    "none of this rule's, nor are tables that the revision makes itself."
)
MENDING = (
    "Create indexes with `postgresql_concurrently=True` inside `op.get_context().autocommit_block()`. Add foreign keys "
    "with `postgresql_not_valid=True`, and validate them in a later revision. A table that is small for good may be "
    "named in `small-tables` of `[tool.alembic-proof]`; a revision that may block, in a comment with the reason."
)
BAD = """\
def upgrade() -> None:
    op.create_index("ix_order_account", "order", ["account_id"])
"""
GOOD = """\
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_order_account", "order", ["account_id"], postgresql_concurrently=True)
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        yield from found(NAME, trial, "writes")
