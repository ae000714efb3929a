"""What the scripts of `hooks/` do as Git runs them, told by a program that notes how it was called."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from alembic_proof.commands.install import STAGES
from support.packages import without_the_tool
from support.repositories import Checkout

CHECKOUT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Stand:
    """A project with hooks, and the folder where programs note how they were called."""

    project: Checkout
    notes: Path

    def program(self, path: Path, status: int = 0) -> None:
        """A program that notes its arguments and standard input under its own name."""
        path.parent.mkdir(parents=True, exist_ok=True)
        note = self.notes / path.name
        path.write_text(f'#!/bin/sh\necho "$0 $*" >>{note}.arguments\ncat >>{note}.input\nexit {status}\n')
        path.chmod(0o755)

    def called(self, name: str) -> list[str]:
        note = self.notes / f"{name}.arguments"
        return note.read_text().splitlines() if note.exists() else []

    def read(self, name: str) -> str:
        return (self.notes / f"{name}.input").read_text()

    def git(self, *args: str, path: str = "") -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PATH": path + without_the_tool(os.environ["PATH"])}
        return subprocess.run(
            ["git", *args], cwd=self.project.top, env=env, capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    project = Checkout.create(tmp_path / "project", {"README": "a project\n"})
    (tmp_path / "notes").mkdir()
    return Stand(project, tmp_path / "notes")


def put_in_place(stand: Stand, installed_by: str = "''") -> Path:
    """The scripts as they are in the checkout, with the installer's path as a test wants it."""
    hooks = stand.project.top / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for stage in STAGES:
        hook = Path(shutil.copy(CHECKOUT / "hooks" / stage, hooks))
        hook.write_text(hook.read_text().replace("installed_by=''", f"installed_by={installed_by}"))
    return hooks


def test_the_program_on_the_path_comes_first_then_the_projects_then_the_installers(
    stand: Stand, tmp_path: Path
) -> None:
    top = stand.project.top
    places = [
        tmp_path / "path" / "alembic-proof",
        top / ".venv/bin/alembic-proof",
        top / "venv/bin/alembic-proof",
        tmp_path / "it's installed" / "alembic-proof",
    ]
    put_in_place(stand, f'"{places[-1]}"')
    for place in places:
        stand.program(place)

    for place in places:
        stand.git("commit", "--allow-empty", "--message", "x", path=f"{places[0].parent}:")
        place.unlink()

    expected = [places[0], Path(".venv/bin/alembic-proof"), Path("venv/bin/alembic-proof"), places[-1]]
    assert stand.called("alembic-proof") == [f"{place} check --hook pre-commit" for place in expected]


@pytest.mark.parametrize("status", [0, 1, 2])
def test_a_commit_is_stopped_by_every_status_but_zero(stand: Stand, status: int) -> None:
    put_in_place(stand)
    stand.program(stand.project.top / ".venv/bin/alembic-proof", status)
    before = stand.project.head()

    result = stand.git("commit", "--allow-empty", "--message", "x")

    assert (result.returncode == 0) == (status == 0)
    assert (stand.project.head() != before) == (status == 0)


def test_without_the_program_a_commit_is_stopped_and_told_why(stand: Stand) -> None:
    put_in_place(stand)

    result = stand.git("commit", "--allow-empty", "--message", "x")

    assert result.returncode == 1
    assert result.stderr == (
        "alembic-proof is not installed where the pre-commit hook looks: the PATH, .venv, venv\n"
        "Activate the environment that has it, or remove the hook: .git/hooks/pre-commit\n"
    )


def test_a_merge_is_judged_before_it_is_committed(stand: Stand) -> None:
    put_in_place(stand)
    stand.program(stand.project.top / ".git/info/alembic-proof")
    fork(stand.project)

    result = stand.git("merge", "--no-edit", "other", path=f"{stand.project.top}/.git/info:")

    assert result.returncode == 0
    assert [call.split(maxsplit=1)[1] for call in stand.called("alembic-proof")] == [
        "check --hook pre-merge-commit",
        "check --hook post-merge",
    ]


def test_after_a_merge_there_is_only_a_warning(stand: Stand) -> None:
    hooks = put_in_place(stand)

    for status in (1, 2):
        stand.program(stand.project.top / ".venv/bin/alembic-proof", status)
        assert subprocess.run([hooks / "post-merge", "0"], cwd=stand.project.top).returncode == 0

    shutil.rmtree(stand.project.top / ".venv")
    env = {**os.environ, "PATH": without_the_tool(os.environ["PATH"])}
    assert subprocess.run([hooks / "post-merge", "0"], cwd=stand.project.top, env=env).returncode == 0


def test_both_hooks_read_what_is_pushed(stand: Stand, tmp_path: Path) -> None:
    hooks = put_in_place(stand)
    stand.program(stand.project.top / ".venv/bin/alembic-proof")
    stand.program(hooks / "pre-push.before-alembic-proof")
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    stand.project.git("branch", "second")

    result = stand.git("push", str(remote), "main", "second")

    assert result.returncode == 0
    head = stand.project.head()
    pushed = "".join(f"refs/heads/{b} {head} refs/heads/{b} {'0' * 40}\n" for b in ("main", "second"))
    assert stand.read("alembic-proof") == pushed
    assert stand.read("pre-push.before-alembic-proof") == pushed
    assert stand.called("pre-push.before-alembic-proof") == [
        f".git/hooks/pre-push.before-alembic-proof {remote} {remote}"
    ]


def test_an_earlier_hook_that_fails_has_the_last_word(stand: Stand) -> None:
    hooks = put_in_place(stand)
    stand.program(stand.project.top / ".venv/bin/alembic-proof")
    stand.program(hooks / "pre-commit.before-alembic-proof", status=7)

    result = stand.git("commit", "--allow-empty", "--message", "x")

    assert result.returncode == 1
    assert stand.called("pre-commit.before-alembic-proof") == [".git/hooks/pre-commit.before-alembic-proof "]
    assert stand.called("alembic-proof") == []


def test_a_long_push_does_not_break_on_a_program_that_does_not_read(stand: Stand) -> None:
    hooks = put_in_place(stand)
    stand.program(stand.project.top / ".venv/bin/alembic-proof")
    earlier = hooks / "pre-push.before-alembic-proof"
    earlier.write_text("#!/bin/sh\nexit 0\n")
    earlier.chmod(0o755)
    pushed = "refs/heads/a 1 refs/heads/a 2\n" * 20_000

    result = subprocess.run(
        [hooks / "pre-push", "origin", "url"], cwd=stand.project.top, input=pushed, text=True, env=no_tool()
    )

    assert result.returncode == 0
    assert stand.read("alembic-proof") == pushed


def test_as_the_legacy_hook_of_pre_commit_it_still_knows_its_stage(stand: Stand) -> None:
    hooks = put_in_place(stand)
    stand.program(stand.project.top / ".venv/bin/alembic-proof")
    (hooks / "pre-commit").rename(hooks / "pre-commit.legacy")

    subprocess.run([hooks / "pre-commit.legacy"], cwd=stand.project.top, env=no_tool(), check=True)

    assert stand.called("alembic-proof") == [".venv/bin/alembic-proof check --hook pre-commit"]


def no_tool() -> dict[str, str]:
    return {**os.environ, "PATH": without_the_tool(os.environ["PATH"])}


def fork(project: Checkout) -> None:
    """Two branches, each with a commit of its own, made without any hook."""
    project.git("branch", "other")
    for branch in ("main", "other"):
        project.switch(branch)
        project.write({branch: ""})
        project.git("add", branch)
        project.git("commit", "--quiet", "--no-verify", "--message", branch)
    project.switch("main")
