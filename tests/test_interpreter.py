"""In which order the project's Python is looked for, and what is said of the places that have none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from alembic_proof import interpreter
from alembic_proof.errors import InterpreterError
from alembic_proof.interpreter import Interpreter, clean_variables, find_interpreter
from support.commands import Project, make_project
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

HAS_ALEMBIC = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
HAS_NONE = "#!/bin/sh\nexit 3\n"
OURS = Interpreter(sys.executable, "alembic-proof's own Python")


def program(path: Path, script: str = HAS_ALEMBIC) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


def venv(folder: Path, script: str = HAS_ALEMBIC) -> str:
    return program(folder / "bin" / "python", script)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def found(
    top: Path, directory: str = "", named: tuple[str, str] | None = None, **variables: str
) -> tuple[str, str]:
    """The path and the source of what is found, as a person in that environment would have it."""
    one = find_interpreter(top, top / directory, top, named, variables)
    return one.path, one.source


def test_each_place_gives_way_to_the_one_before(top: Path, tmp_path: Path) -> None:
    active, conda = tmp_path / "active", tmp_path / "conda"
    variables = {"VIRTUAL_ENV": str(active), "UV_PROJECT_ENVIRONMENT": "uv", "CONDA_PREFIX": str(conda)}
    service = top / "service"
    service.mkdir()
    assert found(top, "service", **variables) == (OURS.path, OURS.source)
    for source, folder in [
        ("CONDA_PREFIX", conda),
        (f"venv in {top}", top / "venv"),
        (f".venv in {top}", top / ".venv"),
        (f"uv in {top}", top / "uv"),
        (f"venv in {service}", service / "venv"),
        (f".venv in {service}", service / ".venv"),
        ("VIRTUAL_ENV", active),
    ]:
        path = venv(folder)
        assert found(top, "service", **variables) == (path, source)
    named = venv(tmp_path / "named")
    assert found(top, "service", ("--python", named), **variables) == (named, "--python")


def test_a_folder_between_the_environment_and_the_top(top: Path) -> None:
    path = venv(top / "services" / ".venv")
    (top / "services" / "shop").mkdir()
    assert found(top, "services/shop") == (path, f".venv in {top / 'services'}")


def test_a_place_without_alembic_is_passed_over_and_told(top: Path) -> None:
    without = venv(top / ".venv", HAS_NONE)
    broken = venv(top / "venv", "#!/gone/python\n")

    one = find_interpreter(top, top, top, None, {})

    assert (one.path, one.source) == (OURS.path, OURS.source)
    first, second = one.passed_over
    assert first == f".venv in {top}: {without} has no Alembic"
    assert second.startswith(f"venv in {top}: {broken} does not run (")


def test_none_has_it(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = venv(top / ".venv", HAS_NONE)
    monkeypatch.setattr(sys, "executable", without)

    with pytest.raises(InterpreterError) as caught:
        find_interpreter(top, top, top, None, {})

    error = caught.value
    assert error.message == "no Python with Alembic was found for this project"
    assert error.hint == (
        'pip install alembic there, or name it: --python PATH, or python = "PATH" in [tool.alembic-proof]'
    )
    assert error.detail == (
        "tried:\n"
        f"  .venv in {top}: {without} has no Alembic\n"
        f"  alembic-proof's own Python: {without} has no Alembic"
    )


def test_a_place_that_was_named_is_not_passed_over(top: Path) -> None:
    venv(top / ".venv")
    without = venv(top / "env", HAS_NONE)

    with pytest.raises(InterpreterError) as caught:
        find_interpreter(top, top, top, ("[tool.alembic-proof] python", "env"), {})

    assert caught.value.message == f"[tool.alembic-proof] python names {without}, which has no Alembic"


@pytest.mark.parametrize("name", ["env", "env/bin/python"])
def test_a_name_may_be_a_folder_or_a_program_from_the_top(top: Path, name: str) -> None:
    path = venv(top / "env")
    assert found(top, "", ("--python", name)) == (path, "--python")


def test_a_name_may_be_a_program_on_the_path(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(top / "tools" / "shop-python")
    monkeypatch.setenv("PATH", str(top / "tools"), prepend=os.pathsep)
    assert found(top, "", ("--python", "shop-python")) == (path, "--python")


def test_a_name_may_start_at_home(top: Path, home: Path) -> None:
    path = venv(home / "env")
    assert found(top, "", ("--python", "~/env")) == (path, "--python")


def test_the_active_environment_may_be_our_own(top: Path) -> None:
    """pre-commit activates the environment that it made for the hook."""
    path = venv(top / ".venv")
    assert found(top, VIRTUAL_ENV=sys.prefix) == (path, f".venv in {top}")


def test_under_pre_commit_the_path_tells_what_is_active(top: Path, tmp_path: Path) -> None:
    path = venv(tmp_path / "active")
    variables = {"PATH": os.pathsep.join((f"{sys.prefix}/bin", f"{tmp_path}/active/bin"))}

    assert found(top, PRE_COMMIT="1", **variables) == (path, "PATH")
    assert found(top, **variables) == (OURS.path, OURS.source)


@pytest.mark.parametrize(
    ("lock", "name", "arguments", "source"),
    [
        ("poetry.lock", "poetry", "env info --executable", "Poetry"),
        ("Pipfile", "pipenv", "--py", "Pipenv"),
    ],
)
def test_the_tool_that_keeps_the_environment_is_asked(
    top: Path, monkeypatch: pytest.MonkeyPatch, lock: str, name: str, arguments: str, source: str
) -> None:
    path = venv(top.parent / "elsewhere")
    program(top.parent / "tools" / name, f'#!/bin/sh\n[ "$*" = "{arguments}" ] && echo {path}\n')
    monkeypatch.setenv("PATH", str(top.parent / "tools"), prepend=os.pathsep)
    assert found(top) == (OURS.path, OURS.source)

    (top / lock).touch()

    assert found(top) == (path, source)


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho\n", "#!/gone\n"])
def test_a_tool_that_knows_no_environment_is_passed_over(
    top: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    (top / "poetry.lock").touch()
    program(top.parent / "tools" / "poetry", script)
    monkeypatch.setenv("PATH", str(top.parent / "tools"), prepend=os.pathsep)
    assert found(top) == (OURS.path, OURS.source)


def test_a_migrations_folder_called_alembic_is_not_the_package(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (top / "alembic").mkdir()
    (top / "alembic" / "__init__.py").touch()
    monkeypatch.chdir(top)
    bare = f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n'
    path = venv(top / ".venv", bare)
    assert interpreter._lack(path) == "has no Alembic"


def test_what_belongs_to_our_own_interpreter_is_left_out() -> None:
    kept = {"PATH": "/bin", "PYTHONPATH": "src"}
    ours = {
        "PYTHONHOME": "/ours",
        "PYTHONSAFEPATH": "1",
        "GIT_INDEX_FILE": ".git/next-index",
        "VIRTUAL_ENV": sys.prefix,
    }
    assert clean_variables(kept | ours) == kept
    assert clean_variables({"VIRTUAL_ENV": "/theirs"}) == {"VIRTUAL_ENV": "/theirs"}


@pytest.mark.parametrize(
    ("prefix", "isolated"),
    [
        ("/home/user/.local/share/pipx/venvs/alembic-proof", True),
        ("/home/user/.local/share/uv/tools/alembic-proof", True),
        ("/home/user/.cache/uv/archive-v0/x", True),
        ("/home/user/project/.venv", False),
    ],
)
def test_programs_that_keep_tools_apart(prefix: str, isolated: bool) -> None:
    assert interpreter._is_isolated(prefix) is isolated


def test_a_linked_working_tree_borrows_the_main_ones_environment(tmp_path: Path) -> None:
    project = make_project(tmp_path / "main", tmp_path / "cache", {".gitignore": ".venv/\n"})
    path = venv(project.top / ".venv")
    project.checkout.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "side")
    linked = Project(Checkout(tmp_path / "linked"), {"ALEMBIC_PROOF_CACHE": str(tmp_path / "cache")})

    ran = linked.run("check", "--format", "json", env={"VIRTUAL_ENV": ""})

    assert ran.status == 0, ran
    assert ran.report["environments"][0]["interpreter"] == f"{path} (.venv in {project.top})"
