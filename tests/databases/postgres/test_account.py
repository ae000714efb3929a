from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from alembic_proof.databases.postgres import account
from alembic_proof.databases.postgres.cluster import OwnCluster
from alembic_proof.databases.postgres.programs import Programs, embedded
from alembic_proof.errors import DatabaseError
from alembic_proof.processes import Account
from support import servers

_STRANGER = Account("stranger", 54321, 54321)
_SECONDS = 60.0

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs as somebody else")


@pytest.mark.parametrize(("mode", "enters"), [(0o700, False), (0o710, False), (0o711, True), (0o755, True)])
def test_a_folder_can_be_entered_if_every_one_above_it_can(mode: int, enters: bool) -> None:
    with servers.open_folder() as folder:
        (folder / "outer" / "inner").mkdir(parents=True)
        (folder / "outer").chmod(mode)
        assert account.can_enter(_STRANGER, folder / "outer" / "inner") is enters


def test_group_and_owner_count_before_the_others() -> None:
    with servers.open_folder() as folder:
        folder.chmod(0o601)
        seen = folder.stat()
        assert not account.can_enter(Account("owner", seen.st_uid, 1), folder)
        assert not account.can_enter(Account("member", 54321, seen.st_gid), folder)
        assert account.can_enter(_STRANGER, folder)
        folder.chmod(0o711)


def test_programs_of_the_machine_that_cannot_be_entered_are_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(DatabaseError) as caught:
        account.within_reach(Programs(tmp_path, "15.1", "local"), _STRANGER, tmp_path)
    assert caught.value.message == (
        f"the account `stranger`, which PostgreSQL would run as, cannot enter {tmp_path}"
    )


@as_root
def test_root_runs_the_server_as_an_account_that_exists(cache: Path) -> None:
    cluster = OwnCluster(servers.reachable_programs(cache), cache, _SECONDS)
    try:
        database = cluster.create()
        owner = Path(f"/proc/{servers.postmaster(database.host)}").stat().st_uid
        assert owner == Path(database.host).stat().st_uid
    finally:
        cluster.close()
    chosen = account.server_account()
    assert chosen is not None
    assert owner == chosen.uid != 0


@as_root
def test_programs_below_a_closed_home_are_copied_and_no_permission_changes(
    cache: Path, tmp_path: Path
) -> None:
    wheel = embedded()
    assert wheel is not None
    package = wheel.folder.parents[1]
    closed = tmp_path / "closed"
    closed.mkdir(0o700)
    shutil.copytree(wheel.folder.parent, closed / package.name / wheel.folder.parent.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    programs = Programs(closed / package.name / wheel.folder.parent.name / "bin", wheel.version, "embedded")
    modes = {folder: folder.stat().st_mode for folder in (programs.folder, *programs.folder.parents)}

    with servers.open_folder() as fresh_cache:
        cluster = OwnCluster(programs, fresh_cache, _SECONDS)
        cluster.create()
        cluster.close()
        copies = list((fresh_cache / "programs").iterdir())

    assert [copy.name for copy in copies] == [programs.identity]
    assert modes == {folder: folder.stat().st_mode for folder in modes}


@as_root
def test_a_cache_that_the_account_cannot_enter_is_left_for_a_folder_that_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    with servers.open_folder() as folder:
        monkeypatch.setattr(account, "_ROOTS", (folder,))
        folder.chmod(0o1777)
        assert account.servers_folder(tmp_path, _STRANGER) == folder / "alembic-proof-0" / "servers"
        assert account.can_enter(_STRANGER, folder / "alembic-proof-0" / "servers")


@as_root
def test_a_user_who_is_not_root_runs_it_as_himself() -> None:
    with servers.open_folder() as folder:
        programs = servers.reachable_programs(folder)
        mine = folder / "mine"
        mine.mkdir()
        os.chown(mine, 65534, 65534)

        def work() -> str:
            cluster = OwnCluster(programs, mine, _SECONDS)
            try:
                return str(Path(cluster.create().host).stat().st_uid)
            finally:
                cluster.close()

        assert servers.become(65534, work) == "65534"


@as_root
def test_a_user_without_an_entry_in_etc_passwd_is_told_what_to_do() -> None:
    with servers.open_folder() as folder:
        programs = servers.reachable_programs(folder)
        mine = folder / "mine"
        mine.mkdir()
        os.chown(mine, 54321, 54321)

        def work() -> str:
            try:
                OwnCluster(programs, mine, _SECONDS)
            except DatabaseError as error:
                return f"{error.message}\n{error.hint}"
            return "no error"

        assert servers.become(54321, work) == (
            "PostgreSQL's initdb needs an entry in /etc/passwd for the user that we run as (54321:54321)\n"
            "add one (app:x:54321:54321::/tmp:/bin/sh), or name a server with --database URL"
        )
