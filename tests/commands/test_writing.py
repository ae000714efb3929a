"""Files are written all or not at all, keep what they are, and never what somebody wrote meanwhile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.writing import FileChange, write_files
from alembic_proof.errors import UsageError
from support.repositories import folder_state

if TYPE_CHECKING:
    from pathlib import Path

A = FileChange("a.py", b"one\r\n", b"two\r\n")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    top.mkdir()
    (top / "a.py").write_bytes(b"one\r\n")
    return top


def refused(top: Path, *changes: FileChange) -> tuple[str, str]:
    """What is said of changes that cannot be made; nothing is."""
    before = folder_state(top)
    with pytest.raises(UsageError) as caught:
        write_files(top, changes)
    assert folder_state(top) == before
    return caught.value.message, caught.value.hint


def test_a_file_is_changed_and_another_one_made_with_its_folder(top: Path) -> None:
    write_files(top, [A, FileChange("deep/new.py", None, b"new")])
    assert (top / "a.py").read_bytes() == b"two\r\n"
    assert (top / "deep/new.py").read_bytes() == b"new"
    assert sorted(path.name for path in top.rglob("*")) == ["a.py", "deep", "new.py"]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o660])
def test_a_file_keeps_its_mode(top: Path, mode: int) -> None:
    (top / "a.py").chmod(mode)
    write_files(top, [A])
    assert (top / "a.py").stat().st_mode & 0o7777 == mode


def test_a_new_file_has_the_mode_that_the_user_gives_new_files(top: Path) -> None:
    before = os.umask(0o027)
    try:
        write_files(top, [FileChange("new.py", None, b"new")])
    finally:
        os.umask(before)
    assert (top / "new.py").stat().st_mode & 0o7777 == 0o640


def test_a_link_stays_one_and_what_it_leads_to_is_written(top: Path) -> None:
    (top / "link.py").symlink_to("a.py")
    write_files(top, [FileChange("link.py", b"one\r\n", b"two")])
    assert (top / "link.py").is_symlink()
    assert (top / "a.py").read_bytes() == b"two"


def test_what_was_changed_meanwhile_is_left_and_so_are_all_others(top: Path) -> None:
    (top / "b.py").write_bytes(b"edited")
    said = ("b.py was changed meanwhile", "run the command again; nothing was written")
    assert refused(top, A, FileChange("b.py", b"one", b"two")) == said
    assert refused(top, A, FileChange("gone.py", b"one", b"two"))[0] == "gone.py was changed meanwhile"


def test_a_new_file_replaces_none(top: Path) -> None:
    said = ("a.py is there already", "run the command again; nothing was written")
    assert refused(top, FileChange("a.py", None, b"new")) == said


def test_nothing_is_written_outside_the_repository(top: Path) -> None:
    (top.parent / "outside.py").write_bytes(b"one")
    (top / "link.py").symlink_to("../outside.py")
    message, hint = refused(top, FileChange("link.py", b"one", b"two"))
    assert message == f"link.py leads out of the repository, to {top.parent / 'outside.py'}"
    assert hint == "make it a file of the repository; nothing was written"
    assert (top.parent / "outside.py").read_bytes() == b"one"


def test_what_cannot_be_written_is_said_in_two_lines(top: Path) -> None:
    (top / "folder.py").mkdir()
    message, hint = refused(top, A, FileChange("folder.py", None, b"new"))
    assert message == "folder.py cannot be written: Is a directory"
    assert hint == "see that the file and its folder may be written to; nothing was written"
    assert refused(top, A, FileChange("a.py/b.py", None, b"new"))[0].startswith(
        "a.py/b.py cannot be written: "
    )
