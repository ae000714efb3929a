"""The one place that starts programs: never through a shell, always with a time limit, never outliving us."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class TimeLimitExceeded(Exception):
    """A program was killed, with all that it had started, because its time was up."""

    def __init__(self, argv: Sequence[str], seconds: float) -> None:
        super().__init__(f"{argv[0]} took longer than {seconds:g} s")
        self.argv = tuple(argv)
        self.seconds = seconds


@dataclass(frozen=True)
class Completed:
    """A program that ended: its exit status and what it printed."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def error_text(self) -> str:
        return self.stderr.decode(errors="replace").strip()


def run(
    argv: Sequence[str],
    *,
    seconds: float,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> Completed:
    """Run a program to its end, in a session of its own.

    Raises `TimeLimitExceeded` after `seconds`, and `OSError` where the program cannot be started.
    """
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeLimitExceeded(argv, seconds) from None
    finally:
        kill_group(process)
    return Completed(process.returncode, stdout, stderr)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that leads its own session, with every program that it started there, and reap it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
