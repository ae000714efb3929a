"""Where Git may write: folders of ours, gone afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_PREFIX = "alembic-proof-git-"
_YOUNG = 60  # seconds


@contextmanager
def new_objects(git_dir: Path) -> Iterator[Mapping[str, str]]:
    """Variables with which Git reads the repository's objects and writes new ones to a folder of ours."""
    real = str(objects_of(git_dir)).replace("\\", "\\\\").replace('"', '\\"')
    with scratch_folder() as folder:
        yield {"GIT_OBJECT_DIRECTORY": str(folder), "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{real}"'}


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder, gone afterwards; if this process is killed, the next one removes it.

    Raises `GitError` where none can be made.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
    except OSError as error:
        raise GitError(
            f"no temporary folder can be made: {error.strerror}",
            "make room, or set TMPDIR to a folder that can be written to",
        ) from None
    with folder as name, _locked(Path(name)):
        _sweep(Path(name).parent)
        yield Path(name)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold the folder for as long as we live; False where another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    """Remove the folders whose makers were killed. A young one may be about to be locked."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            seen = folder.lstat()
            if seen.st_uid == os.geteuid() and time.time() - seen.st_mtime > _YOUNG:
                with _locked(folder) as ours:
                    if ours:
                        shutil.rmtree(folder, ignore_errors=True)


def objects_of(git_dir: Path) -> Path:
    """The folder of a repository's objects, those of a linked worktree included."""
    pointer = git_dir / "commondir"  # as gitrepository-layout(5) has it for linked worktrees
    return git_dir / pointer.read_text().strip() / "objects" if pointer.is_file() else git_dir / "objects"
