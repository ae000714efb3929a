"""`cache show` and `cache clear`: what earlier runs kept, and its removal."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from alembic_proof.cache import PER_ENVIRONMENT, sweep, try_lock
from alembic_proof.cache_path import cache_path
from alembic_proof.databases.postgres import sealing
from alembic_proof.databases.postgres.account import server_account, servers_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_WORDS = {
    "verdicts": "answers",
    "trials": "trials of new revisions",
    "settlements": "tables found alike",
    "hints": "what a run begins with",
    "bytecode": "compiled modules",
}
_PARSED = "parsed-*.json"
_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def show(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """A line for each kind of thing that is kept, with its size and how long ago it was last used."""
    cache = cache_path(environ)
    if not cache.is_dir():
        return (f"{cache}: nothing is kept",)
    lines = [line for server in _slots(cache) for line in _server(server)]
    for name, words in _WORDS.items():
        files = list((cache / name).glob("*"))
        if files:
            lines.append(f"  {words} of {counted(len(files), 'environment')}: {_told(files)}")
    parsed = list(cache.glob(_PARSED))
    if parsed:
        lines.append(f"  parsed revisions: {_told(parsed)}")
    return (f"{cache}: {size(sum(map(size_on_disk, _homes(cache))))}", *lines)


def clear(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Remove all that no run is using now; a line for what was removed, and for each server that is in use."""
    cache = cache_path(environ)
    if not cache.is_dir():
        return (f"{cache}: nothing is kept",)
    homes = _homes(cache)
    before = sum(map(size_on_disk, homes))
    busy = [slot for slot in _slots(cache) if not removed(slot)]
    sweep(cache)
    for name in PER_ENVIRONMENT:
        shutil.rmtree(cache / name, ignore_errors=True)
    for file in cache.glob(_PARSED):
        file.unlink(missing_ok=True)
    left = tuple(f"  left, for a run is using it: {slot}" for slot in busy)
    return (f"{cache}: {size(max(0, before - sum(map(size_on_disk, homes))))} removed", *left)


def _homes(cache: Path) -> list[Path]:
    """The cache folder, and where servers run that cannot do so there."""
    return list(dict.fromkeys((cache, servers_folder(cache, server_account()).parent)))


def _slots(cache: Path) -> list[Path]:
    return [
        lock.with_suffix("")
        for home in _homes(cache)
        for lock in sorted((home / sealing.FOLDER).glob("*.lock"))
    ]


def _lock_of(slot: Path) -> Path:
    return slot.with_name(f"{slot.name}.lock")


def removed(slot: Path) -> bool:
    """Remove a server's folder under its lock; False where a run holds that."""
    lock = try_lock(_lock_of(slot))
    if lock is None:
        return False
    try:
        shutil.rmtree(slot, ignore_errors=True)
        _lock_of(slot).unlink(missing_ok=True)
    finally:
        os.close(lock)
    return True


def _server(slot: Path) -> Iterator[str]:
    templates = [file for file in (slot / "templates").glob("template_*") if file.suffix != ".new"]
    held = f", with {counted(len(templates), 'database')} to start from" if templates else ""
    use = "in use" if _is_busy(slot) else f"used {_ago(last_use([slot / 'ready', *templates]))}"
    use = f"sealed, {use}" if sealing.is_sealed(slot) else use
    yield f"  server {slot.name}: {size(size_on_disk(slot))}, {use}{held}"


def _is_busy(slot: Path) -> bool:
    lock = try_lock(_lock_of(slot))
    if lock is not None:
        os.close(lock)
    return lock is None


def _told(files: list[Path]) -> str:
    return f"{size(sum(map(size_on_disk, files)))}, used {_ago(last_use(files))}"


def last_use(files: list[Path]) -> float:
    """When the last of these files was written or touched."""
    times = [0.0]
    for file in files:
        with suppress(OSError):
            times.append(file.stat().st_mtime)
    return max(times)


def size_on_disk(path: Path) -> int:
    """What it takes on disk, with all that lies in it; what goes away meanwhile counts as nothing."""
    total = 0
    for one in (path, *path.rglob("*")) if path.is_dir() else (path,):
        with suppress(OSError):
            total += one.lstat().st_blocks * 512
    return total


def size(count: int) -> str:
    """As people read it."""
    return f"{count / 2**20:.1f} MiB"


def counted(count: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _ago(moment: float) -> str:
    if not moment:
        return "never"
    seconds = max(0, int(time.time() - moment))
    for length, noun in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length:
            return f"{counted(seconds // length, noun)} ago"
    return "just now"
