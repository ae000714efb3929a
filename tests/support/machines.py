"""Machines as CI gives them: each with a checkout, an environment and a boot of its own, at the same paths."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.commands.sealing import seal
from alembic_proof.databases.postgres import slot
from support.repositories import Checkout

if TYPE_CHECKING:
    import pytest

_PACKAGES = ("alembic", "SQLAlchemy", "Mako", "MarkupSafe", "psycopg2-binary", "typing_extensions")


@dataclass(frozen=True)
class Machines:
    """Places that each machine has: `home` for its own, `store` for what outlives it."""

    home: Path
    store: Path
    patch: pytest.MonkeyPatch

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def python(self) -> Path:
        return self.home / "venv" / "bin" / "python"

    def begin(self, number: int, source: Path) -> Checkout:
        """A new machine, the job of this number, with the cache that the last one left."""
        boot = self.store / "boot_id"
        boot.write_text(f"boot {number}\n")
        self.patch.setattr(slot, "_BOOT_ID", boot)
        for name, value in _variables(number).items():
            self.patch.setenv(name, value)
        install(self.home / "venv", fresh=number > 1)
        if (self.store / "cache.tar").exists():
            _tar("-x", "-f", self.store / "cache.tar", "-C", self.home)
        return Checkout.clone(source, self.home / "project")

    def end(self) -> str:
        """Keep the cache as runners do, and lose everything else; what `cache seal` said."""
        said = seal(1024)
        _tar("-c", "-f", self.store / "cache.tar", "-C", self.home, "cache")
        for one in self.home.iterdir():
            shutil.rmtree(one)
        return said


def install(folder: Path, *, fresh: bool) -> None:
    """A virtual environment with what models need; a `fresh` one has other times and nothing compiled."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in _PACKAGES:
        for file in distribution(name).files or ():
            source, target = Path(str(file.locate())), packages / file
            if ".." in file.parts or (fresh and "__pycache__" in file.parts) or not source.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copyfile if fresh else shutil.copy2)(source, target)


def _variables(number: int) -> dict[str, str]:
    job = {"GITHUB_SHA": f"c0ffee{number}", "GITHUB_RUN_ID": f"{number}", "GITHUB_ENV": f"/env/{number}"}
    return {"ALEMBIC_PROOF_PORTABLE": "1", "CI": "true", "GITHUB_ACTIONS": "true", **job}


def _tar(*arguments: str | Path) -> None:
    subprocess.run(["tar", *map(os.fspath, arguments)], check=True, timeout=60)
