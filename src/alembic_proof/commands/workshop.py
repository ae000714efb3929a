"""Where a proof is made: the judged tree on disk, and a source of throwaway databases."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cache import OwnedFolder
from alembic_proof.commands.ignored import put_beside
from alembic_proof.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.request import Subject


@dataclass(frozen=True)
class Workshop:
    """The judged tree on disk, and the place where databases come from. Both are gone when the run ends."""

    subject: Subject
    folder: Path
    ignored: tuple[str, ...]
    databases: Databases
    cache: Path
    notes: tuple[str, ...] = ()


@contextmanager
def open_workshop(subject: Subject, cache: Path, choice: str | None) -> Iterator[Workshop]:
    with OwnedFolder(cache) as owned, Databases(choice, cache) as databases:
        folder = Path(os.path.realpath(owned)) / "tree"
        folder.mkdir()
        notes = subject.tree.write_to(folder)
        ignored = subject.repository.ignored_files()
        _keep_ignored(
            subject.repository.top, folder, put_beside(subject.repository.top, subject.tree, ignored)
        )
        yield Workshop(subject, folder, ignored, databases, cache, notes)


def _keep_ignored(top: Path, folder: Path, beside: tuple[str, ...]) -> None:
    for path in beside:
        source, target = top / path, folder / path
        if path.endswith("/"):
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)
