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


# Reads a pipe that only its starter holds open, so that its end tells of every death, kill -9 included.
_SUPERVISOR = """
exec 3<&0 </dev/null
stop=$1; shift
"$@" 3<&- & program=$!
{ read -r _ <&3; kill -s "$stop" "$program"; } 2>/dev/null & watcher=$!
exec 3<&-
wait "$program"; status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"""


class TimeLimitExceeded(Exception):
    """A program was killed, with all that it had started, because its time was up."""

    def __init__(self, argv: Sequence[str], seconds: float) -> None:
        super().__init__(f"{argv[0]} took longer than {seconds:g} s")
        self.argv = tuple(argv)
        self.seconds = seconds


@dataclass(frozen=True)
class Account:
    """A user of this machine, other than ours, that a program runs as. Only root can start one."""

    name: str
    uid: int
    gid: int


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
    account: Account | None = None,
) -> Completed:
    """Run a program to its end, in a session of its own, as `account` where one is given.

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
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=() if account else None,
    )
    with process:
        try:
            stdout, stderr = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TimeLimitExceeded(argv, seconds) from None
        finally:
            kill_group(process)
    return Completed(process.returncode, stdout, stderr)


class Supervised:
    """A program that runs beside us until it is stopped, and never longer than we live.

    Its end is brought about by `stop_signal` (a name such as "QUIT"), as soon as `stop` is called or this
    process is gone. It has a session of its own, so that Ctrl-C reaches us alone. What it prints goes to the
    file descriptor `output`. Raises `OSError` where it cannot be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        stop_signal: str,
        output: int,
        cwd: str | Path,
        env: Mapping[str, str],
        account: Account | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _SUPERVISOR, "supervisor", stop_signal, *argv],
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=() if account else None,
        )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, seconds: float) -> None:
        """Signal the program and wait for its end; after `seconds`, kill it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            kill_group(self._process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that leads its own session, with every program that it started there, and reap it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
