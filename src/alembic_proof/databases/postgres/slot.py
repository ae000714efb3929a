"""Slots: clusters that are made once and used again, each by one run at a time.

Every server has one owner for its life, so that what belongs to a whole cluster, such as roles, cannot leak
from one run into another that goes on beside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from alembic_proof.cache import make_folder, private_folder, temporary_home, try_lock, unused, unwritable

PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET = 103  # sockaddr_un holds 104 bytes on macOS and 108 on Linux, one of them the end
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Slot:
    """A folder for one cluster; `lock` is the descriptor that says it is taken."""

    folder: Path
    lock: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def marker(self) -> Path:
        return self.folder / "ready"

    @property
    def socket(self) -> Path:
        """The folder of the socket; another one where the slot's own path is too long for a socket."""
        own = self.folder / "socket"
        if _fits(own):
            return own
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        roots = (temporary_home(), Path("/tmp") / temporary_home().name)  # noqa: S108
        return next((root / name for root in roots if _fits(root / name)), own)

    @property
    def ready(self) -> bool:
        """Whether the cluster was made to its end, on this boot: without fsync, a power cut may damage it."""
        try:
            return self.marker.read_text() == _boot()
        except OSError:
            return False

    def mark_ready(self) -> None:
        fresh = self.marker.with_suffix(".new")
        fresh.write_text(_boot())
        fresh.replace(self.marker)

    def mark_used(self) -> None:
        os.utime(self.marker)

    def condemn(self) -> None:
        """Have the next owner make the cluster anew."""
        self.marker.unlink(missing_ok=True)

    def clear(self) -> None:
        self.condemn()
        for folder in (self.data, self.socket):
            shutil.rmtree(folder, ignore_errors=True)

    def release(self) -> None:
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket, ignore_errors=True)
            with suppress(OSError):
                self.socket.parent.rmdir()
        os.close(self.lock)

    def make_socket_folder(self) -> Path:
        folder = self.socket
        if folder.parent != self.folder:
            private_folder(folder.parent)
        return make_folder(folder, 0o700)


def take(servers: Path, identity: str, first: int = 0) -> Slot:
    """The first slot of these programs, from the number `first` on, that nobody holds.

    Raises `DatabaseError` where none can be made.
    """
    folders = (servers / f"{identity}-{number}" for number in count(first))
    try:
        tried = ((folder, try_lock(lock_of(folder))) for folder in folders)
        folder, lock = next((folder, lock) for folder, lock in tried if lock is not None)
        return Slot(make_folder(folder), lock)
    except OSError as error:
        raise unwritable(servers, error) from error


def prune(servers: Path) -> None:
    """Remove the slots that nobody has used for a month."""
    for path in servers.glob("*.lock"):
        with suppress(OSError):
            lock = try_lock(path)
            if lock is not None:
                _prune_one(path.with_suffix(""))
                os.close(lock)


def _prune_one(folder: Path) -> None:
    marker = folder / "ready"
    if unused(marker if marker.exists() else folder):
        shutil.rmtree(folder)
        lock_of(folder).unlink()


def lock_of(folder: Path) -> Path:
    """The file whose lock says that the slot in this folder is taken."""
    return folder.with_name(f"{folder.name}.lock")


def _fits(folder: Path) -> bool:
    # libpq takes a comma for the end of a host's name.
    return "," not in str(folder) and len(os.fsencode(folder / _SOCKET_NAME)) <= _LONGEST_SOCKET


def _boot() -> str:
    try:
        return _BOOT_ID.read_text()
    except OSError:
        return "unknown\n"
