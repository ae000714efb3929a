"""A new revision that runs as a part of the whole history, and not after its parents alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.tried import told, told_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "fails-on-its-own"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "A new revision that runs as a part of the whole history fails on a database on which its parents have run."
REASON = (
    "Tests build their databases with `alembic upgrade head` from nothing, deployments upgrade by the newest revision "
    "alone. In one run Alembic remembers which enum types it has made and does not make them again, and code that "
    "revisions share may remember other things; a deployment has none of this."
)
MENDING = (
    "Mend the revision as if it were the first that Alembic runs: for an enum type that an earlier revision made, "
    'name it with `create_type=False` (`postgresql.ENUM(name="state", create_type=False)`).'
)
BAD = """\
def upgrade() -> None:                  # an earlier revision has made the type "state"
    op.create_table("job", sa.Column("state", sa.Enum("new", "old", name="state")))
"""
GOOD = """\
def upgrade() -> None:
    state = postgresql.ENUM("new", "old", name="state", create_type=False)
    op.create_table("job", sa.Column("state", state))
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        failure = trial.failure
        if failure is not None:
            yield Finding(
                NAME,
                f"revision {trial.revision} runs with the whole history, and fails on a database on which its "
                f"parents have run: {told(failure)}",
                f"mend {trial.path}: a deployment runs it alone",
                path=trial.path,
                line=failure.line,
                revision=trial.revision,
                details=told_details(failure),
                identity={"object": trial.revision, "error": failure.kind},
            )
