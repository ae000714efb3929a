"""A new revision that cannot be applied a second time, after its own downgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.tried import altered, altered_details, told, told_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs
    from alembic_proof.trials import Trial

NAME = "upgrade-not-repeatable"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = (
    "A new revision that was undone cannot be applied again, or gives another schema than the first time."
)
REASON = (
    "A deployment that was taken back is tried again once its fault is mended. Then the upgrade stops at what its "
    "downgrade left behind: a type that exists already, a row that is there twice."
)
MENDING = (
    "Have the downgrade take away all that the upgrade makes, rows that it inserts among it. The finding names the "
    "statement at which the second upgrade stops, or what it made otherwise than the first."
)
BAD = """\
def upgrade() -> None:
    op.execute("INSERT INTO role (name) VALUES ('admin')")     # "name" is unique

def downgrade() -> None:
    pass
"""
GOOD = """\
def downgrade() -> None:
    op.execute("DELETE FROM role WHERE name = 'admin'")
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        if trial.again_failure is not None:
            failure = trial.again_failure
            what = f"cannot be applied again after its downgrade: {told(failure)}"
            yield _finding(trial, what, failure.line, told_details(failure), failure.kind)
        elif trial.again:
            what = (
                f"makes another schema when it is applied again after its downgrade: {altered(trial.again)}"
            )
            yield _finding(trial, what, None, altered_details(trial.again), "other schema")


def _finding(trial: Trial, what: str, line: int | None, details: dict[str, object], error: str) -> Finding:
    return Finding(
        NAME,
        f"revision {trial.revision} {what}",
        f"have the downgrade in {trial.path} take away all that the upgrade makes",
        path=trial.path,
        line=line or trial.line,
        revision=trial.revision,
        details=details,
        identity={"object": trial.revision, "error": error},
    )
