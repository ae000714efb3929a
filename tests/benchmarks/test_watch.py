"""The benchmark of `watch`, on a few pull requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "watch.py"


def run(goal: str) -> subprocess.CompletedProcess[str]:
    small = ("--revisions", "20", "--pulls", "9", "--rounds", "1", "--goal", goal)
    return subprocess.run([sys.executable, BENCHMARK, *small], capture_output=True, text=True, timeout=120)


def test_it_measures_and_says_whether_the_goal_is_met() -> None:
    ran = run("60")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "9 pull requests, 20 revisions, goal 60 s"


def test_a_goal_that_is_missed_is_an_exit_status() -> None:
    assert run("0.001").returncode == 1
