"""A revision that the database refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts, UpgradeFailure
    from alembic_proof.rules.base import Lenience, Needs

NAME = "upgrade-failed"
NEEDS: Needs = "database"
LENIENCE: Lenience = "none"
MEANING = "`alembic upgrade` stops with an error on a database that starts out empty."
REASON = (
    "A deployment stops half-way, and every database that is built from the revisions (tests, previews, a new "
    "customer's) cannot be built at all."
)
MENDING = (
    "Mend the revision that the finding names. If the history is meant to start on tables that no revision makes, "
    "give that schema with `starting-schema` in `[tool.alembic-proof]`: an SQL file, or `module:function`, called "
    "with a connection."
)
BAD = """\
def upgrade() -> None:
    op.add_column("usr", sa.Column("nickname", sa.String()))      # the table is called "user"
"""
GOOD = """\
def upgrade() -> None:
    op.add_column("user", sa.Column("nickname", sa.String()))
"""


def find(facts: Facts) -> Iterator[Finding]:
    failure = facts.schema.failure if facts.schema else None
    if failure is None:
        return
    yield Finding(
        NAME,
        _message(failure),
        _hint(failure),
        path=failure.path,
        line=failure.line,
        revision=failure.revision,
        details={
            "error": failure.kind,
            "error_message": failure.message,
            "statement": failure.statement,
            "sqlstate": failure.sqlstate,
            "missing_table": failure.missing_table,
        },
        identity={"object": failure.revision, "error": failure.kind},
    )


def _message(failure: UpgradeFailure) -> str:
    if failure.missing_table:
        return (
            f"the history does not start from an empty database: revision {failure.revision} needs the table "
            f"{failure.missing_table}, which no revision makes"
        )
    return f"revision {failure.revision} fails: {stopped(failure.kind, failure.message, failure.statement)}"


def _hint(failure: UpgradeFailure) -> str:
    if failure.missing_table:
        return 'give the schema that it starts on: starting-schema = "schema.sql" in [tool.alembic-proof]'
    return f"mend {failure.path} and run alembic-proof check again"
