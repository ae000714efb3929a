"""Git as a program: started with settings that keep it from writing, its failures turned into errors."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from alembic_proof import processes
from alembic_proof.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 120.0

# A monitor outlives us; hooks run the project's code; a shared index lies in the repository.
_SETTINGS = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.splitIndex=false"),
)
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


def run_git(
    args: tuple[str, ...],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes = b"",
    seconds: float = SECONDS,
    settings: tuple[str, ...] = _SETTINGS,
) -> processes.Completed:
    """Run Git to its end, whatever its exit status. `settings` are options before the command.

    Raises `GitError` where there is no Git, no such folder, or no answer in `seconds`.
    """
    try:
        return processes.run(
            ("git", *settings, *args), seconds=seconds, cwd=cwd, env={**env, **_QUIET}, stdin=stdin
        )
    except processes.TimeLimitExceeded as error:
        raise GitError(
            f"git {args[0]} took longer than {error.seconds:g} s in {cwd}",
            f"see what holds it up: {command_line(cwd, args)}",
        ) from None
    except OSError as error:
        raise _not_started(cwd, error) from None


def failure(completed: processes.Completed, args: tuple[str, ...], cwd: Path) -> GitError:
    """The error for a Git that ended with an exit status that nobody expects."""
    lines = completed.error_text.splitlines()
    reason = next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), f"exit {completed.status}"
    )
    return GitError(
        f"git {args[0]} failed: {reason}",
        f"see it again with: {command_line(cwd, args)}",
        completed.error_text if len(lines) > 1 else "",
    )


def command_line(cwd: Path, args: tuple[str, ...]) -> str:
    return shlex.join(("git", "-C", str(cwd), *args))


def _not_started(cwd: Path, error: OSError) -> GitError:
    if not cwd.is_dir():
        return GitError(f"{cwd} is not a folder", "name one that lies in the repository to check")
    if isinstance(error, FileNotFoundError):
        return GitError("there is no git on the PATH", "install Git: https://git-scm.com/downloads")
    return GitError(f"git cannot be started: {error.strerror}", "run `git version` to see why")


def parse_version(text: str) -> tuple[int, int]:
    """Major and minor number of what `git version` prints, (0, 0) where it holds none."""
    found = re.match(r"git version (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)
