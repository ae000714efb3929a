from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository
from alembic_proof.git.program import parse_version
from support.programs import path_with
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

REAL_REV_PARSE = 'case "$*" in *rev-parse*) exec $real "$@";; esac'


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("git version 2.39.5\n", (2, 39)),
        ("git version 2.39.5 (Apple Git-154)\n", (2, 39)),
        ("git version 3.0.0.rc1\n", (3, 0)),
        ("git version 2.45.GIT\n", (2, 45)),
        ("something else", (0, 0)),
    ],
)
def test_a_version_is_read_as_git_builds_print_it(text: str, version: tuple[int, int]) -> None:
    assert parse_version(text) == version


def test_the_version_is_that_of_the_git_on_the_path(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path / "project")
    environ = path_with(tmp_path / "bin", "git", f"{REAL_REV_PARSE}; echo git version 2.3.4")
    assert Repository.find(checkout.top, environ).version() == (2, 3)


def test_no_git_on_the_path(tmp_path: Path) -> None:
    with pytest.raises(GitError) as caught:
        Repository.find(tmp_path, {"PATH": str(tmp_path)})
    assert caught.value.message == "there is no git on the PATH"
    assert caught.value.hint == "install Git: https://git-scm.com/downloads"


def test_a_git_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("not a program")
    (tmp_path / "git").chmod(0o755)
    with pytest.raises(GitError) as caught:
        Repository.find(tmp_path, {"PATH": str(tmp_path)})
    assert caught.value.message == "git cannot be started: Exec format error"
    assert caught.value.hint == "run `git version` to see why"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GitError) as caught:
        Repository.find(tmp_path / "gone")
    assert caught.value.message == f"{tmp_path / 'gone'} is not a folder"
    assert caught.value.hint == "name one that lies in the repository to check"


def test_a_git_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path / "project")
    environ = path_with(tmp_path / "bin", "git", f"{REAL_REV_PARSE}; sleep 60")
    repo = Repository.find(checkout.top, environ)
    with pytest.raises(GitError) as caught:
        repo.git("ls-files", "-z", seconds=0.2)
    assert caught.value.message == f"git ls-files took longer than 0.2 s in {checkout.top}"
    assert caught.value.hint == f"see what holds it up: git -C {checkout.top} ls-files -z"


def test_a_git_that_fails_says_why(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path / "a project")
    with pytest.raises(GitError) as caught:
        Repository.find(checkout.top).git("cat-file", "blob", "nothing")
    assert caught.value.message == "git cat-file failed: fatal: Not a valid object name nothing"
    assert caught.value.hint == f"see it again with: git -C '{checkout.top}' cat-file blob nothing"


def test_a_status_that_is_expected_is_no_failure(tmp_path: Path) -> None:
    repo = Repository.find(Checkout.create(tmp_path).top)
    assert repo.git("rev-parse", "--verify", "--quiet", "HEAD", ok=(1,)) == b""


def test_git_speaks_english_where_its_words_are_read(tmp_path: Path) -> None:
    german = '[ "$LC_ALL" = C ] && exec $real "$@"; echo "Schwerwiegend: Kein Git-Repository" >&2; exit 128'
    environ = {**path_with(tmp_path / "bin", "git", german), "LC_ALL": "de_DE.UTF-8"}
    with pytest.raises(GitError) as caught:
        Repository.find(tmp_path, environ)
    assert caught.value.message == f"{tmp_path} is not in a Git repository"
