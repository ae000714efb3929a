"""Whole processes, timed, and how much memory one takes by itself."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 900
POLL = 0.002  # seconds between looks at a process's memory; only runs that nobody times are looked at
_INHERITED = ("PYTHON", "VIRTUAL_ENV", "GIT_", "ALEMBIC_PROOF_")


@dataclass(frozen=True)
class Ended:
    """A process from its start to its end, in seconds, and what it printed."""

    seconds: float
    status: int
    out: str
    error: str


def timed(argv: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> Ended:
    """Run a program to its end. Raises `TimeoutExpired`."""
    env = environment(variables)
    started = time.perf_counter()
    ran = subprocess.run(argv, cwd=folder, env=env, capture_output=True, check=False, timeout=SECONDS)
    seconds = time.perf_counter() - started
    return Ended(seconds, ran.returncode, os.fsdecode(ran.stdout), os.fsdecode(ran.stderr))


def peak_memory(argv: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> float | None:
    """The most memory that the program's own process held, its children's left out, in MiB; None without /proc.

    `wait4` would not do: the kernel adds to its answer what the process waited for itself.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment(variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    status = Path(f"/proc/{process.pid}/status")
    most = 0
    while process.poll() is None:
        if found := re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE):
            most = max(most, int(found[1]))
        time.sleep(POLL)
    return most / 1024


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of whoever measures, but for those that would change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_INHERITED)}
    return {**kept, **variables}
