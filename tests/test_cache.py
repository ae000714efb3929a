from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alembic_proof.cache import OwnedFolder, cache_folder, private_folder, sweep, try_lock, unwritable
from alembic_proof.errors import DatabaseError

_OWNER = """
import sys, time
from pathlib import Path
from alembic_proof.cache import OwnedFolder
with OwnedFolder(Path(sys.argv[1])) as folder:
    (folder / "left").write_text("behind")
    print(folder, flush=True)
    time.sleep(600)
"""


def test_the_variable_names_the_cache(tmp_path: Path) -> None:
    with cache_folder({"ALEMBIC_PROOF_CACHE": str(tmp_path / "deep" / "cache")}) as folder:
        assert folder == tmp_path / "deep" / "cache"
    assert folder.is_dir()


def test_without_the_variable_it_is_the_users_cache_folder(home: Path) -> None:
    with cache_folder({}) as folder:
        assert folder == home / ".cache" / "alembic-proof"


def test_it_is_closed_to_others(tmp_path: Path) -> None:
    with cache_folder({"ALEMBIC_PROOF_CACHE": str(tmp_path / "cache")}) as folder:
        assert folder.stat().st_mode & 0o066 == 0


def test_one_that_cannot_be_written_gives_way_to_a_private_folder_that_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    with cache_folder({"ALEMBIC_PROOF_CACHE": str(tmp_path / "file" / "cache")}) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.is_relative_to(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_folder_at_all_is_an_error_in_two_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr("tempfile.tempdir", str(blocked / "tmp"))
    with (
        pytest.raises(DatabaseError) as caught,
        cache_folder({"ALEMBIC_PROOF_CACHE": str(blocked / "cache")}),
    ):
        pass
    home = blocked / "tmp" / f"alembic-proof-{os.geteuid()}"
    assert caught.value.message == f"cannot write in {home}: Not a directory"
    assert caught.value.hint == "free some space, or set ALEMBIC_PROOF_CACHE to a folder that can be written"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    error = unwritable(tmp_path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert error.message == f"cannot write in {tmp_path}: No space left on device"


def test_an_owned_folder_is_private_and_goes_with_its_block(tmp_path: Path) -> None:
    with OwnedFolder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").touch()
    assert list((tmp_path / "runs").iterdir()) == []


def test_an_owned_folder_goes_when_the_block_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), OwnedFolder(tmp_path):
        raise KeyboardInterrupt
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_living_owners_folder_is_not_swept_and_a_killed_ones_is(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        folder = Path(owner.stdout.readline().strip())
        sweep(tmp_path)
        alive = (folder / "left").read_text()
        owner.kill()
    assert alive == "behind"
    assert folder.is_dir()
    with cache_folder({"ALEMBIC_PROOF_CACHE": str(tmp_path)}):
        assert list((tmp_path / "runs").iterdir()) == []


def test_a_lock_is_held_by_one_and_free_again_after(tmp_path: Path) -> None:
    first = try_lock(tmp_path / "lock")
    assert first is not None
    assert try_lock(tmp_path / "lock") is None
    os.close(first)
    again = try_lock(tmp_path / "lock")
    assert again is not None
    os.close(again)


def test_a_private_folder_that_others_may_write_in_is_refused(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(0o777)
    with pytest.raises(DatabaseError) as caught:
        private_folder(planted)
    assert caught.value.message == f"{planted} belongs to another user, or others may write in it"
    assert caught.value.hint == "remove it, or set ALEMBIC_PROOF_CACHE and TMPDIR to folders of your own"


def test_a_link_in_the_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    with pytest.raises(DatabaseError):
        private_folder(tmp_path / "link")
