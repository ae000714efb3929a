"""`cache seal`: what is left of the cache folder, and what is said of it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from alembic_proof.cache import make_folder, try_lock
from alembic_proof.commands import kept
from alembic_proof.commands.sealing import seal
from alembic_proof.databases.postgres import account, sealing, slot
from support import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with servers.open_folder() as folder:
        monkeypatch.setenv("ALEMBIC_PROOF_CACHE", str(folder / "cache"))
        monkeypatch.setenv("ALEMBIC_PROOF_PORTABLE", "1")
        yield folder / "cache"


def _slot(servers_folder: Path, number: int, *, ready: bool = True, used: int = 0, size: int = 0) -> Path:
    """A slot as a run leaves it; the more it is `used`, the later it was."""
    make_folder(servers_folder)
    folder = servers_folder / f"postgresql-1.0-abcdef00-{number}"
    for name in ("data/base", "socket", "templates"):
        (folder / name).mkdir(parents=True)
    (folder / "data" / "base" / "1").write_bytes(b"x" * size)
    (folder / "data" / "postmaster.pid").write_text("1\n")
    (folder / "log").write_text("LOG")
    folder.with_name(f"{folder.name}.lock").touch()
    one = slot.Slot(folder, lock=-1)
    if ready:
        one.mark_ready()
        os.utime(one.marker, (10**9 + used, 10**9 + used))
    return folder


def _said(most_mib: int = 1024) -> str:
    return re.sub(r"\d+\.\d MiB", "N MiB", seal(most_mib))


def _names(cache: Path) -> list[str]:
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file())


def test_where_nothing_is_kept(cache: Path) -> None:
    assert seal(1) == f"{cache}: nothing is kept"


def test_what_no_other_machine_needs_goes(cache: Path) -> None:
    name = _slot(cache / "servers", 0).name
    _slot(cache / "servers", 1, ready=False)
    for path in ("programs/copy/postgres", "verdicts/one.json"):
        (cache / path).parent.mkdir(parents=True)
        (cache / path).write_text("")

    assert _said() == f"{cache}: N MiB to move, 1 server sealed"
    assert _names(cache) == [
        f"servers/{name}.lock",
        f"servers/{name}/data/base/1",
        f"servers/{name}/ready",
        "verdicts/one.json",
    ]
    assert not (cache / "servers" / name / "socket").exists()
    assert re.search(r"MiB, sealed, used \d+ days ago$", kept.show()[1])
    assert _said() == f"{cache}: N MiB to move, 1 server sealed"


def test_answers_that_count_nowhere_else_are_told(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_folder(cache)
    monkeypatch.delenv("ALEMBIC_PROOF_PORTABLE")
    assert _said() == (
        f"{cache}: N MiB to move, 0 servers sealed, with answers for this machine alone: "
        "ALEMBIC_PROOF_PORTABLE is not set"
    )


def test_a_server_that_a_run_is_using_is_left_as_it_is(cache: Path) -> None:
    folder = _slot(cache / "servers", 0)
    lock = try_lock(slot.lock_of(folder))
    assert lock is not None
    try:
        assert (
            _said() == f"{cache}: N MiB to move, 0 servers sealed, 1 server left out, for a run is using it"
        )
        assert (folder / "log").exists()
        assert not sealing.is_sealed(folder)
    finally:
        os.close(lock)


def test_what_was_not_used_for_longest_goes_where_it_is_too_much(cache: Path) -> None:
    for number, used in enumerate((2, 1, 3)):
        _slot(cache / "servers", number, used=used, size=2**20)

    assert _said(most_mib=2) == f"{cache}: N MiB to move, 1 server sealed, cut to --most-mib 2"
    (left,) = (cache / "servers").glob("*/ready")
    assert left.parent.name.endswith("-2")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has servers of another account")
def test_servers_that_could_not_run_in_the_cache_folder_are_brought_there(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(cache, 0o700)
    with servers.open_folder() as elsewhere:
        monkeypatch.setattr(account, "_ROOTS", (elsewhere,))
        running = elsewhere / f"alembic-proof-{os.geteuid()}" / "servers"
        _slot(running, 0)
        stale = _slot(cache / "servers", 0)
        (stale / "templates" / "of_an_earlier_job").touch()

        assert _said() == f"{cache}: N MiB to move, 1 server sealed"

        assert list(running.iterdir()) == []
        assert sealing.is_sealed(stale)
        assert list((stale / "templates").iterdir()) == []
        assert kept.clear() == (f"{cache}: 0.0 MiB removed",)
        assert list((cache / "servers").iterdir()) == []
