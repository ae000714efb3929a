"""Folders for Git to write in: gone afterwards, whoever is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git.scratch import scratch_folder

if TYPE_CHECKING:
    from pathlib import Path

AN_HOUR_AGO = time.time() - 3600
KILLED = """
import os, signal
from alembic_proof.git.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "object").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def age(folder: Path) -> None:
    os.utime(folder, (AN_HOUR_AGO, AN_HOUR_AGO))


def test_a_folder_is_gone_afterwards(temporary: Path) -> None:
    with scratch_folder() as folder:
        assert folder.parent == temporary

    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(temporary: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], timeout=60)
    [left] = temporary.iterdir()
    age(left)

    with scratch_folder() as folder:
        assert list(temporary.iterdir()) == [folder]


def test_a_folder_in_use_is_left_alone(temporary: Path) -> None:
    with scratch_folder() as first:
        age(first)
        with scratch_folder():
            assert first.exists()


def test_a_young_folder_is_left_alone(temporary: Path) -> None:
    young = temporary / "alembic-proof-git-young"
    young.mkdir()

    with scratch_folder():
        assert young.exists()


def test_no_folder_to_be_had_is_said(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(temporary / "missing"))

    with pytest.raises(GitError) as raised, scratch_folder():
        pass

    assert raised.value.message == "no temporary folder can be made: No such file or directory"
