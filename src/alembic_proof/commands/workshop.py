"""Where a proof is made: the judged tree on disk, and a source of throwaway databases."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cache import OwnedFolder
from alembic_proof.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.request import Subject

# Ignored files that programs read when they start: settings, generated modules, what an installer leaves.
KEPT_SUFFIXES = (".py", ".pyi", ".so", ".env", ".toml", ".ini", ".cfg", ".json", ".yaml", ".yml", ".flaskenv")
KEPT_SIZE = 2**20  # bytes


@dataclass(frozen=True)
class Workshop:
    """The judged tree on disk, and the place where databases come from. Both are gone when the run ends."""

    subject: Subject
    folder: Path
    ignored: tuple[str, ...]
    databases: Databases
    notes: tuple[str, ...] = ()


@contextmanager
def open_workshop(subject: Subject, cache: Path, choice: str | None) -> Iterator[Workshop]:
    with OwnedFolder(cache) as owned, Databases(choice, cache) as databases:
        folder = Path(os.path.realpath(owned)) / "tree"
        folder.mkdir()
        notes = subject.tree.write_to(folder)
        ignored = subject.repository.ignored_files()
        _keep_ignored(subject.repository.top, folder, ignored)
        yield Workshop(subject, folder, ignored, databases, notes)


def _keep_ignored(top: Path, folder: Path, ignored: tuple[str, ...]) -> None:
    """Put beside the tree what Git ignores and the project needs to start: no commit could hold it."""
    for path in ignored:
        source, target = top / path, folder / path
        if not target.parent.is_dir():
            continue
        if path.endswith((".egg-info/", ".dist-info/")) and not target.exists():
            shutil.copytree(source, target, symlinks=True)
        elif _is_kept(source) and not target.exists():
            shutil.copy2(source, target)


def _is_kept(path: Path) -> bool:
    named = path.name.endswith(KEPT_SUFFIXES) or path.name.startswith(".env")
    return named and path.is_file() and path.stat().st_size <= KEPT_SIZE
