"""The benchmark of `check`: one round on a small project, and that no run passes that did something else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from bench import KINDS, NotMeasuredError, verify
from check import measure
from generated import write_project
from measured import of_generated
from timing import Ended, environment, peak_memory

from support.repositories import Checkout

COLUMN = "column account.measured_3 is in the models and in no revision"
KNOWN = "index ix_a on account differs"
IN_ITSELF = "held = b'x' * 2**26; import time; time.sleep(0.05)"
IN_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {IN_ITSELF!r}], check=True)"


def ended(*messages: str, status: int = 1) -> Ended:
    findings = [{"message": message, "severity": "error"} for message in messages]
    return Ended(0.1, status, json.dumps({"findings": findings}), "")


@pytest.mark.long
def test_a_round_runs_every_kind_and_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    write_project(tmp_path / "shop", revisions=4, tables=2)
    checkout = Checkout(tmp_path / "shop")
    before = checkout.head()
    project = of_generated(checkout.top, Path(sys.executable), revisions=4, tables=2)

    (measured,) = measure([project], rounds=1).projects

    assert (measured.name, measured.revisions, measured.tables) == ("4 revisions, 2 tables", 4, 2)
    assert {kind: len(seconds) for kind, seconds in measured.seconds.items()} == dict.fromkeys(KINDS, 1)
    assert all(seconds > 0 for runs in measured.seconds.values() for seconds in runs)
    assert (checkout.head(), checkout.git("status", "--porcelain")) == (before, "")


@pytest.mark.parametrize(
    ("run", "column"),
    [
        (ended(KNOWN, status=1), None),
        (ended(KNOWN, COLUMN), "measured_3"),
    ],
)
def test_a_run_that_finds_what_it_has_to_passes(run: Ended, column: str | None) -> None:
    verify("shop", run, [KNOWN], column)


@pytest.mark.parametrize(
    ("run", "column"),
    [
        (ended(status=0), None),
        (ended(KNOWN, COLUMN), None),
        (ended(KNOWN), "measured_3"),
        (ended(KNOWN, COLUMN.replace("_3", "_30")), "measured_3"),
        (ended(KNOWN, COLUMN, COLUMN), "measured_3"),
        (ended(KNOWN, status=0), None),
        (Ended(0.1, 2, "", "error: no server"), None),
    ],
)
def test_a_run_that_finds_something_else_is_refused(run: Ended, column: str | None) -> None:
    with pytest.raises(NotMeasuredError, match=f"^shop: alembic-proof check ended with {run.status}:\n"):
        verify("shop", run, [KNOWN], column)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_memory_is_that_of_the_process_and_not_of_its_children(tmp_path: Path) -> None:
    own = peak_memory((sys.executable, "-c", IN_ITSELF), tmp_path, {})
    parents = peak_memory((sys.executable, "-c", IN_CHILD), tmp_path, {})
    assert own is not None
    assert parents is not None
    assert parents < 64 < own < 128


def test_settings_of_whoever_measures_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "GIT_DIR", "ALEMBIC_PROOF_DATABASE"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("LANG", "C")
    left = environment({"ALEMBIC_PROOF_CACHE": "/cache"})
    assert left["LANG"] == "C"
    assert {
        name for name in left if name.startswith(("PYTHON", "VIRTUAL_ENV", "GIT_", "ALEMBIC_PROOF_"))
    } == {"ALEMBIC_PROOF_CACHE"}
