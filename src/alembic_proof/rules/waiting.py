"""The findings of what waits for a revision, in the words that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.locks.safer import safer_way
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.locks.blocking import Block, Effect
    from alembic_proof.locks.observed import Statement
    from alembic_proof.trials import Trial

_SHOWN = 4  # tables that a message names
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
) -> Finding:
    """One finding of a statement that has others wait for `tables`."""
    return Finding(
        rule,
        message,
        hint,
        "warning",
        path=trial.path,
        line=statement.line,
        revision=trial.revision,
        details={"tables": list(tables), "statement": statement.sql},
        identity={"object": ", ".join(tables), "revision": trial.revision},
    )


def subject(statement: Statement, more: int, verb: str) -> str:
    """What is at work: a statement and those that are told with it, or what went past SQLAlchemy."""
    if statement.sql is None:
        return f"what the driver's own cursor runs {verb}s"
    return f"this statement and {more} more {verb}" if more else f"this statement {verb}s"


def named(tables: tuple[str, ...]) -> str:
    """Tables in a sentence, the first of many."""
    shown = tables if len(tables) <= _SHOWN else (*tables[: _SHOWN - 1], f"{len(tables) - _SHOWN + 1} more")
    return listing(shown)


def _message(block: Block) -> str:
    worked = "it" if block.worked == block.tables and len(block.tables) == 1 else named(block.worked)
    lock = str(block.mode)
    if block.since is not None and (block.since.line is None or block.since.line != block.statement.line):
        lock += f", held since line {block.since.line}" if block.since.line else ", held since before it"
    at_work = subject(block.statement, block.more, "scan")
    return f"{_WHO[block.effect]} {named(block.tables)} wait while {at_work} {worked} ({lock})"
