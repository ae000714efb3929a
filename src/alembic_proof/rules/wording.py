"""Phrases that findings share."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts
    from alembic_proof.history.revision_file import Revision

REWRITE_TRAILER = "Rewrite-History"
IF_MEANT = (
    'or, if it is meant, say why: rewrite-history = "REASON" in the settings, '
    f"or {REWRITE_TRAILER}: REASON in a commit's message"
)

_FOUND_FIRST = ("alembic.ini", "pyproject.toml", "migrations/alembic.ini")
_STATEMENT_LENGTH = 160  # characters of a statement that a message shows


def listing(items: Iterable[str]) -> str:
    """One thing, two things with "and", or more with commas as well."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def stopped(kind: str, message: str, statement: str | None) -> str:
    """An exception in one line: its class, what it says first, and the statement that it came from."""
    first = message.splitlines()[0] if message else ""
    at = f", at {shortened(statement)}" if statement else ""
    return f"{kind}{': ' if first else ''}{first}{at}"


def shortened(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= _STATEMENT_LENGTH else f"{line[: _STATEMENT_LENGTH - 3]}..."


def with_file(revision: Revision) -> str:
    return f"{revision.id} ({revision.path})"


def fixing(facts: Facts) -> str:
    """The shell line, from anywhere in the repository, that mends a fork: by what is merged, where that is known."""
    if facts.coming is not None:
        return f"{facts.coming.command} && {_fix('--base', facts.coming.ref)}"
    return _fix("--base", facts.base.ref) if facts.base is not None else _fix("--merge")


def _fix(*options: str) -> str:
    return shlex.join(("alembic-proof", "fix", *options, "--stage"))


def restoring(before: Revision, path: str, commit: str) -> str:
    """The command, from the top of the repository, that gives a file the text that a revision had in a commit."""
    if before.path == path:
        return f"git restore --source={commit[:7]} --staged --worktree -- {shlex.quote(path)}"
    return f"git show {shlex.quote(f'{commit[:7]}:{before.path}')} > {shlex.quote(path)}"


def revising(environment: Environment) -> str:
    """The command, from the top of the repository, that writes the revision that an environment lacks."""
    named = [] if environment.config in _FOUND_FIRST else ["--config", environment.config]
    return shlex.join(["alembic-proof", "revision", *named, "--stage", "-m", "describe the change"])
