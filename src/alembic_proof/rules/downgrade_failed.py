"""A new revision whose downgrade the database refuses, or that says that it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.tried import told, told_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs
    from alembic_proof.trials import Trial

NAME = "downgrade-failed"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "`alembic downgrade` of a new revision stops with an error."
REASON = (
    "A deployment that has to be taken back cannot be: the moment at which a downgrade is run for the first time is "
    "the moment at which nobody has time to mend it."
)
MENDING = (
    "Mend the downgrade: the finding names the statement and the line. A revision that is not meant to be undone says "
    'so by raising `NotImplementedError("why")` or `alembic.util.CommandError`, or in `irreversible` in '
    "`[tool.alembic-proof]`, a list of revisions or `true` for all; that is told as information and is no error."
)
BAD = """\
def upgrade() -> None:
    op.create_index("ix_user_mail", "user", ["mail"])

def downgrade() -> None:
    op.drop_index("ix_user_email")      # it has another name
"""
GOOD = """\
def downgrade() -> None:
    op.drop_index("ix_user_mail")
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        if trial.irreversible is not None:
            yield _told_once(trial)
        failure = trial.downgrade_failure
        if failure is not None:
            yield Finding(
                NAME,
                f"revision {trial.revision} cannot be undone: its downgrade fails with {told(failure)}",
                f'mend the downgrade in {trial.path}, or have it raise NotImplementedError("why")',
                path=trial.path,
                line=failure.line or trial.line,
                revision=trial.revision,
                details=told_details(failure),
                identity={"object": trial.revision, "error": failure.kind},
            )


def _told_once(trial: Trial) -> Finding:
    return Finding(
        NAME,
        f"revision {trial.revision} cannot be undone: {trial.irreversible}",
        "nothing to do, if that is meant",
        severity="info",
        path=trial.path,
        line=trial.line,
        revision=trial.revision,
        details={"irreversible": trial.irreversible},
        identity={"object": trial.revision, "error": "irreversible"},
    )
