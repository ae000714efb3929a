"""Nothing of the project is changed and nothing of a run is left, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.commands import MODELS, NICKNAME, Project, program, revision_file, revision_path
from support.servers import alive, until, until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADING = """\
import os
import time

with open({ready!r} + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename({ready!r} + ".part", {ready!r})
time.sleep(600)
"""


def runs(project: Project) -> list[str]:
    return sorted(path.name for path in Path(project.env["ALEMBIC_PROOF_CACHE"]).glob("runs/*"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache that no other test's run is in."""
    return tmp_path / "cache"


@pytest.fixture
def busy(project: Project) -> Project:
    """A project with something of everything: staged, unstaged, untracked, ignored, and another branch."""
    project.checkout.commit({".gitignore": "*.log\n"})
    project.checkout.branch("other")
    project.checkout.commit({revision_path("c1"): revision_file("c1", "a1")})
    project.checkout.switch("main")
    project.checkout.add({"models.py": MODELS + NICKNAME})
    project.checkout.write(
        {
            "alembic.ini": project.checkout.git("show", "HEAD:alembic.ini") + "\n# edited\n",
            revision_path("b1"): revision_file("b1", "a1"),
            "server.log": "a line\n",
        }
    )
    return project


def state(project: Project) -> object:
    """Every file with its content and mode, Git's index, refs and objects among them, and when it changed.

    The time of an object tells Git's garbage collection that it is in use; a merge sets it anew.
    """
    objects = project.top / ".git" / "objects"
    files = (path for path in project.top.rglob("*") if objects not in path.parents)
    return project.checkout.state(), {path: path.lstat().st_mtime_ns for path in files}


@pytest.mark.parametrize("command", ["check", "heads"])
@pytest.mark.parametrize(
    "options",
    [(), ("--worktree",), ("--rev", "other"), ("--merge-with", "other"), ("--hook", "pre-commit")],
    ids=["index", "worktree", "commit", "merge", "hook"],
)
def test_a_run_changes_nothing(busy: Project, command: str, options: tuple[str, ...]) -> None:
    before = state(busy)

    assert busy.run(command, *options).status in (0, 1)

    assert state(busy) == before
    assert runs(busy) == []


def test_a_run_that_fails_changes_nothing(busy: Project) -> None:
    busy.checkout.add({"models.py": "open('made', 'w')\nimport sqlite3\nsqlite3.connect('x.db')\n1 / 0\n"})
    before = state(busy)

    busy.refused("check")

    assert state(busy) == before
    assert runs(busy) == []


@contextmanager
def waiting(project: Project, ready: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A run whose project never finishes loading, and the process that loads it."""
    project.checkout.add({"models.py": LOADING.format(ready=str(ready))})
    process = subprocess.Popen(
        program("check"),
        cwd=project.top,
        env={**os.environ, **project.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        until(ready.exists, "the models are being loaded")
        yield process, int(ready.read_text())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_run_that_is_stopped_cleans_up(busy: Project, tmp_path: Path, number: int, status: int) -> None:
    with waiting(busy, tmp_path / "ready") as (process, probe):
        before = state(busy)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (status, b"", b"")
    until_gone(probe)
    assert runs(busy) == []
    assert state(busy) == before


def test_what_a_killed_run_left_is_gone_after_the_next(busy: Project, tmp_path: Path) -> None:
    with waiting(busy, tmp_path / "ready") as (process, probe):
        before = state(busy)
        process.kill()
        process.wait()
        until(lambda: not alive(probe), "the probe is gone")
        assert runs(busy) != []
        assert state(busy) == before

    busy.checkout.add({"models.py": MODELS})
    assert busy.run("check", "--rev", "HEAD").status == 0
    assert runs(busy) == []
