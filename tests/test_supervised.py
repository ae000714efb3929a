from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from alembic_proof.processes import Supervised
from support.servers import alive, until_gone

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = {"PATH": os.environ["PATH"]}
_PROGRAM = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print(os.getpid(), os.getsid(0), flush=True)
signal.sigwait({signal.SIGTERM})
print("told")
"""
_STARTER = """
import sys, time
from alembic_proof.processes import Supervised
program = Supervised([sys.executable, "-c", sys.argv[1]], stop_signal="TERM", output=1, cwd="/", env={})
time.sleep(600)
"""


def _start(output: int, program: str = _PROGRAM) -> Supervised:
    return Supervised(
        [sys.executable, "-c", program], stop_signal="TERM", output=output, cwd="/", env=_ENVIRONMENT
    )


def test_it_gets_the_signal_and_is_gone_when_stopped() -> None:
    reading, writing = os.pipe()
    program = _start(writing)
    os.close(writing)
    with os.fdopen(reading) as printed:
        pid, session = map(int, printed.readline().split())
        assert program.running
        assert session != os.getsid(0)
        program.stop(10)
        assert printed.read() == "told\n"
    assert not program.running
    assert not alive(pid)


def test_one_that_does_not_listen_is_killed_when_the_time_is_up() -> None:
    reading, writing = os.pipe()
    deaf = _PROGRAM.replace("sigwait({signal.SIGTERM})", "sigwait({signal.SIGUSR1})")
    program = _start(writing, deaf)
    os.close(writing)
    with os.fdopen(reading) as printed:
        pid = int(printed.readline().split()[0])
        program.stop(0.1)
    until_gone(pid)


def test_it_ends_with_its_starter_even_when_that_is_killed() -> None:
    argv = [sys.executable, "-c", _STARTER, _PROGRAM]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline().split()[0])
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        until_gone(pid)


def test_its_own_end_is_seen(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        program = _start(log.fileno(), "print('done')")
    deadline = time.monotonic() + 30
    while program.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not program.running
    program.stop(10)
    assert (tmp_path / "log").read_text() == "done\n"
