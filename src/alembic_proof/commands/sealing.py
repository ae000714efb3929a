"""`cache seal`: what earlier runs kept, made ready to be moved to another machine."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.cache import sweep, try_lock
from alembic_proof.cache_path import cache_path
from alembic_proof.commands.kept import counted, last_use, removed, size, size_on_disk
from alembic_proof.databases.postgres import sealing
from alembic_proof.databases.postgres.account import server_account, servers_folder
from alembic_proof.databases.postgres.launcher import is_served
from alembic_proof.databases.postgres.shrinking import shrink
from alembic_proof.databases.postgres.slot import Slot, lock_of
from alembic_proof.errors import DatabaseError
from alembic_proof.portable import VARIABLE, is_portable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MIB = 2**20
_PATIENCE = 2.0  # seconds in which a server whose owner is gone should have ended
_POLL = 0.02


@dataclass(frozen=True)
class Servers:
    """The slots that a cache has: where servers run, and in the cache folder, where it is moved."""

    running: Path
    kept: Path

    def folders(self) -> list[Path]:
        found = dict.fromkeys((self.running, self.kept))
        return [folder for one in found for folder in sorted({_slot_of(path) for path in one.glob("*")})]


def _slot_of(path: Path) -> Path:
    """A slot's folder by itself, or by its lock."""
    return path.with_suffix("") if path.suffix == ".lock" else path


def seal(most_mib: int, environ: Mapping[str, str] = os.environ) -> str:
    """Have the cache folder be trusted where it is moved to, at most so large; a line that says what it holds."""
    cache = cache_path(environ)
    if not cache.is_dir():
        return f"{cache}: nothing is kept"
    servers = Servers(servers_folder(cache, server_account()), cache / sealing.FOLDER)
    sweep(cache)
    shutil.rmtree(cache / "programs", ignore_errors=True)  # a copy of what each machine has
    _strip(servers)
    is_cut = _fit(cache, servers, most_mib * _MIB)
    os.sync()
    sealed, busy = _seal(servers)
    told = [f"{counted(sealed, 'server')} sealed"]
    told += [f"cut to --most-mib {most_mib}"] if is_cut else []
    told += [f"{counted(busy, 'server')} left out, for a run is using it"] if busy else []
    told += [] if is_portable(environ) else [f"with answers for this machine alone: {VARIABLE} is not set"]
    return f"{cache}: {size(size_on_disk(cache))} to move, {', '.join(told)}"


def _held(servers: Servers) -> Iterator[Slot]:
    """Each slot that no run is using, locked meanwhile."""
    for folder in servers.folders():
        lock = try_lock(lock_of(folder))
        if lock is None:
            continue
        slot = Slot(folder, lock)
        try:
            if not _is_served(slot):
                yield slot
        finally:
            os.close(lock)


def _is_served(slot: Slot) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while is_served(slot.data):
        if time.monotonic() > deadline:
            return True
        time.sleep(_POLL)
    return False


def _strip(servers: Servers) -> None:
    """Remove what no other machine needs, or could trust."""
    for slot in _held(servers):
        if slot.ready:
            sealing.strip(slot)
        elif not sealing.is_sealed(slot.folder):
            shutil.rmtree(slot.folder)
            lock_of(slot.folder).unlink(missing_ok=True)


def _fit(cache: Path, servers: Servers, most: int) -> bool:
    """Drop what was not used for longest until all together is small enough; whether there was need to."""
    homes = dict.fromkeys((cache, servers.running.parent))
    excess = sum(map(size_on_disk, homes)) - most
    if excess <= 0:
        return False
    sizes = {folder: size_on_disk(folder) for folder in servers.folders()}
    for folder, taken in sizes.items():
        with suppress(DatabaseError):
            shrink(folder, cache, excess * taken // sum(sizes.values()))
    _strip(servers)
    for one in sorted([*servers.folders(), *(cache / "bytecode").glob("*")], key=_last_use):
        if sum(map(size_on_disk, homes)) <= most:
            break
        if one in sizes:
            removed(one)
        else:
            one.unlink(missing_ok=True)
    return True


def _last_use(path: Path) -> float:
    return last_use([path / "ready"] if path.is_dir() else [path])


def _seal(servers: Servers) -> tuple[int, int]:
    """Seal each slot, and bring it into the cache folder: how many there are then, and how many are in use."""
    busy = set(servers.folders())
    for slot in _held(servers):
        if slot.ready:
            sealing.seal(slot)
        busy.discard(slot.folder)
        if slot.folder.parent != servers.kept:
            sealing.move(slot.folder, servers.kept, replacing=True)
    return sum(map(sealing.is_sealed, servers.kept.glob("*"))), len(busy)
