"""Which Python runs the project's code: the first of the places that people put it in that has Alembic."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof import processes
from alembic_proof.errors import InterpreterError
from alembic_proof.portable import content_identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# An empty folder name on sys.path would make a migrations folder called `alembic` look like the package.
HAS_ALEMBIC = (
    "import sys; sys.path[:1] = []; from importlib.util import find_spec; found = find_spec('alembic'); "
    "sys.exit(0 if found and found.origin else 3)"
)
_LACKS = {0: None, 3: "has no Alembic"}
SECONDS = 30.0


@dataclass(frozen=True)
class Interpreter:
    """A Python that has Alembic, and how it was found. `passed_over` are the places that had none."""

    path: str
    source: str
    passed_over: tuple[str, ...] = ()

    def identity(self, *, portable: bool = False) -> tuple[str, ...]:
        """What tells it from another one at the same path: its program, and the configuration of its environment.

        Where it is `portable`, the same for one that was installed anew.
        """
        return tuple(_identities(self.path, portable=portable))


@dataclass(frozen=True)
class Place:
    """Where a Python may be. A place that the user named is not passed over."""

    source: str
    path: str
    named: bool = False


def find_interpreter(
    top: Path, directory: Path, main_top: Path, named: tuple[str, str] | None, variables: Mapping[str, str]
) -> Interpreter:
    """Return the interpreter for an environment whose commands run in `directory`.

    `named` is what the user asked for, with where: ("--python", "venv/bin/python"). `main_top` is the main
    working tree, which a linked one borrows a virtual environment from. Raises `InterpreterError`.
    """
    passed_over: list[str] = []
    for place in _places(top, directory, main_top, named, variables):
        lack = _lack(place.path)
        if lack is None:
            return Interpreter(place.path, place.source, tuple(passed_over))
        if place.named:
            raise InterpreterError(
                f"{place.source} names {place.path}, which {lack}",
                "name the Python that runs your project's alembic",
            )
        passed_over.append(f"{place.source}: {place.path} {lack}")
    raise InterpreterError(
        "no Python with Alembic was found for this project",
        'pip install alembic there, or name it: --python PATH, or python = "PATH" in [tool.alembic-proof]',
        "tried:\n" + "\n".join(f"  {line}" for line in passed_over),
    )


def _identities(path: str, *, portable: bool) -> Iterator[str]:
    yield path
    for file in (Path(path).resolve(), Path(path).parent.parent / "pyvenv.cfg"):
        if portable:
            yield f"{file} {content_identity(str(file))}"
            continue
        with suppress(OSError):
            seen = file.stat()
            yield f"{file} {seen.st_size} {seen.st_mtime_ns}"


def _lack(path: str) -> str | None:
    if not (Path(path).is_file() and os.access(path, os.X_OK)):
        return "does not exist"
    try:
        done = processes.run(
            [path, "-c", HAS_ALEMBIC], seconds=SECONDS, cwd="/", env=clean_variables(os.environ)
        )
    except (OSError, processes.TimeLimitExceeded) as error:
        return f"does not run ({error})"
    if done.status in _LACKS:
        return _LACKS[done.status]
    last = done.error_text.splitlines()[-1:] or [f"exit status {done.status}"]
    return f"does not run ({last[0]})"


def clean_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment without what belongs to us, to our own interpreter, and to the Git that called us."""
    ours = {"PYTHONHOME", "__PYVENV_LAUNCHER__", "PYTHONSAFEPATH"}
    if variables.get("GITHUB_ACTIONS") == "true":
        ours.add("GITHUB_TOKEN")  # it was given to us, to read the base
    if _is_ours(variables.get("VIRTUAL_ENV", "")):
        ours.add("VIRTUAL_ENV")
    return {
        name: value for name, value in variables.items() if name not in ours and not name.startswith("GIT_")
    }


def _places(
    top: Path, directory: Path, main_top: Path, named: tuple[str, str] | None, variables: Mapping[str, str]
) -> Iterator[Place]:
    if named is not None:
        source, text = named
        path = top / Path(text).expanduser()
        # `env` is a program on every machine, and the environment of many projects.
        if os.sep not in text and not path.is_dir():
            path = Path(shutil.which(text) or path)
        yield Place(source, _python_of(path) if path.is_dir() else os.fspath(path), named=True)
        return
    active = variables.get("VIRTUAL_ENV")
    if active and not _is_ours(active):
        yield Place("VIRTUAL_ENV", _python_of(Path(active)))
    for folder in dict.fromkeys((*_upwards(directory, top), main_top)):
        for name in _environment_names(variables):
            if (folder / name / "bin").is_dir():
                yield Place(f"{name} in {folder}", _python_of(folder / name))
    yield from _managed(top, directory, variables)
    if variables.get("PRE_COMMIT") or _is_isolated(sys.prefix):
        yield from _on_path(variables)
    yield Place("alembic-proof's own Python", sys.executable)


def _environment_names(variables: Mapping[str, str]) -> tuple[str, ...]:
    uv = variables.get("UV_PROJECT_ENVIRONMENT")
    return (uv, ".venv", "venv") if uv else (".venv", "venv")


def _upwards(directory: Path, top: Path) -> list[Path]:
    """The folders from `directory` up to `top`, both included."""
    folders = [directory, *directory.parents]
    return folders[: folders.index(top) + 1] if top in folders else [directory, top]


def _managed(top: Path, directory: Path, variables: Mapping[str, str]) -> Iterator[Place]:
    """The environments that Poetry, Pipenv and conda keep elsewhere, asked for only where they are in use."""
    for folder in dict.fromkeys((directory, top)):
        if (folder / "poetry.lock").exists():
            yield from _asked("Poetry", ["poetry", "env", "info", "--executable"], folder)
        if (folder / "Pipfile").exists():
            yield from _asked("Pipenv", ["pipenv", "--py"], folder)
    conda = variables.get("CONDA_PREFIX")
    if conda:
        yield Place("CONDA_PREFIX", _python_of(Path(conda)))


def _asked(source: str, argv: list[str], folder: Path) -> Iterator[Place]:
    if shutil.which(argv[0]) is None:
        return
    try:
        done = processes.run(argv, seconds=SECONDS, cwd=folder, env=clean_variables(os.environ))
    except (OSError, processes.TimeLimitExceeded):
        return
    lines = done.stdout.decode(errors="replace").split("\n")
    if done.status == 0 and lines[0].strip():
        yield Place(source, lines[0].strip())


def _on_path(variables: Mapping[str, str]) -> Iterator[Place]:
    """Inside a hook's environment the project's own Python, where it is active, comes later on the PATH."""
    for folder in variables.get("PATH", "").split(os.pathsep):
        if folder and not _is_ours(os.fspath(Path(folder).parent)):
            path = next(
                (found for name in ("python", "python3") if (found := shutil.which(name, path=folder))), None
            )
            if path:
                yield Place("PATH", path)


def _python_of(environment: Path) -> str:
    return os.fspath(environment / "bin" / "python")


def _is_ours(prefix: str) -> bool:
    return bool(prefix) and os.path.realpath(prefix) == os.path.realpath(sys.prefix)


def _is_isolated(prefix: str) -> bool:
    """Whether pipx or uv keeps this program in an environment of its own."""
    return any(part in prefix.replace(os.sep, "/") for part in ("/pipx/venvs/", "/uv/tools/", "/uv/archive-"))
