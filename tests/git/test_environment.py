from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.git.environment import index_to_obey, without_repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_CONFIG",
        "GIT_LITERAL_PATHSPECS",
        "GIT_EXTERNAL_DIFF",
        "GIT_A_VARIABLE_OF_TOMORROW",
    ],
)
def test_what_leads_git_elsewhere_is_dropped(name: str) -> None:
    assert without_repository({name: "value", "PATH": "/bin"}) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "name",
    [
        "GIT_SSH_COMMAND",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_PARAMETERS",
        "GIT_SSL_CAINFO",
        "GIT_EXEC_PATH",
        "HOME",
    ],
)
def test_what_the_user_configured_is_kept(name: str) -> None:
    assert without_repository({name: "value"}) == {name: "value"}


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    return make_git_dir(tmp_path.resolve() / "project" / ".git")


def make_git_dir(folder: Path) -> Path:
    (folder / "objects").mkdir(parents=True)
    for name in ("HEAD", "index"):
        (folder / name).touch()
    return folder


def test_no_index_is_named(git_dir: Path) -> None:
    assert index_to_obey(None, git_dir.parent, git_dir) is None
    assert index_to_obey("", git_dir.parent, git_dir) is None


def test_an_index_is_named_from_the_top(git_dir: Path) -> None:
    assert index_to_obey(".git/index", git_dir.parent, git_dir) == git_dir / "index"


def test_an_index_that_is_not_there_does_not_count(git_dir: Path) -> None:
    assert index_to_obey(".git/index.lock", git_dir.parent, git_dir) is None


def test_an_index_outside_any_repository_was_named_on_purpose(git_dir: Path) -> None:
    index = git_dir.parents[1] / "temporary-index"
    index.touch()
    assert index_to_obey(str(index), git_dir.parent, git_dir) == index


def test_the_index_of_a_superproject_is_another_repository_s(git_dir: Path) -> None:
    module = make_git_dir(git_dir / "modules" / "sub")
    top = git_dir.parent / "sub"
    assert index_to_obey(str(git_dir / "index"), top, module) is None
    assert index_to_obey(str(module / "index"), top, module) == module / "index"


def test_the_index_of_the_main_worktree_is_not_a_linked_worktree_s(git_dir: Path) -> None:
    linked = git_dir / "worktrees" / "linked"
    linked.mkdir(parents=True)
    for name in ("HEAD", "commondir", "index"):
        (linked / name).touch()
    assert index_to_obey(str(git_dir / "index"), git_dir.parent, linked) is None
    assert index_to_obey(str(linked / "index"), git_dir.parent, git_dir) is None
    assert index_to_obey(str(linked / "index"), git_dir.parent, linked) == linked / "index"
