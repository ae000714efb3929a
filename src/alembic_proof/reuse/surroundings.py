"""What a probe would find now: the judged tree with the ignored files beside it, and the machine around it."""

from __future__ import annotations

import os
import re
import stat
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alembic_proof.portable import content_identity
from alembic_proof.reuse.store import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from alembic_proof.git import Tree

_MODULES = (".py", ".so", ".pyc")
_INSTALLED = re.compile(r"/(site|dist)-packages/|/lib(64)?/python3")
_TICK = 0.02  # seconds by which the times of files may lag behind the clock
FOLDER = "folder"


class Surroundings:
    """Identities of the things that code can look at; None stands for what is not there.

    `ignored` are the files, and folders with a trailing slash, that Git ignores and that are put beside the tree.
    Where they are `portable`, another machine that has the same things has the same identities.
    """

    def __init__(self, tree: Tree, top: Path, ignored: Sequence[str], *, portable: bool = False) -> None:
        self._tree = tree
        self._top = top
        self._ignored = {path for path in ignored if not path.endswith("/")}
        self._ignored_folders = tuple(path for path in ignored if path.endswith("/"))
        self._outside: dict[str, str | None] = {}
        self._identity = content_identity if portable else _on_disk

    def thing(self, path: str) -> str | None:
        """A file of the tree by its content, a folder as one."""
        real = self._tree.real_path(path) if path else ""
        if real is None:
            return None
        found = self._tree.object_id(real)
        if found is not None:
            return found
        if real in self._ignored or f"{real}/".startswith(self._ignored_folders):
            return _content(self._top / real)
        return FOLDER if real in self._children else None

    def names(self, folder: str) -> str | None:
        """Everything that lies in a folder of the tree."""
        found = self._lying_in(folder)
        return None if found is None else digest(sorted(found))

    def modules(self, folder: str) -> str | None:
        """What lies in a folder of the tree and could be imported."""
        found = self.listed(folder)
        return None if found is None else digest(sorted(found))

    def listed(self, folder: str) -> set[str] | None:
        """The names of what lies in a folder of the tree and could be imported; those of folders end in `/`."""
        found = self._lying_in(folder)
        return None if found is None else {one for one in found if one.endswith(("/", *_MODULES))}

    def outside(self, path: str) -> str | None:
        """A file or a folder that is not of the tree, by its size and its times, or by its content."""
        if path not in self._outside:
            self._outside[path] = self._identity(path)
        return self._outside[path]

    def kind(self, path: str) -> str | None:
        """What is at a path that is not of the tree."""
        return FOLDER if os.path.isdir(path) else "file" if os.path.exists(path) else None  # noqa: PTH110,PTH112

    def changed_since(self, moment: float, trace: Mapping[str, Any]) -> bool:
        """Whether a file beside or outside the tree was written while the project's code may have been reading it."""
        beside = (str(self._top / path) for path in trace["files"] if path in self._ignored)
        elsewhere = (path for path in trace["outside"] if "__pycache__" not in path)
        return any(_is_file_since(path, moment) for path in (*beside, *elsewhere))

    def _lying_in(self, folder: str) -> set[str] | None:
        real = self._tree.real_path(folder) if folder else ""
        if real is None:
            return None
        if f"{real}/".startswith(self._ignored_folders):
            return _listed(str(self._top / real))
        return self._children.get(real)

    @cached_property
    def _children(self) -> Mapping[str, set[str]]:
        children: dict[str, set[str]] = {"": set()}
        paths = (*self._tree.paths(), *self._ignored, *self._ignored_folders)
        for path in (*paths, *(f"{entry.path}/" for entry in self._tree.pointers())):
            folder, _, name = path.rstrip("/").rpartition("/")
            ending = "/" if path.endswith("/") else ""
            children.setdefault(folder, set()).add(name + ending)
            while folder:
                folder, _, name = folder.rpartition("/")
                siblings = children.setdefault(folder, set())
                if f"{name}/" in siblings:
                    break
                siblings.add(f"{name}/")
        return children


def _on_disk(path: str) -> str | None:
    try:
        seen = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return None
    # Installers give files the times that they like, but not other contents at the same time; they may also link
    # one file into many environments, which changes the third.
    changed = "" if _INSTALLED.search(path) else f" {seen.st_ctime_ns}"
    return f"{seen.st_size} {seen.st_mtime_ns}{changed}"


def _content(path: Path) -> str | None:
    """Of what lies beside the tree, which is little."""
    try:
        return FOLDER if path.is_dir() else digest(path.read_bytes().hex())
    except OSError:
        return None


def _is_file_since(path: str, moment: float) -> bool:
    try:
        seen = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    return stat.S_ISREG(seen.st_mode) and max(seen.st_mtime, seen.st_ctime) > moment - _TICK


def _listed(path: str) -> set[str] | None:
    try:
        with os.scandir(path) as found:
            return {f"{one.name}/" if one.is_dir() else one.name for one in found}
    except OSError:
        return None
