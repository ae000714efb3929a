"""The cache folder, and the folders that one run owns: gone when it ends, or swept by the next run."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cache_path import VARIABLE, cache_path
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

_RUNS = "runs"
_KEPT_SECONDS = 30 * 24 * 3600
# Of each environment of each working tree a file; whoever uses one again touches or writes it.
PER_ENVIRONMENT = ("verdicts", "trials", "settlements", "hints", "bytecode")


@contextmanager
def cache_folder(environ: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """The cache folder, made and swept; where it cannot be written, a private one that is removed at the end.

    Raises `DatabaseError` where the temporary folder cannot be written either.
    """
    folder = cache_path(environ)
    if _usable(folder):
        sweep(folder)
        yield folder
        return
    with _temporary_cache() as folder:
        yield folder


class OwnedFolder:
    """A fresh folder under `<cache>/runs/` that nobody else may enter, for as long as the `with` block lasts.

    A lock held by `flock` tells that the owner lives; the kernel drops it however the owner ends.
    Raises `DatabaseError` where the folder cannot be made.
    """

    def __init__(self, cache: Path) -> None:
        self._runs = cache / _RUNS
        self._folder = self._runs / secrets.token_hex(8)
        self._lock: int | None = None

    def __enter__(self) -> Path:
        try:
            self._lock = self._take_lock()
            self._folder.mkdir(mode=0o700)
        except OSError as error:
            self.__exit__(None, None, None)
            raise unwritable(self._folder, error) from error
        return self._folder

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is None:
            return
        _remove(self._folder)
        os.close(self._lock)
        self._lock = None

    def _take_lock(self) -> int | None:
        while True:
            make_folder(make_folder(self._runs.parent) / _RUNS)
            # A run that ends beside this one may remove the folder for being empty.
            with suppress(FileNotFoundError):
                return try_lock(_lock_of(self._folder))


def sweep(cache: Path) -> None:
    """Remove the owned folders whose owner is dead, and what was kept of environments that nobody checks any more."""
    for lock in (cache / _RUNS).glob("*.lock"):
        with suppress(OSError):
            descriptor = try_lock(lock)
            if descriptor is not None:
                _remove(lock.with_suffix(""))
                os.close(descriptor)
    _drop_unused(cache)


def _drop_unused(cache: Path) -> None:
    for name in PER_ENVIRONMENT:
        for file in (cache / name).glob("*"):
            with suppress(OSError):
                if unused(file):
                    file.unlink()


def try_lock(path: Path) -> int | None:
    """Lock the file, made where it is missing; the lock lasts until the descriptor returned is closed.

    None where another process, or another part of this one, holds it. Raises `OSError`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:
            return descriptor
    except BlockingIOError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def make_folder(path: Path, mode: int | None = None) -> Path:
    """Make the folder, closed to others; one of root's can be passed through by the accounts that it uses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir()
        path.chmod(mode or (0o711 if os.geteuid() == 0 else 0o700))
    return path


def private_folder(path: Path) -> Path:
    """Make a folder where everybody may write. Raises `DatabaseError` if another user planted it."""
    make_folder(path)
    seen = path.lstat()
    if stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid() and not seen.st_mode & 0o022:
        return path
    raise DatabaseError(
        f"{path} belongs to another user, or others may write in it",
        f"remove it, or set {VARIABLE} and TMPDIR to folders of your own",
    )


def unused(path: Path) -> bool:
    """Whether nobody has touched it for a month."""
    return time.time() - path.stat().st_mtime > _KEPT_SECONDS


def unwritable(path: Path, error: OSError) -> DatabaseError:
    return DatabaseError(
        f"cannot write in {path}: {error.strerror or error}",
        f"free some space, or set {VARIABLE} to a folder that can be written",
    )


def temporary_home() -> Path:
    """This user's own folder under the system's temporary folder."""
    return Path(tempfile.gettempdir()) / f"alembic-proof-{os.geteuid()}"


@contextmanager
def _temporary_cache() -> Iterator[Path]:
    home = temporary_home()
    try:
        private_folder(home)
    except OSError as error:
        raise unwritable(home, error) from error
    sweep(home)
    with OwnedFolder(home) as folder:
        yield folder
    with suppress(OSError):
        (home / _RUNS).rmdir()
        home.rmdir()


def _usable(folder: Path) -> bool:
    try:
        with OwnedFolder(folder):
            return True
    except DatabaseError:
        return False


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _remove(folder: Path) -> None:
    """The lock last: a folder without one would never be swept."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _lock_of(folder).unlink(missing_ok=True)
