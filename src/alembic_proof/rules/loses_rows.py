"""A new revision after which something of what tables held is nowhere any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding, counted
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs
    from alembic_proof.trials import Loss

NAME = "loses-rows"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = "After a new revision, rows or a column's values that were there are nowhere any more."
REASON = (
    "What is dropped cannot be had back: a downgrade makes an empty column. Autogenerate writes a column that was "
    "renamed as one that is dropped and one that is new. What is found under another name, in another table or as "
    "a part of another value counts as kept."
)
MENDING = (
    "Rename what is renamed (`op.alter_column(..., new_column_name=...)`, `op.rename_table`), and copy first what is "
    "to be kept. Where it is meant to go, say so in the revision, on the line or above it: "
    "`# alembic-proof: ignore[loses-rows] REASON`."
)
BAD = """\
def upgrade() -> None:
    op.add_column("user", sa.Column("full_name", sa.String()))
    op.drop_column("user", "name")
"""
GOOD = """\
def upgrade() -> None:
    op.alter_column("user", "name", new_column_name="full_name")
"""


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        for loss in trial.on_rows.losses if trial.on_rows else ():
            yield Finding(
                NAME,
                f"revision {trial.revision} {_told(loss)}",
                "rename or copy what is to be kept; or, if it is meant to go, say why: "
                "# alembic-proof: ignore[loses-rows] REASON",
                severity="warning",
                path=trial.path,
                line=loss.line or trial.line,
                revision=trial.revision,
                details={"table": loss.table, "columns": list(loss.columns), "rows": loss.count},
                identity={"object": _named(loss), "revision": trial.revision},
            )


def _told(loss: Loss) -> str:
    if loss.dropped:
        of = f": the values of {listing(loss.columns)} are nowhere else" if loss.columns else ""
        return f"drops the table {loss.table} with its rows{of}"
    if loss.count:
        return f"deletes rows of the table {loss.table} ({counted(loss.count, 'row')} in the trial)"
    values = "the values of the column" if len(loss.columns) == 1 else "the values of the columns"
    return f"drops {values} {listing(f'{loss.table}.{one}' for one in loss.columns)}"


def _named(loss: Loss) -> str:
    if loss.dropped or loss.count:
        return loss.table
    return listing(f"{loss.table}.{one}" for one in loss.columns)
