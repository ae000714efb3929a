"""Where a proof is made: the judged tree on disk, and a source of throwaway databases."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from alembic_proof.cache import OwnedFolder
from alembic_proof.commands.ignored import put_beside
from alembic_proof.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.request import Subject


@dataclass(frozen=True)
class Workshop:
    """The judged tree on disk, and the place where databases come from. Both are gone when the run ends.

    The tree is written when something of it is first asked for: there is enough to begin until then.
    """

    subject: Subject
    databases: Databases
    cache: Path
    _owned: Path
    _writing: Lock = field(default_factory=Lock)

    @property
    def folder(self) -> Path:
        return self._tree_on_disk[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the tree on disk."""
        return self._tree_on_disk[1]

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        return self.subject.repository.ignored_files()

    @property
    def _tree_on_disk(self) -> tuple[Path, tuple[str, ...]]:
        with self._writing:  # a trial needs it at the same time
            return self._written

    @cached_property
    def _written(self) -> tuple[Path, tuple[str, ...]]:
        folder = Path(os.path.realpath(self._owned)) / "tree"
        folder.mkdir()
        tree, top = self.subject.tree, self.subject.repository.top
        notes = tree.write_to(folder)
        _keep_ignored(top, folder, put_beside(top, tree, self.ignored))
        return folder, notes


@contextmanager
def open_workshop(subject: Subject, cache: Path, choice: str | None, place: int = 0) -> Iterator[Workshop]:
    """A workshop, closed at the end of the block; `place` is its own among those of one run."""
    with OwnedFolder(cache) as owned, Databases(choice, cache, place=place) as databases:
        yield Workshop(subject, databases, cache, owned)


def _keep_ignored(top: Path, folder: Path, beside: tuple[str, ...]) -> None:
    for path in beside:
        source, target = top / path, folder / path
        if path.endswith("/"):
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)
