"""A new revision after which something of what tables held is nowhere any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding, counted
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs
    from alembic_proof.trials import Loss, Trial

_SHOWN = 4  # names that a message lists
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
        of_lines: dict[int | None, list[Loss]] = {}
        for loss in trial.on_rows.losses if trial.on_rows else ():
            of_lines.setdefault(loss.line, []).append(loss)
        for line, losses in of_lines.items():  # one statement in a loop is one thing to see to
            yield _finding(trial, line, losses)


def _finding(trial: Trial, line: int | None, losses: Sequence[Loss]) -> Finding:
    return Finding(
        NAME,
        f"revision {trial.revision} {'; '.join(_told(losses))}",
        "rename or copy what is to be kept; or, if it is meant to go, say why: "
        "# alembic-proof: ignore[loses-rows] REASON",
        severity="warning",
        path=trial.path,
        line=line or trial.line,
        revision=trial.revision,
        details={
            "losses": [
                {"table": one.table, "columns": list(one.columns), "rows": one.count} for one in losses
            ]
        },
        identity={"object": listing(map(_named, losses)), "revision": trial.revision},
    )


def _told(losses: Sequence[Loss]) -> Iterator[str]:
    """What is lost, of each kind in one phrase."""
    tables = [one for one in losses if one.dropped]
    if tables:
        yield f"drops {_counted('table', [one.table for one in tables])} with {_theirs(tables)} rows"
    for one in tables:
        if one.columns:
            yield f"of {one.table} the values of {listing(one.columns)} are nowhere else"
    for one in losses:
        if one.count:
            yield f"deletes rows of the table {one.table} ({counted(one.count, 'row')} in the trial)"
    columns = [f"{one.table}.{name}" for one in losses if not one.dropped for name in one.columns]
    if columns:
        yield f"drops the values of {_counted('column', columns)}"


def _counted(noun: str, names: Sequence[str]) -> str:
    shown, more = names[:_SHOWN], len(names) - _SHOWN
    listed = listing([*shown, f"{more} more"] if more > 0 else shown)
    return f"the {noun}{'' if len(names) == 1 else 's'} {listed}"


def _theirs(tables: Sequence[Loss]) -> str:
    return "its" if len(tables) == 1 else "their"


def _named(loss: Loss) -> str:
    if loss.dropped or loss.count:
        return loss.table
    return listing(f"{loss.table}.{one}" for one in loss.columns)
