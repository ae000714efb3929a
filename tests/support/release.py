"""What the users of pre-commit and of the action get: a repository with the files of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from support.once import once
from support.repositories import Checkout

if TYPE_CHECKING:
    import pytest

CHECKOUT = Path(__file__).parents[2]
_GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.invalid")


def release(factory: pytest.TempPathFactory) -> Checkout:
    """A repository whose one commit holds what a commit of this checkout would, the tests left out."""
    return Checkout(once(factory, "release", _make))


def _make(folder: Path) -> None:
    listing = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, timeout=60)
    for name in os.fsdecode(listed.stdout).split("\0")[:-1]:
        if not name.startswith("tests/") and (CHECKOUT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, folder / name, follow_symlinks=False)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "A release")):
        subprocess.run([*_GIT, *words], cwd=folder, check=True, timeout=60)
