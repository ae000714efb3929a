from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository
from support.programs import path_with
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

ODD_NAMES = (
    "two words.py",
    'it\'s "quoted".py',
    "new\nline.py",
    os.fsdecode(b"not-utf-8-\xff.py"),
    "größe-表.py",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path.resolve() / "project", {"kept.py": "kept = 1\n", "deep/er/file.py": ""})


class TestFinding:
    def test_from_the_top(self, checkout: Checkout) -> None:
        repo = Repository.find(checkout.top)
        assert (repo.top, repo.git_dir, repo.index_file) == (checkout.top, checkout.top / ".git", None)

    def test_from_a_folder_below(self, checkout: Checkout) -> None:
        assert Repository.find(checkout.top / "deep" / "er").top == checkout.top

    def test_through_a_symbolic_link(self, checkout: Checkout, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(checkout.top / "deep")
        assert Repository.find(tmp_path / "link").top == checkout.top

    def test_in_a_folder_with_a_newline_in_its_name(self, tmp_path: Path) -> None:
        checkout = Checkout.create(tmp_path.resolve() / "two\nlines", {"a.py": ""})
        repo = Repository.find(checkout.top)
        assert (repo.top, repo.git_dir) == (checkout.top, checkout.top / ".git")

    def test_in_a_linked_worktree(self, checkout: Checkout) -> None:
        linked = checkout.top.parent / "linked"
        checkout.git("worktree", "add", "--quiet", str(linked))
        repo = Repository.find(linked / "deep")
        assert (repo.top, repo.git_dir) == (linked, checkout.top / ".git" / "worktrees" / "linked")

    def test_in_a_submodule(self, checkout: Checkout, tmp_path: Path) -> None:
        outer = Checkout.create(tmp_path.resolve() / "outer", {"outer.py": ""})
        outer.git("submodule", "--quiet", "add", str(checkout.top), "libs/inner")
        repo = Repository.find(outer.top / "libs" / "inner" / "deep")
        assert repo.top == outer.top / "libs" / "inner"
        assert repo.git_dir == outer.top / ".git" / "modules" / "libs" / "inner"

    def test_no_repository(self, tmp_path: Path) -> None:
        with pytest.raises(GitError) as caught:
            Repository.find(tmp_path)
        assert caught.value.message == f"{tmp_path} is not in a Git repository"
        assert caught.value.hint.startswith("run alembic-proof in the repository that holds the models")

    def test_a_bare_repository(self, tmp_path: Path) -> None:
        bare = Checkout.create(tmp_path / "bare.git", None, "--bare")
        with pytest.raises(GitError) as caught:
            Repository.find(bare.top)
        assert caught.value.message == f"the Git repository at {bare.top} is bare: it has no working tree"
        assert "git worktree add FOLDER" in caught.value.hint

    def test_a_worktree_of_a_bare_repository(self, checkout: Checkout, tmp_path: Path) -> None:
        bare = Checkout.clone(checkout.top, tmp_path.resolve() / "bare.git", "--bare")
        linked = tmp_path.resolve() / "linked"
        bare.git("worktree", "add", "--quiet", str(linked))
        assert Repository.find(linked).top == linked

    def test_git_s_own_folder(self, checkout: Checkout) -> None:
        with pytest.raises(GitError) as caught:
            Repository.find(checkout.top / ".git" / "objects")
        assert caught.value.message == (
            f"{checkout.top / '.git' / 'objects'} lies in Git's own folder, not in a working tree"
        )

    def test_a_repository_of_somebody_else(self, checkout: Checkout, tmp_path: Path) -> None:
        environ = path_with(tmp_path / "bin", "git", 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec $real "$@"')
        with pytest.raises(GitError) as caught:
            Repository.find(checkout.top, environ)
        assert caught.value.message == f"Git does not trust {checkout.top}: it belongs to another user"
        assert caught.value.hint == (
            f"if you do, run: git config --global --add safe.directory {checkout.top}"
        )

    def test_a_repository_of_somebody_else_is_not_trusted_because_of_git_dir(
        self, checkout: Checkout, tmp_path: Path
    ) -> None:
        environ = path_with(tmp_path / "bin", "git", 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec $real "$@"')
        with pytest.raises(GitError, match="Git does not trust"):
            Repository.find(checkout.top, {**environ, "GIT_DIR": str(checkout.top / ".git")})

    def test_a_repository_that_is_broken(self, checkout: Checkout) -> None:
        (checkout.top / ".git" / "config").write_text("[broken")
        with pytest.raises(GitError) as caught:
            Repository.find(checkout.top)
        assert caught.value.message == f"Git cannot read the repository at {checkout.top}"
        assert "bad config line" in caught.value.detail


class TestInheritedVariables:
    def test_of_another_repository_are_not_obeyed(self, checkout: Checkout, tmp_path: Path) -> None:
        other = Checkout.create(tmp_path / "other", {"other.py": ""})
        environ = {
            **os.environ,
            "GIT_DIR": str(other.top / ".git"),
            "GIT_WORK_TREE": str(other.top),
            "GIT_INDEX_FILE": str(other.top / ".git" / "index"),
            "GIT_OBJECT_DIRECTORY": str(other.top / ".git" / "objects"),
        }
        repo = Repository.find(checkout.top, environ)
        assert (repo.top, repo.git_dir, repo.index_file) == (checkout.top, checkout.top / ".git", None)
        assert repo.git("ls-files") == b"deep/er/file.py\nkept.py\n"

    def test_name_a_repository_that_lies_elsewhere_than_its_files(self, tmp_path: Path) -> None:
        files = tmp_path.resolve() / "home"
        dotfiles = Checkout.create(tmp_path.resolve() / "dotfiles.git", None, "--bare")
        (files / "deep").mkdir(parents=True)
        (files / "a.py").touch()
        named = {"GIT_DIR": str(dotfiles.top), "GIT_WORK_TREE": str(files)}
        dotfiles.git("add", str(files / "a.py"), env=named)
        repo = Repository.find(files / "deep", {**os.environ, **named})
        assert (repo.top, repo.git_dir) == (files, dotfiles.top)
        assert repo.staged_paths() == ("a.py",)

    def test_name_an_index_of_this_repository(self, checkout: Checkout) -> None:
        index = checkout.top / ".git" / "next-index-1.lock"
        checkout.write({"new.py": ""})
        checkout.git("add", "new.py", env={"GIT_INDEX_FILE": str(index)})
        for name in (str(index), ".git/next-index-1.lock"):
            repo = Repository.find(checkout.top / "deep", {**os.environ, "GIT_INDEX_FILE": name})
            assert repo.index_file == index
            assert "new.py" in repo.staged_paths()


class TestResolving:
    def test_what_names_a_commit(self, checkout: Checkout) -> None:
        checkout.git("tag", "--annotate", "v1", "--message", "one")
        repo = Repository.find(checkout.top)
        assert {repo.resolve(ref) for ref in ("HEAD", "main", "v1", checkout.head()[:8])} == {checkout.head()}

    @pytest.mark.parametrize("ref", ["origin/main", "", "-h", "--all", "a\0b", "HEAD:kept.py", "0" * 40])
    def test_what_does_not(self, checkout: Checkout, ref: str) -> None:
        with pytest.raises(GitError) as caught:
            Repository.find(checkout.top).resolve(ref)
        assert caught.value.message == f"Git knows no commit {ref!r} here"
        assert caught.value.hint == (
            "fetch it (git fetch --all), or name a branch, tag or commit that `git log --all` shows"
        )

    def test_in_a_shallow_clone_the_hint_is_to_deepen_it(self, checkout: Checkout) -> None:
        checkout.commit({"kept.py": "kept = 2\n"})
        clone = Checkout.clone(checkout.top, checkout.top.parent / "shallow", "--depth=1")
        with pytest.raises(GitError) as caught:
            Repository.find(clone.top).resolve("HEAD~1")
        assert caught.value.hint == (
            "the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow"
        )


class TestPaths:
    def test_nothing_has_changed(self, checkout: Checkout) -> None:
        repo = Repository.find(checkout.top)
        assert repo.has_head
        assert repo.staged_paths() == repo.unstaged_paths() == repo.untracked_paths() == ()
        assert repo.ignored_files() == ()

    def test_before_the_first_commit_all_that_is_staged(self, tmp_path: Path) -> None:
        checkout = Checkout.create(tmp_path / "new")
        checkout.add({"a.py": "a\n", "b.py": ""})
        repo = Repository.find(checkout.top)
        assert not repo.has_head
        assert repo.staged_paths() == ("a.py", "b.py")

    def test_in_a_repository_with_longer_ids(self, tmp_path: Path) -> None:
        checkout = Checkout.create(tmp_path / "new", None, "--object-format=sha256")
        checkout.add({"a.py": "a\n"})
        assert Repository.find(checkout.top).staged_paths() == ("a.py",)

    def test_staged_changes_and_both_names_of_a_rename(self, checkout: Checkout) -> None:
        checkout.add({"new.py": "new = 1\n"})
        checkout.git("mv", "kept.py", "renamed.py")
        checkout.write({"deep/er/file.py": "unstaged\n"})
        assert Repository.find(checkout.top).staged_paths() == ("kept.py", "new.py", "renamed.py")

    def test_what_is_only_intended_is_unstaged(self, checkout: Checkout) -> None:
        checkout.write({"intended.py": "", "full.py": "full = 1\n"})
        checkout.git("add", "--intent-to-add", "intended.py", "full.py")
        repo = Repository.find(checkout.top)
        assert repo.staged_paths() == ()
        assert repo.unstaged_paths() == ("full.py", "intended.py")
        assert repo.untracked_paths() == ()

    def test_unstaged_changes_and_deletions(self, checkout: Checkout) -> None:
        checkout.add({"staged.py": "staged = 1\n"})
        checkout.write({"kept.py": "kept = 2\n"})
        (checkout.top / "deep/er/file.py").unlink()
        assert Repository.find(checkout.top).unstaged_paths() == ("deep/er/file.py", "kept.py")

    def test_a_file_of_which_only_the_time_changed_is_not_unstaged(self, checkout: Checkout) -> None:
        os.utime(checkout.top / "kept.py", (1, 1))
        assert Repository.find(checkout.top).unstaged_paths() == ()

    def test_untracked_files_from_a_folder_below(self, checkout: Checkout) -> None:
        checkout.write({".gitignore": "*.pyc\n", "new.py": "", "deep/new.py": "", "deep/new.pyc": ""})
        Checkout.create(checkout.top / "nested", {"inner.py": ""})
        repo = Repository.find(checkout.top / "deep")
        assert repo.untracked_paths() == (".gitignore", "deep/new.py", "new.py")

    def test_ignored_files_and_whole_folders(self, checkout: Checkout) -> None:
        checkout.add({".gitignore": "*.pyc\n.env\nvenv/\n"})
        checkout.write(
            {
                "venv/lib/a.py": "",
                "deep/a.pyc": "",
                ".env": "",
                "only/a.pyc": "",
                "new/a.pyc": "",
                "new/b": "",
            }
        )
        assert Repository.find(checkout.top).ignored_files() == (
            ".env",
            "deep/a.pyc",
            "new/a.pyc",
            "only/",
            "venv/",
        )

    def test_changes_between_commits(self, checkout: Checkout) -> None:
        first = checkout.head()
        checkout.commit({"kept.py": "kept = 2\n"})
        checkout.git("mv", "deep/er/file.py", "moved.py")
        checkout.git("commit", "--quiet", "--message", "Move")
        repo = Repository.find(checkout.top)
        assert repo.changed_paths(first, "main") == ("deep/er/file.py", "kept.py", "moved.py")
        assert repo.changed_paths("HEAD", "HEAD") == ()

    def test_odd_names_everywhere(self, checkout: Checkout) -> None:
        repo = Repository.find(checkout.top)
        checkout.write(dict.fromkeys(ODD_NAMES, "odd\n"))
        assert repo.untracked_paths() == tuple(sorted(ODD_NAMES))
        first = checkout.head()
        checkout.add(dict.fromkeys(ODD_NAMES, "odd\n"))
        assert repo.staged_paths() == tuple(sorted(ODD_NAMES))
        checkout.commit({})
        assert repo.changed_paths(first, "HEAD") == tuple(sorted(ODD_NAMES))
        checkout.write(dict.fromkeys(ODD_NAMES, "odder\n"))
        assert repo.unstaged_paths() == tuple(sorted(ODD_NAMES))


def test_refs_by_pattern(checkout: Checkout) -> None:
    for ref in ("heads/team/one", "remotes/origin/one", "remotes/origin/two", "pull/10/head", "pull/9/head"):
        checkout.git("update-ref", f"refs/{ref}", "HEAD")
    checkout.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/one")
    repo = Repository.find(checkout.top)
    assert repo.refs("refs/pull/*/head") == ("refs/pull/9/head", "refs/pull/10/head")
    assert repo.refs("team/*") == ("refs/heads/team/one",)
    assert repo.refs("origin/*") == ("refs/remotes/origin/one", "refs/remotes/origin/two")
    assert repo.refs("origin/*", "--no-merged=HEAD") == ()
    assert repo.refs("-x*") == ()
