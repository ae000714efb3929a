"""The command that a finding names is run as it is, and the finding is gone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.heads import heads
from alembic_proof.commands.request import Request
from support.commands import revision_file
from support.forks import Forked, chain, path_of
from support.packages import SCRIPTS

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.findings import Finding

B1, C1 = chain("b1", after="a1"), chain("c1", after="a1")


def found(forked: Forked, **asked: str | bool) -> tuple[Finding, ...]:
    return heads(Request(cwd=forked.checkout.top, **asked)).findings  # type: ignore[arg-type]


def do_as_told(forked: Forked, finding: Finding) -> None:
    """Run the first command of the hint in a shell, as a person would who copies it."""
    command = re.findall(r"`([^`]+)`", finding.hint)[0]
    env = {
        **os.environ,
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "ALEMBIC_PROOF_PYTHON": sys.executable,
    }
    done = subprocess.run(
        command, cwd=forked.checkout.top, env=env, shell=True, capture_output=True, timeout=120
    )
    assert done.returncode == 1, os.fsdecode(done.stdout + done.stderr)


@pytest.mark.parametrize("base", [None, "main"])
def test_a_fork(tmp_path: Path, base: str | None) -> None:
    forked = Forked.create(tmp_path / "shop", B1, C1).merge()
    asked = {"base": base} if base else {}
    (finding,) = found(forked, **asked)
    assert finding.rule == "multiple-heads"
    do_as_told(forked, finding)
    assert found(forked, **asked) == ()


def test_a_fork_that_a_merge_would_make(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", B1, C1)
    (finding,) = found(forked, merge_with="main")
    do_as_told(forked, finding)
    assert found(forked) == ()
    forked.checkout.git("commit", "--quiet", "--no-edit")
    assert found(forked, merge_with="main") == ()


def test_a_fork_that_is_merged(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", {**B1, **C1}, {"other": ""}).merge()
    (finding,) = found(forked)
    do_as_told(forked, finding)
    assert found(forked) == found(forked, base="main") == ()


@pytest.mark.parametrize("theirs", [B1, {**B1, **C1}], ids=["new", "merged"])
def test_a_merged_revision_that_was_moved_to_mend_a_fork(tmp_path: Path, theirs: dict[str, str]) -> None:
    """What it was put on is new, or merged itself."""
    forked = Forked.create(tmp_path / "shop", theirs, C1).merge()
    forked.checkout.commit({path_of("b1"): revision_file("b1", "c1")})
    (finding,) = found(forked, base="main")
    assert finding.rule == "merged-revision-edited"
    do_as_told(forked, finding)
    assert found(forked, base="main") == ()
