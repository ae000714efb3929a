from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, merge_tree
from support.programs import path_with
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LINES = "".join(f"line {number}\n" for number in range(9))
OLD_GIT = 'case "$*" in *" version") echo git version 2.30.1;; *) exec $real "$@";; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Branches `main` and `other` change the two ends of one file, and each adds one of its own."""
    checkout = Checkout.create(
        tmp_path.resolve() / "project", {"shared.py": LINES, "removed.py": "", "kept.py": ""}
    )
    checkout.branch("other")
    checkout.git("rm", "--quiet", "removed.py")
    checkout.commit({"shared.py": LINES.replace("line 8", "theirs"), "theirs.py": "theirs\n"})
    checkout.switch("main")
    checkout.commit({"shared.py": LINES.replace("line 0", "ours"), "ours.py": "ours\n"})
    return checkout


@pytest.fixture
def repo(checkout: Checkout) -> Repository:
    return Repository.find(checkout.top)


MERGED = {
    "kept.py": b"",
    "ours.py": b"ours\n",
    "shared.py": LINES.replace("line 0", "ours").replace("line 8", "theirs").encode(),
    "theirs.py": b"theirs\n",
}


def files_in(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_merge_of_what_is_checked_out(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    checkout.write({"ours.py": "not staged\n"})
    tree = merge_tree(repo, "other")
    assert tree.description == f"the merge of {checkout.head()[:7]} and other"
    assert (tree.notes, tree.conflicts) == ((), ())
    assert tree.read(tree.paths()) == MERGED
    assert tree.write_to(tmp_path / "out") == ()
    assert files_in(tmp_path / "out") == MERGED


def test_it_is_what_git_merge_makes_of_it(checkout: Checkout, repo: Repository) -> None:
    tree = merge_tree(repo, "other")
    checkout.git("merge", "--quiet", "--no-edit", "other")
    assert {path: checkout.head(f"HEAD:{path}") for path in tree.paths()} == {
        path: oid for path, _, oid in tree.entries
    }


def test_both_sides_are_trees_of_their_own(checkout: Checkout, repo: Repository) -> None:
    tree = merge_tree(repo, "other")
    assert tree.sides
    ours, theirs = tree.sides
    assert ours.description == f"commit {checkout.head('main')[:7]}"
    assert theirs.description == f"commit {checkout.head('other')[:7]}"
    assert ours.paths() == ("kept.py", "ours.py", "removed.py", "shared.py")
    assert theirs.paths() == ("kept.py", "shared.py", "theirs.py")


def test_the_merge_of_another_branch(checkout: Checkout, repo: Repository) -> None:
    commit = checkout.head("other")
    tree = merge_tree(repo, "main", ours=commit)
    assert tree.description == f"the merge of {commit[:7]} and main"
    assert tree.read(tree.paths()) == MERGED


def test_the_merge_of_what_the_index_would_commit(checkout: Checkout, repo: Repository) -> None:
    checkout.add({"staged.py": "staged\n", "ours.py": "staged\n"})
    tree = merge_tree(repo, "other")
    assert tree.description == "the merge of the index and other"
    assert tree.read(tree.paths()) == {**MERGED, "staged.py": b"staged\n", "ours.py": b"staged\n"}
    assert tree.sides
    assert tree.sides[0].description == "the index"


def test_a_commit_that_is_a_merge_itself_has_both_its_parents(checkout: Checkout, repo: Repository) -> None:
    checkout.git("merge", "--quiet", "--no-commit", "other")
    assert merge_tree(repo, "other").read(["shared.py", "removed.py"]) == {"shared.py": MERGED["shared.py"]}
    checkout.add({"theirs.py": "resolved\n"})
    assert merge_tree(repo, "other").read(["theirs.py"]) == {"theirs.py": b"resolved\n"}


def test_what_is_merged_already(checkout: Checkout, repo: Repository) -> None:
    checkout.git("merge", "--quiet", "--no-edit", "other")
    assert merge_tree(repo, "other").identity() == merge_tree(repo, "HEAD").identity()


def test_a_history_with_several_merge_bases(checkout: Checkout, repo: Repository) -> None:
    main, other = checkout.head("main"), checkout.head("other")
    checkout.git("merge", "--quiet", "--no-edit", other)
    checkout.commit({"after.py": "main\n"})
    checkout.switch("other")
    checkout.git("merge", "--quiet", "--no-edit", main)
    checkout.commit({"later.py": "other\n"})
    assert len(checkout.git("merge-base", "--all", "main", "other").split()) == 2
    tree = merge_tree(repo, "main")
    assert tree.read(tree.paths()) == {**MERGED, "after.py": b"main\n", "later.py": b"other\n"}


def test_an_octopus_among_the_parents(checkout: Checkout, repo: Repository) -> None:
    checkout.branch("third", "main~1")
    checkout.commit({"third.py": ""})
    checkout.switch("main")
    checkout.git("merge", "--quiet", "--no-edit", "other", "third")
    checkout.branch("fourth", "main~1")
    checkout.commit({"fourth.py": ""})
    tree = merge_tree(repo, "main")
    assert tree.paths() == ("fourth.py", "kept.py", "ours.py", "shared.py", "theirs.py", "third.py")


class TestConflicts:
    @pytest.fixture
    def checkout(self, checkout: Checkout) -> Checkout:
        names = ("one.py", "two words.py", "größe.py")
        checkout.commit(dict.fromkeys(names, "ours\n"))
        checkout.switch("other")
        checkout.commit({**dict.fromkeys(names, "theirs\n"), "clean.py": "theirs\n"})
        checkout.switch("main")
        return checkout

    def test_are_listed(self, repo: Repository) -> None:
        tree = merge_tree(repo, "other")
        assert tree.conflicts == ("größe.py", "one.py", "two words.py")
        clean = {"clean.py": b"theirs\n", "shared.py": MERGED["shared.py"]}
        assert tree.read(clean) == clean

    def test_leave_both_versions_to_judge(self, repo: Repository) -> None:
        tree = merge_tree(repo, "other")
        assert tree.sides
        assert [side.read(["one.py"])["one.py"] for side in tree.sides] == [b"ours\n", b"theirs\n"]

    def test_are_marked_in_the_files(self, checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
        tree = merge_tree(repo, "other")
        tree.write_to(tmp_path / "out")
        ours, theirs = checkout.head("main"), checkout.head("other")
        expected = f"<<<<<<< {ours}\nours\n=======\ntheirs\n>>>>>>> {theirs}\n".encode()
        assert tree.read(["one.py"]) == {"one.py": expected}
        assert files_in(tmp_path / "out")["one.py"] == expected

    def test_are_marked_alike_each_time(self, checkout: Checkout, repo: Repository) -> None:
        checkout.add({"one.py": "staged\n"})
        before = merge_tree(repo, "other").identity()
        time.sleep(1.1)  # the time of a commit is part of its id, in seconds
        checkout.git("config", "user.name", "somebody else")
        assert merge_tree(repo, "other").identity() == before

    def test_of_a_file_that_one_side_deleted(self, checkout: Checkout, repo: Repository) -> None:
        checkout.commit({"removed.py": "changed\n"})
        assert "removed.py" in merge_tree(repo, "other").conflicts


class TestRefusals:
    def test_an_unknown_ref(self, repo: Repository) -> None:
        with pytest.raises(GitError, match=r"^Git knows no commit 'nothing' here$"):
            merge_tree(repo, "nothing")
        with pytest.raises(GitError, match=r"^Git knows no commit 'nothing' here$"):
            merge_tree(repo, "other", ours="nothing")

    def test_unmerged_files_in_the_index(self, checkout: Checkout, repo: Repository) -> None:
        checkout.branch("third", "main~1")
        checkout.commit({"ours.py": "third\n"})
        checkout.git("merge", "--quiet", "main", ok=(1,))
        with pytest.raises(GitError, match=r"^the index has unmerged files: ours\.py$"):
            merge_tree(repo, "other")

    def test_histories_without_a_common_ancestor(self, checkout: Checkout, repo: Repository) -> None:
        checkout.git("switch", "--quiet", "--orphan", "unrelated")
        checkout.commit({"unrelated.py": ""})
        with pytest.raises(GitError) as caught:
            merge_tree(repo, "main", ours="unrelated")
        assert caught.value.message == "unrelated and main have no common ancestor here"
        assert caught.value.hint == "judge each by itself with --rev"

    def test_a_first_commit(self, checkout: Checkout, repo: Repository) -> None:
        checkout.git("switch", "--quiet", "--orphan", "unrelated")
        checkout.add({"unrelated.py": ""})
        with pytest.raises(GitError, match=r"^the index and main have no common ancestor here$"):
            merge_tree(repo, "main")

    @pytest.mark.parametrize("staged", [False, True])
    def test_a_shallow_clone_that_lacks_the_common_ancestor(
        self, checkout: Checkout, tmp_path: Path, staged: bool
    ) -> None:
        clone = Checkout.clone(checkout.top, tmp_path / "shallow", "--depth=1", "--no-single-branch")
        if staged:
            clone.add({"staged.py": ""})
        with pytest.raises(GitError) as caught:
            merge_tree(Repository.find(clone.top), "origin/other")
        ours = "the index" if staged else checkout.head()[:7]
        assert caught.value.message == f"{ours} and origin/other have no common ancestor here"
        assert caught.value.hint == (
            "the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow"
        )

    def test_a_failure_of_git_s_own(self, checkout: Checkout, repo: Repository) -> None:
        oid = checkout.head("other:shared.py")
        (checkout.top / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
        with pytest.raises(GitError, match=r"^git merge-tree failed: "):
            merge_tree(repo, "other")


def test_a_shallow_clone_that_holds_the_common_ancestor(checkout: Checkout, tmp_path: Path) -> None:
    clone = Checkout.clone(checkout.top, tmp_path / "shallow", "--depth=2", "--no-single-branch")
    tree = merge_tree(Repository.find(clone.top), "origin/other")
    assert tree.read(tree.paths()) == MERGED


def test_an_older_git_judges_the_union_of_both_sides(checkout: Checkout, tmp_path: Path) -> None:
    repo = Repository.find(checkout.top, path_with(tmp_path / "bin", "git", OLD_GIT))
    tree = merge_tree(repo, "other", ours="main")
    assert tree.description == "the union of main and other"
    assert tree.notes == (
        (
            "Git 2.30 cannot compute a merge in memory (2.38 or later can): judged are the files "
            "of both sides, with those of main where they differ"
        ),
    )
    assert tree.conflicts == ()
    assert tree.sides
    assert tree.read(tree.paths()) == {
        **MERGED,
        "removed.py": b"",
        "shared.py": LINES.replace("line 0", "ours").encode(),
    }


def test_an_older_git_judges_the_union_with_the_index(checkout: Checkout, tmp_path: Path) -> None:
    repo = Repository.find(checkout.top, path_with(tmp_path / "bin", "git", OLD_GIT))
    checkout.add({"staged.py": "staged\n"})
    tree = merge_tree(repo, "other")
    assert tree.description == "the union of the index and other"
    assert tree.paths() == ("kept.py", "ours.py", "removed.py", "shared.py", "staged.py", "theirs.py")
