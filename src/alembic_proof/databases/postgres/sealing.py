"""Clusters that may be trusted on another boot, and on another machine: those that are as they were sealed.

Without fsync, a crash may damage a cluster, so that one counts on the boot that made it alone. A sealed one has been
written out to the disk, and nothing has run on it since. Whoever takes it over makes it a cluster of this boot again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from alembic_proof.cache import make_folder, try_lock
from alembic_proof.databases.postgres.slot import Slot, lock_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alembic_proof.processes import Account

FOLDER = "servers"
_SEALED = "sealed "
# Of a slot, what is nothing to another machine; a server that was killed left the last one behind.
_OWN = ("log", "socket", "data/postmaster.pid", "data/postmaster.opts")


def seal(slot: Slot) -> None:
    """Have the next owner trust this cluster, which is ready and on disk, on whatever boot. Raises `OSError`."""
    seen = slot.marker.stat()
    fresh = slot.marker.with_suffix(".new")
    fresh.write_text(_SEALED + _digest(slot.folder))
    os.utime(fresh, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    fresh.replace(slot.marker)


def unseal(slot: Slot, account: Account | None) -> None:
    """Make a sealed cluster one of this boot and of this account; one that is not as it was is left to be made anew."""
    if not is_sealed(slot.folder):
        return
    try:
        if slot.marker.read_text() != _SEALED + _digest(slot.folder):
            slot.condemn()
            return
        slot.data.chmod(0o700)  # PostgreSQL runs on no other, and archives may not have kept it
        if account is not None:
            _give(slot, account)
        slot.mark_ready()
    except OSError:
        slot.condemn()


def is_sealed(folder: Path) -> bool:
    """Whether the cluster in this slot's folder says that it is sealed."""
    try:
        return (folder / "ready").read_text().startswith(_SEALED)
    except (OSError, ValueError):
        return False


def strip(slot: Slot) -> None:
    """Remove what no other machine needs."""
    for name in _OWN:
        path = slot.folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def adopt(cache: Path, servers: Path) -> None:
    """Bring the sealed clusters that lie in the cache folder to where servers run, where that is elsewhere."""
    kept = cache / FOLDER
    if kept == servers or not kept.is_dir():
        return
    for folder in [one for one in kept.iterdir() if is_sealed(one)]:
        with suppress(OSError):
            move(folder, servers)


def move(folder: Path, to: Path, *, replacing: bool = False) -> None:
    """Bring the folder of a slot that nobody can take meanwhile into another folder, where none of that name is in use.

    Where one of that name is ready there, it stays unless the other is `replacing` it. Raises `OSError`.
    """
    target = make_folder(to) / folder.name
    lock = try_lock(lock_of(target))
    if lock is None:
        return
    try:
        if replacing or not (target / "ready").exists():
            shutil.rmtree(target, ignore_errors=True)
            shutil.move(folder, target)
            lock_of(folder).unlink(missing_ok=True)
    finally:
        os.close(lock)


def _digest(folder: Path) -> str:
    """Of all that a cluster consists of, and of what is said of the databases in it."""
    digest = hashlib.blake2b(digest_size=16)
    for kind, path in _entries(folder):
        name = os.fsencode(path[len(str(folder)) :])
        content = os.fsencode(os.readlink(path)) if kind == b"link" else b""  # noqa: PTH115
        size = os.stat(path).st_size if kind == b"file" else len(content)  # noqa: PTH116
        digest.update(b"%s %d %s\0%s" % (kind, size, name, content))
        if kind == b"file":
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                while piece := file.read(2**20):
                    digest.update(piece)
    return digest.hexdigest()


def _entries(folder: Path) -> Iterator[tuple[bytes, str]]:
    """Everything below a slot's `data` and `templates`, with its kind, in an order of its own."""
    for start in ("data", "templates"):
        for top, folders, files in os.walk(folder / start):
            folders.sort()
            for name in sorted((*folders, *files)):
                path = os.path.join(top, name)  # noqa: PTH118
                is_link = os.path.islink(path)  # noqa: PTH114
                yield b"link" if is_link else b"folder" if name in folders else b"file", path


def _give(slot: Slot, account: Account) -> None:
    """Who unpacked it may be another user, or know the account by another number."""
    slot.folder.chmod(0o711)
    os.chown(slot.data, account.uid, account.gid, follow_symlinks=False)
    for top, folders, files in os.walk(slot.data):
        for name in (*folders, *files):
            os.chown(os.path.join(top, name), account.uid, account.gid, follow_symlinks=False)  # noqa: PTH118
