from __future__ import annotations

import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest
from sqlalchemy import create_engine, text

from alembic_proof.cache import cache_folder
from alembic_proof.databases import Databases
from alembic_proof.databases.postgres import launcher, programs, slot
from alembic_proof.databases.postgres.cluster import OwnCluster
from alembic_proof.errors import DatabaseError
from alembic_proof.processes import run
from support import servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic_proof.databases import Database

_SECONDS = 60.0


@pytest.fixture
def cluster(cache: Path) -> Iterator[OwnCluster]:
    cluster = _cluster(cache)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def fresh(cache: Path) -> Iterator[Path]:
    """A cache of the test's own, with a slot that is made already."""
    _cluster(cache).close()
    with servers.open_folder() as folder:
        assert run(["cp", "-a", f"{cache}/.", str(folder)], seconds=60).status == 0
        yield folder


def _cluster(cache: Path, seconds: float = _SECONDS) -> OwnCluster:
    return OwnCluster(servers.reachable_programs(cache), cache, seconds)


def _query(database: Database, *statements: str) -> list[tuple[object, ...]]:
    with closing(
        psycopg2.connect(host=database.host, port=database.port, user=database.user, dbname=database.name)
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _roles(database: Database) -> set[object]:
    return {row[0] for row in _query(database, "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'")}


def test_sqlalchemy_reaches_it_by_its_url(cluster: OwnCluster) -> None:
    database = cluster.create("app user")
    engine = create_engine(database.url("psycopg2"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database(), current_user")).one() == (
            database.name,
            "app user",
        )
    engine.dispose()


def test_it_speaks_utf8_and_utc_and_listens_on_its_socket_alone(cluster: OwnCluster) -> None:
    database = cluster.create()
    settings = ("server_encoding", "timezone", "listen_addresses", "fsync")
    assert [_query(database, f"SHOW {name}")[0][0] for name in settings] == ["UTF8", "UTC", "", "off"]
    assert Path(database.host).stat().st_mode & 0o777 == 0o700


def test_letters_beyond_ascii_are_letters(cluster: OwnCluster) -> None:
    assert _query(cluster.create(), "SELECT upper('é'), 'é' ~ '[[:alpha:]]'") == [("É", True)]


def test_the_projects_user_owns_it_and_may_be_granted_things(cluster: OwnCluster) -> None:
    database = cluster.create("app")
    _query(database, "CREATE TABLE t ()", "GRANT SELECT ON t TO app")
    assert _query(database, "SELECT tableowner FROM pg_tables WHERE tablename = 't'") == [("app",)]


def test_a_name_that_postgresql_keeps_for_itself_is_not_made_a_role(cluster: OwnCluster) -> None:
    assert cluster.create("pg_monitor_of_ours").user == "postgres"


def test_recreated_it_is_empty_though_somebody_is_connected(cluster: OwnCluster) -> None:
    database = cluster.create()
    _query(database, "CREATE TABLE t ()")
    with closing(psycopg2.connect(host=database.host, user=database.user, dbname=database.name)):
        cluster.recreate(database)
    assert _query(database, "SELECT count(*) FROM pg_tables WHERE tablename = 't'") == [(0,)]


def test_a_clone_has_the_rows(cluster: OwnCluster) -> None:
    database = cluster.create()
    _query(database, "CREATE TABLE t AS SELECT 1 AS i")
    assert _query(cluster.clone(database), "SELECT i FROM t") == [(1,)]


def test_a_dropped_one_is_gone(cluster: OwnCluster) -> None:
    database, other = cluster.create(), cluster.create()
    cluster.drop(database)
    names = {row[0] for row in _query(other, "SELECT datname FROM pg_database")}
    assert names == {"postgres", "template0", "template1", other.name}


def test_roles_of_the_revisions_go_with_the_last_database(cluster: OwnCluster) -> None:
    database = cluster.create("app")
    _query(database, "CREATE ROLE reporter", "CREATE ROLE boss", "GRANT boss TO reporter")
    _query(database, "CREATE TABLE t ()", "GRANT SELECT ON t TO reporter")
    cluster.recreate(database)
    assert _roles(database) == {"postgres", "app"}


def test_the_next_run_finds_nothing_of_this_one(cache: Path) -> None:
    first = _cluster(cache)
    database = first.create("app")
    _query(database, "CREATE ROLE reporter", "ALTER ROLE ALL SET work_mem = '1MB'", "CREATE DATABASE stray")
    _query(database, "ALTER SYSTEM SET work_mem = '2MB'")
    first.close()

    second = _cluster(cache)
    try:
        again = second.create()
        assert again.host == database.host
        assert _roles(again) == {"postgres"}
        assert _query(again, "SHOW work_mem") == [("4MB",)]
        assert _query(again, "SELECT count(*) FROM pg_database WHERE datname = 'stray'") == [(0,)]
    finally:
        second.close()


def test_runs_beside_each_other_have_servers_of_their_own(cache: Path) -> None:
    first, second = _cluster(cache), _cluster(cache)
    try:
        one, other = first.create(), second.create()
        assert one.host != other.host
        _query(one, "CREATE ROLE reporter")
        assert _roles(other) == {"postgres"}
    finally:
        first.close()
        second.close()


def test_the_server_is_gone_with_its_run(cache: Path) -> None:
    cluster = _cluster(cache)
    pid = servers.postmaster(cluster.create().host)
    cluster.close()
    assert not servers.alive(pid)


def test_a_slot_is_made_once_and_used_again(cache: Path) -> None:
    first = _cluster(cache)
    first.close()
    (first._slot.data / "kept").touch()
    second = _cluster(cache)
    second.close()
    assert second._slot.folder == first._slot.folder
    assert (second._slot.data / "kept").exists()


def test_a_killed_run_takes_its_server_along_and_the_next_one_cleans_up(fresh: Path) -> None:
    with servers.owner("embedded", fresh, "postgresql") as owner:
        pid = servers.postmaster(owner.host)
        owner.kill()
        servers.until_gone(pid)
    cluster = _cluster(fresh)
    try:
        database = cluster.create()
        assert database.host == owner.host
        names = {row[0] for row in _query(database, "SELECT datname FROM pg_database")}
        assert owner.name not in names
    finally:
        cluster.close()


def test_a_killed_runs_sqlite_files_are_swept(tmp_path: Path) -> None:
    with servers.owner(None, tmp_path, "sqlite") as owner:
        owner.kill()
    assert Path(owner.path).exists()
    with cache_folder({"ALEMBIC_PROOF_CACHE": str(tmp_path)}):
        assert not Path(owner.path).exists()


def test_a_server_left_in_a_slot_is_stopped_by_its_next_owner(fresh: Path) -> None:
    first = _cluster(fresh)
    pid = servers.postmaster(first.create().host)
    os.close(first._slot.lock)  # the slot is free, and its server runs on
    second = _cluster(fresh)
    try:
        servers.until_gone(pid)
        second.create()
    finally:
        second.close()
        first._connection.close()
        first._process.stop()


def _no_control_file(folder: slot.Slot) -> None:
    (folder.data / "global" / "pg_control").write_bytes(b"")


def _no_catalog(folder: slot.Slot) -> None:
    shutil.rmtree(folder.data / "base")


def _half_made(folder: slot.Slot) -> None:
    folder.condemn()
    shutil.rmtree(folder.data / "pg_wal")


def _of_another_boot(folder: slot.Slot) -> None:
    folder.marker.write_text("another boot")


@pytest.mark.parametrize("damage", [_no_control_file, _no_catalog, _half_made, _of_another_boot])
def test_a_damaged_slot_is_made_anew(fresh: Path, damage: Callable[[slot.Slot], None]) -> None:
    first = _cluster(fresh)
    folder = first._slot
    first.close()
    (folder.data / "of the old cluster").touch()
    damage(folder)
    second = _cluster(fresh)
    try:
        assert _query(second.create(), "SELECT 1") == [(1,)]
        assert second._slot.folder == folder.folder
        assert not (folder.data / "of the old cluster").exists()
    finally:
        second.close()


def test_slots_that_nobody_used_for_a_month_are_removed_when_a_new_one_is_made() -> None:
    with servers.open_folder() as cache:
        for name, days in (("old-0", 40), ("new-0", 3)):
            folder = cache / "servers" / name
            folder.mkdir(parents=True)
            (folder / "ready").touch()
            folder.with_name(f"{name}.lock").touch()
            long_ago = time.time() - days * 24 * 3600
            os.utime(folder / "ready", (long_ago, long_ago))
        _cluster(cache).close()
        assert not (cache / "servers" / "old-0").exists()
        assert not (cache / "servers" / "old-0.lock").exists()
        assert (cache / "servers" / "new-0").exists()


@pytest.mark.parametrize("name", ["x" * 100, "with,comma"])
def test_a_path_that_no_socket_can_have_gets_a_socket_elsewhere_that_goes_too(fresh: Path, name: str) -> None:
    cluster = _cluster(_moved(fresh, name))
    try:
        database = cluster.create()
        assert not database.host.startswith(str(fresh))
        assert _query(database, "SELECT 1") == [(1,)]
    finally:
        cluster.close()
    assert not Path(database.host).exists()


def test_a_folder_with_spaces_and_quotes_serves(fresh: Path) -> None:
    cache = _moved(fresh, "a \"b' c")
    cluster = _cluster(cache)
    try:
        database = cluster.create()
        assert database.host.startswith(str(cache))
        assert _query(database, "SELECT 1") == [(1,)]
    finally:
        cluster.close()


def _moved(cache: Path, name: str) -> Path:
    (cache / name).mkdir(0o711)
    (cache / "servers").rename(cache / name / "servers")
    return cache / name


def test_a_server_that_does_not_start_shows_the_end_of_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(launcher._SETTINGS, "shared_buffers", "nonsense")
    with servers.open_folder() as cache, pytest.raises(DatabaseError) as caught:
        _cluster(cache)
    error = caught.value
    assert error.message.endswith("(embedded) did not start")
    assert error.hint == "read the lines below, or name a server with --database URL"
    assert 'invalid value for parameter "shared_buffers": "nonsense"' in error.detail


def test_a_server_that_takes_too_long_is_told_after_its_time(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise psycopg2.OperationalError("the database system is starting up")

    monkeypatch.setattr(psycopg2, "connect", refuse)
    with pytest.raises(DatabaseError) as caught:
        _cluster(fresh, seconds=0.2)
    assert caught.value.message.endswith("(embedded) did not accept connections within 0.2 s")


def test_a_failing_initdb_is_told_and_leaves_no_slot_that_seems_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launcher, "_locales", lambda major: [["--locale=no_SUCH"]])
    with servers.open_folder() as cache:
        with pytest.raises(DatabaseError) as caught:
            _cluster(cache)
        monkeypatch.undo()
        _cluster(cache).close()
    assert caught.value.message == "PostgreSQL's initdb could not make a cluster"
    assert "no_SUCH" in caught.value.detail


def test_an_initdb_that_a_signal_ends_without_a_word_shows_how_far_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    argv = programs.Programs.argv

    def limited(self: programs.Programs, name: str, *arguments: str) -> list[str]:
        return ["/bin/sh", "-c", 'ulimit -f 2; exec "$@"', "limited", *argv(self, name, *arguments)]

    monkeypatch.setattr(programs.Programs, "argv", limited)
    with servers.open_folder() as cache, pytest.raises(DatabaseError) as caught:
        _cluster(cache)
    assert caught.value.message == "PostgreSQL's initdb could not make a cluster"
    *_, step, end = caught.value.detail.splitlines()
    assert step == "creating configuration files ..."
    assert end.startswith("ended by a signal: File")


def test_the_machines_own_postgresql_serves(cache: Path) -> None:
    folder = servers.reachable_programs(cache).folder
    environ = {"ALEMBIC_PROOF_PG_BIN": str(folder)}
    with Databases("local", cache, environ=environ) as databases:
        assert _query(databases.create("postgresql"), "SELECT 1") == [(1,)]
        (line,) = databases.describe()
    assert line.endswith(f"(local, {folder})")
