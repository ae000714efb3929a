"""The project in `examples/shop`, as the newcomer has it: in a repository, with its packages elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from support.interpreters import Requirements, interpreter
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).parents[2]
SHOP = CHECKOUT / "examples" / "shop"
DRIFT = "column customer.name is in the models and in no revision"
CHANGE = ("commit", "--all", "--message", "Know the customer's name")
SECONDS = 120
REVISION = """\
revision = "{}"
down_revision = "52d8e3b40c6f"


def upgrade() -> None:
    pass
"""


@dataclass(frozen=True)
class Shop:
    """A checkout of the shop, and the environment that a person who works on it has."""

    checkout: Checkout
    env: Mapping[str, str]

    @property
    def top(self) -> Path:
        return self.checkout.top

    def run(self, *argv: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as that person would; its errors come with its output."""
        return subprocess.run(
            argv,
            cwd=folder or self.top,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )

    def git(self, *args: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.run("git", *args, folder=folder)

    def patch(self, name: str, folder: Path | None = None) -> None:
        """Apply one of the example's steps, and stage what it changes."""
        self.checkout.git("apply", "--index", str(SHOP / "steps" / f"{name}.patch"), folder=str(folder or ""))

    def branch_with_revision(self, branch: str) -> None:
        """A branch off main with a revision of its own, made without any hook."""
        self.checkout.branch(branch, "main")
        name = f"migrations/versions/{branch}.py"
        self.checkout.write({name: REVISION.format(branch)})
        self.checkout.git("add", name)
        self.checkout.git("commit", "--quiet", "--no-verify", "--message", branch)


def shop_packages() -> Path:
    """A virtual environment with what the shop requires, and nothing of alembic-proof."""
    lines = (SHOP / "requirements.txt").read_text().splitlines()
    return interpreter(Requirements(sys.executable, tuple(lines))).parents[1]


def copy_shop(folder: Path) -> Checkout:
    """The shop as the first commit of a repository."""
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    checkout = Checkout.create(folder)
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "A shop")
    return checkout
