"""Where Git may write: folders of ours, gone afterwards."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def new_objects(git_dir: Path) -> Iterator[Mapping[str, str]]:
    """Variables with which Git reads the repository's objects and writes new ones to a folder of ours."""
    real = str(_objects_of(git_dir)).replace("\\", "\\\\").replace('"', '\\"')
    with scratch_folder() as folder:
        yield {"GIT_OBJECT_DIRECTORY": str(folder), "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{real}"'}


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder, gone afterwards. Raises `GitError` where none can be made."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="alembic-proof-git-")
    except OSError as error:
        raise GitError(
            f"No temporary folder can be made: {error.strerror}.",
            "Make room, or set TMPDIR to a folder that can be written to.",
        ) from None
    with folder as name:
        yield Path(name)


def _objects_of(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"  # as gitrepository-layout(5) has it for linked worktrees
    return git_dir / pointer.read_text().strip() / "objects" if pointer.is_file() else git_dir / "objects"
