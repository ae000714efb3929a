from __future__ import annotations

import os
from pathlib import Path

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, commit_tree, index_tree, working_tree
from support.repositories import Checkout, folder_state

ODD_NAMES = (
    "two words.py",
    'it\'s "quoted".py',
    "new\nline.py",
    "tab\there.py",
    os.fsdecode(b"not-utf-8-\xff.py"),
    "größe-表.py",
    "-option",
    ":(magic)",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path.resolve() / "project", {"a.py": "a1\n", "deep/b.py": "b1\n"})


@pytest.fixture
def repo(checkout: Checkout) -> Repository:
    return Repository.find(checkout.top)


def written(folder: Path) -> dict[str, bytes]:
    """The contents of the files in a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class TestIndex:
    def test_is_what_was_added(self, checkout: Checkout, repo: Repository) -> None:
        checkout.add({"a.py": "a2\n", "new.py": "new\n"})
        checkout.write({"a.py": "a3\n", "untracked.py": ""})
        tree = index_tree(repo)
        assert tree.description == "the index"
        assert (tree.notes, tree.conflicts, tree.sides, tree.commit) == ((), (), None, None)
        assert tree.paths() == ("a.py", "deep/b.py", "new.py")
        assert tree.read(tree.paths()) == {"a.py": b"a2\n", "deep/b.py": b"b1\n", "new.py": b"new\n"}

    def test_before_the_first_commit(self, tmp_path: Path) -> None:
        checkout = Checkout.create(tmp_path / "new")
        repo = Repository.find(checkout.top)
        assert index_tree(repo).paths() == ()
        checkout.add({"a.py": "a\n"})
        assert index_tree(repo).read(["a.py"]) == {"a.py": b"a\n"}

    def test_lacks_what_is_only_intended(self, checkout: Checkout, repo: Repository) -> None:
        checkout.write({"intended.py": "", "full.py": "full\n"})
        checkout.git("add", "--intent-to-add", "intended.py", "full.py")
        assert index_tree(repo).paths() == ("a.py", "deep/b.py")

    def test_cannot_be_judged_while_files_are_unmerged(self, checkout: Checkout, repo: Repository) -> None:
        names = [f"{letter}.py" for letter in "abcd"]
        checkout.branch("other")
        checkout.commit(dict.fromkeys(names, "theirs\n"))
        checkout.switch("main")
        checkout.commit(dict.fromkeys(names, "ours\n"))
        checkout.git("merge", "--quiet", "other", ok=(1,))
        with pytest.raises(GitError) as caught:
            index_tree(repo)
        assert caught.value.message == "the index has unmerged files: a.py, b.py, c.py and 1 more"
        assert caught.value.hint == "resolve them, then mark them as resolved: git add FILE"

    @pytest.mark.parametrize("setting", ["core.splitIndex", "feature.manyFiles", "core.fsmonitor"])
    def test_in_the_formats_that_git_keeps_it_in(
        self, checkout: Checkout, repo: Repository, setting: str
    ) -> None:
        checkout.git("config", setting, "true")
        checkout.add({"new.py": "new\n"})
        assert index_tree(repo).read(["new.py", "a.py"]) == {"new.py": b"new\n", "a.py": b"a1\n"}

    def test_of_a_sparse_checkout_is_whole(
        self, checkout: Checkout, repo: Repository, tmp_path: Path
    ) -> None:
        checkout.commit({"other/c.py": "c\n"})
        checkout.git("sparse-checkout", "set", "--cone", "--sparse-index", "deep")
        assert not (checkout.top / "other").exists()
        tree = index_tree(repo)
        assert tree.paths() == ("a.py", "deep/b.py", "other/c.py")
        tree.write_to(tmp_path / "out")
        assert written(tmp_path / "out") == {"a.py": b"a1\n", "deep/b.py": b"b1\n", "other/c.py": b"c\n"}


class TestCommit:
    def test_is_what_it_holds(self, checkout: Checkout, repo: Repository) -> None:
        first = checkout.head()
        checkout.commit({"a.py": "a2\n"})
        tree = commit_tree(repo, "HEAD~1")
        assert tree.description == f"commit {first[:7]}"
        assert tree.commit == first
        assert tree.read(["a.py"]) == {"a.py": b"a1\n"}

    def test_is_whole_from_a_folder_below(self, checkout: Checkout) -> None:
        assert commit_tree(Repository.find(checkout.top / "deep"), "HEAD").paths() == ("a.py", "deep/b.py")

    def test_that_git_does_not_know(self, repo: Repository) -> None:
        with pytest.raises(GitError, match=r"^Git knows no commit 'nothing' here$"):
            commit_tree(repo, "nothing")


class TestReading:
    def test_what_is_no_file_is_left_out(self, checkout: Checkout, repo: Repository) -> None:
        checkout.add({"empty.py": ""})
        tree = index_tree(repo)
        assert tree.read(["gone.py", "deep", "", "empty.py"]) == {"empty.py": b""}
        assert tree.read([]) == {}

    def test_odd_names(self, checkout: Checkout, repo: Repository) -> None:
        contents = {name: f"{number}\n".encode() for number, name in enumerate(ODD_NAMES)}
        checkout.write(contents)
        checkout.git("add", "--all")
        tree = index_tree(repo)
        assert set(ODD_NAMES) <= set(tree.paths())
        assert tree.read(ODD_NAMES) == contents

    def test_links_are_followed_in_the_tree(self, checkout: Checkout, repo: Repository) -> None:
        for name, target in {
            "file": "a.py",
            "deep/up": "../a.py",
            "folder": "deep",
            "out": "../elsewhere",
            "absolute": "/etc/passwd",
            "dangling": "gone.py",
        }.items():
            (checkout.top / name).symlink_to(target)
        checkout.git("add", "--all")
        tree = index_tree(repo)
        assert {"file", "folder", "out", "dangling"} <= set(tree.paths())
        assert tree.read(["file", "deep/up", "folder/b.py", "folder/up", "out", "absolute", "dangling"]) == {
            "file": b"a1\n",
            "deep/up": b"a1\n",
            "folder/b.py": b"b1\n",
            "folder/up": b"a1\n",
        }
        assert tree.real_path("folder/up") == "a.py"
        assert tree.real_path("out") is None


class TestIdentity:
    def test_is_the_same_for_the_same_files(self, checkout: Checkout, repo: Repository) -> None:
        before = commit_tree(repo, "HEAD").identity()
        assert index_tree(repo).identity() == working_tree(repo).identity() == before
        checkout.commit({"a.py": "a2\n"})
        checkout.commit({"a.py": "a1\n"})
        assert commit_tree(repo, "HEAD").identity() == before

    def test_changes_with_content_name_and_mode(self, checkout: Checkout, repo: Repository) -> None:
        seen = [index_tree(repo).identity()]
        checkout.add({"a.py": "a2\n"})
        seen.append(index_tree(repo).identity())
        checkout.git("mv", "a.py", "c.py")
        seen.append(index_tree(repo).identity())
        checkout.git("update-index", "--chmod=+x", "c.py")
        seen.append(index_tree(repo).identity())
        assert len(set(seen)) == 4


class TestWriting:
    def test_odd_names(self, checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
        checkout.write(dict.fromkeys(ODD_NAMES, "odd\n"))
        checkout.git("add", "--all")
        assert index_tree(repo).write_to(tmp_path / "out") == ()
        assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.py", "deep", *ODD_NAMES}

    def test_nothing_at_all(self, tmp_path: Path) -> None:
        repo = Repository.find(Checkout.create(tmp_path / "new").top)
        assert index_tree(repo).write_to(tmp_path / "out") == ()
        assert folder_state(tmp_path / "out") == {}

    def test_modes_and_links(self, checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
        (checkout.top / "deep" / "b.py").chmod(0o755)
        (checkout.top / "link").symlink_to("deep/../gone")
        checkout.git("add", "--all")
        index_tree(repo).write_to(tmp_path / "out")
        state = folder_state(tmp_path / "out")
        assert state == {name: what for name, what in checkout.state().items() if not name.startswith(".git")}
        assert os.access(tmp_path / "out" / "deep" / "b.py", os.X_OK)
        assert (tmp_path / "out" / "link").readlink() == Path("deep/../gone")

    @pytest.mark.parametrize(("setting", "on_disk"), [("true", b"one\r\ntwo\r\n"), ("input", b"one\ntwo\n")])
    def test_line_endings_as_configured(
        self, checkout: Checkout, repo: Repository, tmp_path: Path, setting: str, on_disk: bytes
    ) -> None:
        checkout.git("config", "core.safecrlf", "false")
        checkout.git("config", "core.autocrlf", setting)
        checkout.add({"lines.py": "one\r\ntwo\r\n"})
        tree = index_tree(repo)
        tree.write_to(tmp_path / "out")
        assert tree.read(["lines.py"]) == {"lines.py": b"one\ntwo\n"}
        assert (tmp_path / "out" / "lines.py").read_bytes() == on_disk

    def test_attributes_are_those_of_the_tree(
        self, checkout: Checkout, repo: Repository, tmp_path: Path
    ) -> None:
        lines = {"lines.py": "one\n", "deep/lines.py": "two\n"}
        checkout.commit(
            {".gitattributes": "*.py text eol=crlf\n", "deep/.gitattributes": "*.py eol=lf\n", **lines}
        )
        checkout.write({".gitattributes": "*.py eol=lf\n", "deep/.gitattributes": "*.py eol=crlf\n"})
        commit_tree(repo, "HEAD").write_to(tmp_path / "out")
        assert written(tmp_path / "out")["lines.py"] == b"one\r\n"
        assert written(tmp_path / "out")["deep/lines.py"] == b"two\n"

    def test_filters_run(self, checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
        checkout.git("config", "filter.upper.clean", "tr A-Z a-z")
        checkout.git("config", "filter.upper.smudge", "tr a-z A-Z")
        checkout.commit({".gitattributes": "loud.txt filter=upper\n", "loud.txt": "HELLO\n"})
        tree = commit_tree(repo, "HEAD")
        tree.write_to(tmp_path / "out")
        assert tree.read(["loud.txt"]) == {"loud.txt": b"hello\n"}
        assert (tmp_path / "out" / "loud.txt").read_bytes() == b"HELLO\n"

    def test_a_filter_that_fails(self, checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
        checkout.commit({".gitattributes": "loud.txt filter=upper\n", "loud.txt": "hello\n"})
        checkout.git("config", "filter.upper.smudge", "false")
        checkout.git("config", "filter.upper.required", "true")
        with pytest.raises(
            GitError, match="git checkout-index failed: error: external filter 'false' failed"
        ):
            commit_tree(repo, "HEAD").write_to(tmp_path / "out")
