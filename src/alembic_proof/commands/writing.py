"""Files of the working tree, written all or not at all, and only over what somebody has seen."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class FileChange:
    """A file by its path from the repository's top: what it holds, None for one to be made, and what it is to hold."""

    path: str
    before: bytes | None
    after: bytes


def write_files(top: Path, changes: Iterable[FileChange]) -> None:
    """Write the files. Each is either as it was or as it is to be, whenever somebody reads it.

    A file keeps its mode; a symbolic link stays one, and what it leads to is written. Folders that a new file
    needs are made.

    Raises `UsageError` where a file holds something else than `before`, leads out of the repository, or cannot be
    written. All that can be known beforehand is, before the first file changes.
    """
    top = Path(os.path.realpath(top))
    with _prepared() as prepared:
        for change in changes:
            target = _target(top, change)
            prepared.append((_written_beside(target, change), target))
        for fresh, target in prepared:
            fresh.replace(target)


@contextmanager
def _prepared() -> Iterator[list[tuple[Path, Path]]]:
    """What was written beside the files that it is for; gone afterwards where it did not take their place."""
    prepared: list[tuple[Path, Path]] = []
    try:
        yield prepared
    finally:
        for fresh, _ in prepared:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


def _target(top: Path, change: FileChange) -> Path:
    target = Path(os.path.realpath(top / change.path))
    if not target.is_relative_to(top):
        raise UsageError(
            f"{change.path} leads out of the repository, to {target}",
            "make it a file of the repository; nothing was written",
        )
    if _content(target, change.path) != change.before:
        raise UsageError(
            f"{change.path} is there already"
            if change.before is None
            else f"{change.path} was changed meanwhile",
            "run the command again; nothing was written",
        )
    return target


def _content(target: Path, path: str) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(path, error) from None


def _written_beside(target: Path, change: FileChange) -> Path:
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if change.before is not None and not os.access(target, os.W_OK):
            raise PermissionError(0, "it may not be written to")
        with fresh.open("xb") as file:
            file.write(change.after)
            file.flush()
            os.fsync(file.fileno())
        if change.before is not None:
            fresh.chmod(target.stat().st_mode & 0o7777)
    except BaseException as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _refused(change.path, error) from None
        raise
    return fresh


def _refused(path: str, error: OSError) -> UsageError:
    return UsageError(
        f"{path} cannot be written: {error.strerror}",
        "see that the file and its folder may be written to; nothing was written",
    )
