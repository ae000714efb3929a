"""The working tree: tracked files, and untracked ones that are not ignored, as they are on disk."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.entries import LINK, SUBMODULE, Entry, blob_id, identity
from alembic_proof.git.links import follow
from alembic_proof.git.submodules import write_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alembic_proof.git.repository import Repository
    from alembic_proof.git.tree import Tree


@dataclass(frozen=True)
class WorkingTree:
    """A `Tree` whose files lie on disk: `modes` holds each path with its mode as Git would write it."""

    repo: Repository = field(repr=False)
    modes: Mapping[str, str] = field(repr=False)
    description: str = "the working tree"
    notes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    sides: tuple[Tree, Tree] | None = None
    _written: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def paths(self) -> tuple[str, ...]:
        return tuple(path for path, mode in self.modes.items() if mode != SUBMODULE)

    def real_path(self, path: str) -> str | None:
        return follow(path, self._links)

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        wanted = {path: self.real_path(path) or "" for path in paths}
        return {path: self._content(real) for path, real in wanted.items() if self._is_file(real)}

    def object_id(self, path: str) -> str | None:
        return self._object_id(path, self.modes[path]) if self._is_file(path) else None

    def pointers(self) -> tuple[Entry, ...]:
        pointing = {path: mode for path, mode in self.modes.items() if mode in (LINK, SUBMODULE)}
        return tuple(Entry(path, mode, self._object_id(path, mode)) for path, mode in pointing.items())

    def identity(self) -> str:
        return identity(Entry(path, mode, self._object_id(path, mode)) for path, mode in self.modes.items())

    def write_to(self, folder: Path) -> tuple[str, ...]:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(
            note for path, mode in self.modes.items() for note in self._write(path, mode, folder / path)
        )

    def _write(self, path: str, mode: str, target: Path) -> Iterator[str]:
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode == SUBMODULE:
            yield from write_submodule(self.repo, path, target, working_tree)
        elif mode == LINK:
            target.symlink_to(self._links[path])
        else:
            with _readable(path):
                shutil.copy(self.repo.top / path, target)
            self._written[path] = blob_id(target.read_bytes(), self.repo.object_format)

    def _is_file(self, path: str) -> bool:
        return self.modes.get(path, SUBMODULE) not in (LINK, SUBMODULE)

    @cached_property
    def _links(self) -> Mapping[str, str]:
        return {
            path: os.readlink(self.repo.top / path)  # noqa: PTH115 - Path would normalize the target
            for path, mode in self.modes.items()
            if mode == LINK
        }

    def _content(self, path: str) -> bytes:
        with _readable(path):
            return (self.repo.top / path).read_bytes()

    def _object_id(self, path: str, mode: str) -> str:
        """Of a file that was written, as it was then: somebody may have saved it since."""
        if path in self._written:
            return self._written[path]
        if mode == SUBMODULE:
            submodule = self.repo.submodule(path)
            return working_tree(submodule).identity() if submodule else ""
        content = os.fsencode(self._links[path]) if mode == LINK else self._content(path)
        return blob_id(content, self.repo.object_format)


def working_tree(repo: Repository) -> WorkingTree:
    """What lies on disk now: tracked files that are still there, and new ones that are not ignored."""
    listing = repo.git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = sorted({os.fsdecode(path) for path in listing.split(b"\0") if path})
    modes = {path: mode for path in listed if not path.endswith("/") and (mode := _mode(repo.top / path))}
    links = {path for path, mode in modes.items() if mode == LINK}
    return WorkingTree(repo, {path: mode for path, mode in modes.items() if not _is_behind(path, links)})


def _mode(path: Path) -> str | None:
    try:
        found = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISLNK(found):
        return LINK
    if stat.S_ISDIR(found):
        return SUBMODULE  # Git lists no other folder without a `/`
    if not stat.S_ISREG(found):
        return None
    return "100755" if found & stat.S_IXUSR else "100644"


def _is_behind(path: str, links: set[str]) -> bool:
    """Whether a tracked folder of the path has become a link: Git takes what lies behind for deleted."""
    return bool(links) and any(str(parent) in links for parent in PurePosixPath(path).parents)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GitError(
            f"{path} cannot be read: {error.strerror}",
            "mend it, or leave out --worktree to check the index",
        ) from None
