"""The program itself: its exit statuses, its streams, and what it does when the system refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from alembic_proof import __version__, cli
from alembic_proof.cli.options import HOOKS
from alembic_proof.commands.install import STAGES
from alembic_proof.errors import ProofError
from support.commands import MODELS, NICKNAME, Project, make_project, program

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_SPACE = "  fix: free some space, or set ALEMBIC_PROOF_CACHE to a folder on another disk\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project", tmp_path / "cache")


def test_the_version(project: Project) -> None:
    assert project.run("--version").out == f"alembic-proof {__version__}\n"


def test_the_console_script_is_the_same_program(project: Project) -> None:
    script = Path(sys.executable).parent / "alembic-proof"
    done = subprocess.run([script, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"alembic-proof {__version__}\n")


@pytest.mark.parametrize("command", ["heads", "check", "baseline", "apply", "explain", "install", "graph"])
def test_every_command_has_help(project: Project, command: str) -> None:
    ran = project.run(command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: alembic-proof {command} [OPTIONS]")


def test_every_option_of_a_check_has_its_variable() -> None:
    assert isinstance(cli.command, click.Group)
    variables = {
        parameter.opts[0]: parameter.envvar
        for name in ("heads", "check", "baseline", "apply")
        for parameter in cli.command.commands[name].params
        if isinstance(parameter, click.Option) and not parameter.hidden
    }
    assert variables == {
        option: f"ALEMBIC_PROOF_{option.strip('-').replace('-', '_').upper()}" for option in variables
    }
    assert len(variables) == 17


def test_the_hooks_are_those_that_can_be_installed() -> None:
    assert HOOKS == STAGES


def test_heads_imports_nothing_slow(project: Project) -> None:
    source = (
        "import sys, runpy; sys.argv = ['alembic-proof', 'heads']\n"
        "try: runpy.run_module('alembic_proof', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "slow = {'alembic', 'sqlalchemy', 'rich', 'git', 'psycopg2', 'pymysql'}\n"
        "assert not slow & set(sys.modules), slow & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=project.top, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("command", "status"), [("heads", 1), ("explain", 0)])
def test_a_reader_that_has_seen_enough_changes_no_verdict(
    project: Project, command: str, status: int
) -> None:
    project.checkout.add({"migrations/versions/b1.py": "x = (\n"})
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        program(command), cwd=project.top, stdout=writing, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (status, b"")


@pytest.mark.parametrize("command", ["heads", "explain"])
def test_a_standard_output_that_is_full(project: Project, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program(command), cwd=project.top, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == 2
    assert done.stderr.decode() == f"alembic-proof: No space left on device\n{NO_SPACE}"


def test_an_output_file_that_is_full(project: Project) -> None:
    assert project.refused("heads", "--output", "/dev/full") == (
        f"alembic-proof: No space left on device\n{NO_SPACE}"
    )


def test_a_fault_of_our_own_is_no_finding(project: Project) -> None:
    source = (
        "import sys, alembic_proof.commands.heads as heads\n"
        "heads.find_subject = None\n"
        "sys.argv = ['alembic-proof', 'heads']\n"
        "from alembic_proof.cli import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=project.top, capture_output=True, text=True, timeout=60
    )
    first, second, *trace = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first == (
        "alembic-proof: this is a fault of alembic-proof's, not of yours: "
        "TypeError: 'NoneType' object is not callable"
    )
    assert second.startswith("  fix: report it with the lines below: ")
    assert trace[0] == "Traceback (most recent call last):"


def test_an_error_with_more_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    cli._say(ProofError("it is so", "do this", "line 1\nline 2"))
    assert capsys.readouterr().err == "alembic-proof: it is so\n  fix: do this\nline 1\nline 2\n"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 64 KiB. Only root can make one."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True, timeout=60)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, timeout=60)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a disk")
def test_a_disk_that_fills_up(project: Project, tmp_path: Path) -> None:
    project.checkout.add({"padding.py": "#" * 40_000})
    with small_disk(tmp_path / "disk") as disk:
        said = project.refused("check", env={"ALEMBIC_PROOF_CACHE": str(disk)})
        assert list((disk / "runs").glob("*")) == []
    assert said.splitlines()[1] == NO_SPACE.rstrip("\n")


def test_a_cache_that_cannot_be_written(project: Project, tmp_path: Path) -> None:
    """Neither the cache nor the home: the run makes do with a temporary folder, and removes it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    env = {"ALEMBIC_PROOF_CACHE": str(blocked / "cache"), "HOME": str(blocked), "TMPDIR": str(temporary)}

    ran = project.run("check", env=env)

    assert ran.status == 0, ran
    assert list(temporary.iterdir()) == []


def test_the_text_is_read_by_people_and_the_status_by_programs(project: Project) -> None:
    assert project.run("check").status == 0
    project.checkout.add({"models.py": MODELS + NICKNAME})
    assert project.run("check").status == 1
    assert project.run("check", "--rev", "gone").status == 2
