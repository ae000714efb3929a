"""Virtual environments for the projects that tests run: made once for each machine, and kept in the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from support.packages import pip_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = Path(__file__).parents[2] / ".cache" / "test-venvs"
_HOME = Path.home()  # read before a test gets a home of its own
_SECONDS = 300
_VERSION = "import ensurepip, sys, venv; print(*sys.version_info[:2])"


@dataclass(frozen=True)
class Requirements:
    """A virtual environment that is wanted: a Python, and what pip installs for it."""

    python: str
    packages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        text = json.dumps([self.python, *self.packages])
        return _FOLDER / hashlib.sha256(text.encode()).hexdigest()[:12]


CURRENT = Requirements(
    sys.executable,
    (
        "Flask",
        "Flask-Migrate>=4",
        "Flask-SQLAlchemy>=3",
        "SQLAlchemy[asyncio]>=2",
        "aiosqlite",
        "alembic>=1.16",
        "anyio",
        "asyncpg",
        "pg8000",
        "psycopg2-binary",
        "psycopg[binary]",
        "pydantic-settings",
        "pymysql",
        "python-dotenv",
        "setuptools>=68",
        "wheel",
    ),
)

# In an environment of its own, so that no other test's check finds it beside the tool.
SQUAWK = Requirements(sys.executable, ("squawk-cli>=2.30",))


@cache
def oldest_python() -> tuple[str, str]:
    """The oldest Python from 3.9 on that can make virtual environments here, and its version."""
    for minor in range(9, sys.version_info.minor):
        for program in _programs(f"3.{minor}"):
            done = subprocess.run([program, "-c", _VERSION], capture_output=True, text=True, timeout=60)
            if done.stdout.split() == ["3", str(minor)]:
                return program, f"3.{minor}"
    return sys.executable, f"3.{sys.version_info.minor}"


def _programs(version: str) -> Iterator[str]:
    found = shutil.which(f"python{version}")
    if found:
        yield found
    yield from map(str, sorted(_HOME.glob(f".pyenv/versions/{version}.*/bin/python")))


def oldest() -> Requirements:
    """The oldest versions that the tool promises to work with."""
    return Requirements(oldest_python()[0], ("alembic==1.8.0", "SQLAlchemy==1.4.*", "psycopg2-binary"))


def interpreter(requirements: Requirements) -> Path:
    """The Python of the environment; the first who asks makes it, and the others wait."""
    folder = requirements.folder
    done = folder / "requirements.json"
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([requirements.python, "-m", "venv", folder], check=True, timeout=_SECONDS)
            install(folder / "bin" / "python", *requirements.packages)
            done.write_text(json.dumps(requirements.packages))
    return folder / "bin" / "python"


def install(python: Path, *arguments: str) -> None:
    """Install something into the environment of that Python."""
    argv = [str(python), "-m", "pip", "install", "--quiet", *arguments]
    subprocess.run(argv, check=True, timeout=_SECONDS, env={**os.environ, **pip_environment()})


def layer_over(python: Path, folder: Path) -> Path:
    """The Python of a new environment that sees another one's packages, pip's too, beneath its own."""
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True, timeout=_SECONDS)
    below, above = (_site_packages(one) for one in (python, folder / "bin" / "python"))
    (above / "below.pth").write_text(f"{below}\n")
    return folder / "bin" / "python"


def _site_packages(python: Path) -> Path:
    return next((python.parents[1] / "lib").glob("python*/site-packages"))
