"""A new revision that works on empty tables and not on rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.tried import told, told_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs
    from alembic_proof.trials import Stop, Trial

NAME = "fails-on-rows"
NEEDS: Needs = "trial"
LENIENCE: Lenience = "any"
MEANING = (
    "A new revision works on empty tables and stops at rows that they may hold. Where it is the downgrade that stops, "
    "that is a warning."
)
REASON = (
    "It is green everywhere, on a developer's desk, in CI and in the preview, for their tables are empty; and it stops "
    "the deployment, for production's are not."
)
MENDING = (
    "The finding shows the row. See to such rows before the statement at which the revision stops: give a "
    "`server_default` or fill the column first, put an end to duplicates, say with `postgresql_using` how old values "
    "become new ones. Where no table has such rows, because something else than the database sees to that, say so with "
    "a comment, or give rows of your own with the setting `rows`."
)
BAD = """\
def upgrade() -> None:
    op.add_column("order", sa.Column("state", sa.String(), nullable=False))
"""
GOOD = """\
def upgrade() -> None:
    op.add_column("order", sa.Column("state", sa.String(), nullable=False, server_default="open"))
"""

_IF_NOT = "or, if no table has such rows, say why: # alembic-proof: ignore[fails-on-rows] REASON"
# What a database's code or words say, and what mends that.
_MENDING = (
    (("ADD COLUMN", "ADD `"), "give the new column a server_default, or add it nullable and fill it first"),
    (("23502", "NOT NULL", "null value", "cannot be null"), "give the column's empty rows a value first"),
    (("23505", "1062", "UNIQUE constraint"), "put an end to the duplicates first"),
    (("23503", "1451", "1452", "FOREIGN KEY"), "see to the rows at the other end of the key first"),
    (("23514", "4025", "3819", "CHECK"), "mend the rows that break it first"),
    (("1265",), "give the column's empty rows a value first, or say how the old values become new ones"),
    (
        ("22P02", "22001", "22003", "22007", "22008", "1406", "1264", "1366", "1292"),
        "say how the old values become new ones, as with postgresql_using",
    ),
)


def find(facts: Facts) -> Iterator[Finding]:
    for trial in facts.trials or ():
        seen = trial.on_rows
        if seen is None:
            continue
        if seen.failure is not None:
            yield _finding(trial, seen.failure, seen.row, "upgrade")
        if seen.downgrade_failure is not None and trial.downgrade_failure is None:
            yield _finding(trial, seen.downgrade_failure, seen.downgrade_row, "downgrade")


def _finding(trial: Trial, stop: Stop, row: str | None, way: str) -> Finding:
    where = "" if way == "upgrade" else "its downgrade stops with "
    on = f"; the row: {row}" if row else ""
    return Finding(
        NAME,
        f"revision {trial.revision} fails on rows: {where}{told(stop)}{on}",
        f"in {trial.path}, {_mending(stop)}; {_IF_NOT}",
        severity="error" if way == "upgrade" else "warning",
        path=trial.path,
        line=stop.line or trial.line,
        revision=trial.revision,
        details={**told_details(stop), "row": row, "way": way},
        identity={"object": trial.revision, "way": way, "error": stop.kind},
    )


def _mending(stop: Stop) -> str:
    said = f"{stop.sqlstate} {stop.message} {stop.statement or ''}"
    return next(
        (what for signs, what in _MENDING if any(sign in said for sign in signs)), "have it see to such rows"
    )
