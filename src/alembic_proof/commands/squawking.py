"""Asks squawk for what it says of the new revisions' SQL, where it is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cache import OwnedFolder, cache_folder
from alembic_proof.errors import UsageError
from alembic_proof.locks.squawk import Said, Squawked, script, warnings
from alembic_proof.processes import TimeLimitExceeded, run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.commands.request import Subject
    from alembic_proof.facts import Facts
    from alembic_proof.locks.squawk import Warned
    from alembic_proof.trials import Trial

RULE = "squawk"
CONFIG = ".squawk.toml"
SECONDS = 30.0
_HINT = 'leave squawk out: squawk = "off" in [tool.alembic-proof.rules]'


def squawked(subject: Subject, facts: Facts) -> Squawked | None:
    """What squawk says of what the trials ran on PostgreSQL; None where it was not asked.

    Raises `UsageError` where it gives no answer.
    """
    trials = [one for one in facts.trials or () if one.dialect == "postgresql"]
    program = program_path() if trials and facts.levels.get(RULE) != "off" else None
    if program is None:
        return None
    config = subject.tree.read([CONFIG]).get(CONFIG, b"")
    try:
        version = run([program, "--version"], seconds=SECONDS).stdout.decode().strip()
        return Squawked(version, tuple(_asked(program, config, trials)))
    except (TimeLimitExceeded, OSError, ValueError, KeyError) as error:
        raise UsageError(f"{program} gives no answer that can be read: {error}", _HINT) from error


def program_path() -> str | None:
    """The squawk beside our own interpreter, else the one on the PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("squawk", path=os.pathsep.join((beside, os.environ.get("PATH", os.defpath))))


def _asked(program: str, config: bytes, trials: Iterable[Trial]) -> Iterable[Warned]:
    """One run for what a transaction holds together, one for what is a transaction of its own."""
    together, alone = [], []
    for trial in trials:
        said = tuple(_said(trial))
        together.append(tuple(one for one in said if not one.alone))
        alone += [(one,) for one in said if one.alone]
    yield from _run(program, config, together, "--assume-in-transaction")
    yield from _run(program, config, alone)


def _said(trial: Trial) -> Iterable[Said]:
    for ran in trial.statements:
        if not ran.parameters:
            yield Said(trial.revision, trial.path, ran.line, ran.sql, ran.alone)


def _run(
    program: str, config: bytes, transactions: Iterable[tuple[Said, ...]], *options: str
) -> Iterable[Warned]:
    files = {f"{number}.sql": one for number, one in enumerate(transactions) if one}
    if not files:
        return ()
    with cache_folder() as cache, OwnedFolder(cache) as folder:
        (folder / CONFIG).write_bytes(config)
        for name, statements in files.items():
            (folder / name).write_text(script(statements))
        argv = [program, "--config", CONFIG, "--reporter", "json", *options, "--", *files]
        done = run(argv, seconds=SECONDS, cwd=folder)
    if done.status not in (0, 1) or not done.stdout:
        raise UsageError(f"squawk fails: {done.error_text}", f"mend {CONFIG}, or {_HINT}")
    return warnings(done.stdout, files)
