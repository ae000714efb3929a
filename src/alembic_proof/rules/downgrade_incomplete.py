"""A new revision whose downgrade does not lead back to the schema that was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.tried import altered, altered_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "downgrade-incomplete"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "After the downgrade of a new revision the schema is not what it was before its upgrade."
REASON = (
    "What the downgrade leaves behind makes the next upgrade fail, and what it does not bring back is missed by the "
    "code that runs again after it: the database is one that no revision describes."
)
MENDING = (
    "Have the downgrade undo all that the upgrade does, in the reverse order: the finding lists what is left, what is "
    "missing and what is another thing than before. Types that `create_table` makes on its way, such as an `Enum` on "
    "PostgreSQL, are not dropped with the table."
)
BAD = """\
def upgrade() -> None:
    op.create_table("task", sa.Column("state", sa.Enum("new", "old", name="state")))

def downgrade() -> None:
    op.drop_table("task")               # leaves the type
"""
GOOD = """\
def downgrade() -> None:
    op.drop_table("task")
    sa.Enum(name="state").drop(op.get_bind())
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        if trial.incomplete:
            yield Finding(
                NAME,
                f"revision {trial.revision} is not undone by its downgrade: {altered(trial.incomplete)}",
                f'have the downgrade in {trial.path} undo that, or raise NotImplementedError("why")',
                path=trial.path,
                line=trial.line,
                revision=trial.revision,
                details=altered_details(trial.incomplete),
                identity={"object": trial.revision},
            )
