"""Signals, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, signal
from alembic_proof.stopping import Stopped, stop_on_signals
signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
stop_on_signals()
os.kill(os.getpid(), signal.SIGHUP)
try:
    os.kill(os.getpid(), signal.SIGTERM)
except Stopped as stopped:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGINT):
        os.kill(os.getpid(), number)
    print(stopped, stopped.status)
"""


def test_the_first_signal_ends_the_run_and_later_ones_do_not_cut_its_cleaning_short() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "SIGTERM 143\n", "")
