"""The findings of what waits for a revision, in the words that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding, counted
from alembic_proof.locks.safer import safer_way
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.findings import Severity
    from alembic_proof.locks.blocking import Block, Effect
    from alembic_proof.locks.observed import Statement
    from alembic_proof.trials import Trial

_WHO: dict[Effect, str] = {"reads": "reads and writes of", "writes": "writes to"}


def found(rule: str, trial: Trial, effect: Effect) -> Iterator[Finding]:
    """The findings of one of the two rules on locks that are held for long."""
    for block in trial.blocking.blocks:
        if block.effect == effect:
            yield finding(rule, trial, block.statement, _message(block), safer_way(block), block.tables)


def finding(
    rule: str,
    trial: Trial,
    statement: Statement,
    message: str,
    hint: str,
    tables: tuple[str, ...],
    severity: Severity = "warning",
) -> Finding:
    """One finding of a statement that has others wait for `tables`."""
    return Finding(
        rule,
        message,
        hint,
        severity,
        path=trial.path,
        line=statement.line,
        revision=trial.revision,
        details={"tables": list(tables), "statement" if severity == "warning" else "sql": statement.sql},
        identity={"object": ", ".join(tables), "revision": trial.revision},
    )


def subject(statement: Statement) -> str:
    """What is at work: a statement, or what went past SQLAlchemy."""
    return "this statement" if statement.sql is not None else "what the driver's own cursor runs"


def _message(block: Block) -> str:
    worked = "it" if block.worked == block.tables and len(block.tables) == 1 else listing(block.worked)
    lock = str(block.mode)
    if block.since is not None and (block.since.line is None or block.since.line != block.statement.line):
        lock += f", held since line {block.since.line}" if block.since.line else ", held since before it"
    more = f" and for {counted(block.more, 'statement')} after it" if block.more else ""
    who = f"{_WHO[block.effect]} {listing(block.tables)}"
    return f"{who} wait while {subject(block.statement)} scans {worked}{more} ({lock})"
