"""Clusters that go to another machine: what another boot trusts, and what it makes anew."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import psycopg2
import pytest

from alembic_proof.databases.postgres import account, sealing, slot
from alembic_proof.databases.postgres.cluster import OwnCluster
from alembic_proof.databases.postgres.shrinking import shrink
from support import servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alembic_proof.databases.base import Database

_RECORD = b"what it holds"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has servers of another account")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache with a sealed cluster in which one database is kept."""
    with servers.open_folder() as cache:
        cluster = _cluster(cache)
        database = cluster.create()
        _execute(database, "CREATE TABLE kept (id int)")
        assert cluster.keep(database, _RECORD)
        cluster.close()
        sealing.strip(cluster._slot)
        sealing.seal(cluster._slot)
        yield cache


@pytest.fixture
def moved(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Its copy, on another boot."""
    boot = tmp_path / "boot_id"
    boot.write_text("another boot\n")
    monkeypatch.setattr(slot, "_BOOT_ID", boot)
    with servers.open_folder() as cache:
        shutil.copytree(sealed, cache, symlinks=True, dirs_exist_ok=True)
        yield cache


def _cluster(cache: Path) -> OwnCluster:
    return OwnCluster(servers.reachable_programs(cache), cache, 60.0)


def _execute(database: Database, statement: str) -> None:
    connection = psycopg2.connect(host=database.host, port=5432, user="postgres", dbname=database.name)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _kept(cache: Path) -> list[bytes]:
    """The records of the databases that the next owner of the cluster finds, each of which can be copied."""
    cluster = _cluster(cache)
    try:
        for name in cluster.templates():
            _execute(cluster.from_template(name, None), "INSERT INTO kept VALUES (1)")
        return list(cluster.templates().values())
    finally:
        cluster.close()


def _slot(cache: Path) -> Path:
    (lock,) = (cache / "servers").glob("*.lock")
    return lock.with_suffix("")


def test_a_sealed_cluster_is_one_of_the_boot_of_its_next_owner(moved: Path) -> None:
    assert _kept(moved) == [_RECORD]
    assert (_slot(moved) / "ready").read_text() == "another boot\n"
    slot._BOOT_ID.write_text("a third boot, and no seal\n")
    assert _kept(moved) == []


def _lost_file(folder: Path) -> None:
    (folder / "data" / "base" / "1").unlink()


def _lost_folder(folder: Path) -> None:
    (folder / "data" / "pg_notify").rmdir()


def _half_a_file(folder: Path) -> None:
    os.truncate(folder / "data" / "base" / "1", 4)


def _other_bytes(folder: Path) -> None:
    (folder / "data" / "base" / "1").write_text("contexts")


def _renamed(folder: Path) -> None:
    (folder / "data" / "base" / "1").rename(folder / "data" / "base" / "2")


def _led_elsewhere(folder: Path) -> None:
    (folder / "data" / "link").unlink()
    (folder / "data" / "link").symlink_to("pg_notify")


def _other_record(folder: Path) -> None:
    (folder / "templates" / "template_1").write_text("other")


def _another_file(folder: Path) -> None:
    (folder / "data" / "postgresql.auto.conf").write_text("")


def _touched(folder: Path) -> None:
    os.utime(folder / "templates" / "template_1")
    (folder / "log").write_text("")


@pytest.mark.parametrize(
    ("change", "trusted"),
    [
        (_touched, True),
        *(
            (damage, False)
            for damage in (_lost_file, _lost_folder, _half_a_file, _other_bytes, _renamed, _led_elsewhere)
        ),
        (_other_record, False),
        (_another_file, False),
    ],
)
def test_what_is_not_as_it_was_sealed_is_not_trusted(
    tmp_path: Path, change: Callable[[Path], None], trusted: bool
) -> None:
    for name in ("data/base", "data/pg_notify", "templates"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data" / "base" / "1").write_text("contents")
    (tmp_path / "data" / "link").symlink_to("base")
    (tmp_path / "templates" / "template_1").write_text("record")
    one = slot.Slot(tmp_path, lock=-1)
    one.mark_ready()
    sealing.seal(one)
    assert not one.ready

    change(tmp_path)
    sealing.unseal(one, None)

    assert (one.ready, one.marker.exists()) == (trusted, trusted)


def test_half_a_cluster_is_made_anew(moved: Path) -> None:
    largest = max((_slot(moved) / "data" / "base").rglob("*"), key=lambda one: one.stat().st_size)
    os.truncate(largest, largest.stat().st_size // 2)
    assert _kept(moved) == []


@as_root
def test_it_is_brought_to_where_servers_can_run_and_given_to_their_account(
    moved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _slot(moved)
    for one in (folder, *folder.rglob("*")):
        os.chown(one, 54321, 54321, follow_symlinks=False)
    folder.chmod(0o700)
    moved.chmod(0o700)
    with servers.open_folder() as elsewhere:
        monkeypatch.setattr(account, "_ROOTS", (elsewhere,))
        assert _kept(moved) == [_RECORD]
    assert not list((moved / "servers").iterdir())


def test_a_cluster_that_is_ready_there_is_not_replaced(tmp_path: Path) -> None:
    ready, sealed = (tmp_path / name / "postgresql-1-0" / "ready" for name in ("elsewhere", "cache/servers"))
    for file, content in ((ready, "this boot"), (sealed, "sealed 1")):
        file.parent.mkdir(parents=True)
        file.write_text(content)

    sealing.adopt(tmp_path / "cache", tmp_path / "elsewhere")

    assert (ready.read_text(), sealed.read_text()) == ("this boot", "sealed 1")


def test_the_least_used_databases_go_where_less_room_is_wanted(moved: Path) -> None:
    cluster = _cluster(moved)
    database = cluster.create()
    _execute(database, "CREATE TABLE kept (id int)")
    assert cluster.keep(database, b"the later one")
    cluster.close()

    shrink(_slot(moved), moved, by=1)

    assert _kept(moved) == [b"the later one"]
