"""What is kept may be damaged, half written, another's or used by several runs: the answer is right all the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import servers
from support.answers import judged, rules
from support.commands import (
    ADD,
    INI,
    MODELS,
    NICKNAME,
    Project,
    make_project,
    program,
    revision_file,
    revision_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = INI.replace("sqlite:///app.db", "postgresql+psycopg2://app@db/shop")
KEPT = ("verdicts/*", "settlements/*", "hints/*", "bytecode/*", "parsed-*", "servers/*/templates/template_*")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    with servers.open_folder() as folder:
        monkeypatch.setenv("ALEMBIC_PROOF_CACHE", str(folder))
        yield make_project(tmp_path / "project", folder, {"alembic.ini": URL})


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "x").write_text("")


@pytest.mark.parametrize("damage", [_truncated, _folder], ids=lambda one: one.__name__[1:])
def test_a_damaged_file_is_as_good_as_none(project: Project, damage: Callable[[Path], None]) -> None:
    cache = Path(project.env["ALEMBIC_PROOF_CACHE"])
    assert rules(judged(project.top, no_cache=False)) == []
    files = [file for kind in KEPT for file in cache.glob(kind)]
    assert len(files) >= len(KEPT)
    for file in files:
        damage(file)

    project.checkout.add({"models.py": MODELS + NICKNAME})
    assert rules(judged(project.top, no_cache=False)) == ["model-drift"]
    project.checkout.add({revision_path("b1"): revision_file("b1", "a1", ADD)})
    assert rules(judged(project.top, no_cache=False)) == []


def test_runs_beside_one_another_and_runs_that_are_killed(project: Project) -> None:
    chance = random.Random(1)
    for killed in (False, True, True):
        runs = [
            subprocess.Popen(
                program("check"),
                cwd=project.top,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **project.env},
            )
            for _ in range(2)
        ]
        if killed:
            time.sleep(chance.uniform(0.2, 1.2))
            for run in runs:
                run.send_signal(signal.SIGKILL)
        ended = [(*run.communicate(), run.returncode) for run in runs]
        assert killed or [status for _, _, status in ended] == [0, 0], ended
        project.checkout.add({f"note{chance.random()}.py": "X = 1\n"})

    project.checkout.add({"models.py": MODELS + NICKNAME})
    assert rules(judged(project.top, no_cache=False)) == ["model-drift"]
    project.checkout.add({"models.py": MODELS})
    assert rules(judged(project.top, no_cache=False)) == []
