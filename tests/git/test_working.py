from __future__ import annotations

import os
from pathlib import Path

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, working_tree
from support.repositories import Checkout, folder_state


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path.resolve() / "project", {"a.py": "a1\n", "deep/b.py": "b1\n"})


@pytest.fixture
def repo(checkout: Checkout) -> Repository:
    return Repository.find(checkout.top)


def test_is_what_lies_on_disk(checkout: Checkout, repo: Repository) -> None:
    checkout.add({"staged.py": "staged 1\n"})
    checkout.write({"staged.py": "staged 2\n", "new.py": "new\n", ".gitignore": "*.pyc\n", "a.pyc": ""})
    (checkout.top / "a.py").unlink()
    tree = working_tree(repo)
    assert (tree.description, tree.notes, tree.conflicts, tree.sides) == ("the working tree", (), (), None)
    assert tree.paths() == (".gitignore", "deep/b.py", "new.py", "staged.py")
    assert tree.read(tree.paths()) == {
        ".gitignore": b"*.pyc\n",
        "deep/b.py": b"b1\n",
        "new.py": b"new\n",
        "staged.py": b"staged 2\n",
    }


def test_line_endings_are_those_on_disk(checkout: Checkout, repo: Repository) -> None:
    checkout.git("config", "core.autocrlf", "true")
    checkout.write({"a.py": "a\r\n"})
    assert working_tree(repo).read(["a.py"]) == {"a.py": b"a\r\n"}


def test_is_whole_while_files_are_unmerged(checkout: Checkout, repo: Repository) -> None:
    checkout.branch("other")
    checkout.commit({"a.py": "theirs\n"})
    checkout.switch("main")
    checkout.commit({"a.py": "ours\n"})
    checkout.git("merge", "--quiet", "other", ok=(1,))
    assert working_tree(repo).paths() == ("a.py", "deep/b.py")


def test_odd_names(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    names = ("two words.py", "new\nline.py", os.fsdecode(b"not-utf-8-\xff.py"), "größe-表.py")
    checkout.write(dict.fromkeys(names, "odd\n"))
    tree = working_tree(repo)
    assert tree.read(names) == dict.fromkeys(names, b"odd\n")
    tree.write_to(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.py", "deep", *names}


def test_links_are_followed_in_the_tree(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    checkout.write({".gitignore": "ignored\n", "ignored": "ignored\n"})
    targets = {"file": "a.py", "folder": "deep", "out": "../secret", "hidden": "ignored", "loop": "loop"}
    for name, target in targets.items():
        (checkout.top / name).symlink_to(target)
    tree = working_tree(repo)
    assert set(targets) <= set(tree.paths())
    assert tree.read([*targets, "folder/b.py"]) == {"file": b"a1\n", "folder/b.py": b"b1\n"}


def test_what_lies_behind_a_folder_that_became_a_link_is_gone(checkout: Checkout, repo: Repository) -> None:
    (checkout.top / "deep").rename(checkout.top / "moved")
    (checkout.top / "deep").symlink_to("moved")
    assert working_tree(repo).paths() == ("a.py", "deep", "moved/b.py")


def test_only_files_are_listed_and_written(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    (checkout.top / "deep" / "b.py").unlink()
    os.mkfifo(checkout.top / "deep" / "b.py")
    Checkout.create(checkout.top / "nested", {"inner.py": ""})
    tree = working_tree(repo)
    assert tree.paths() == ("a.py",)
    assert tree.write_to(tmp_path / "out") == ()
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "a.py"]


def test_identity_changes_with_content_name_and_mode(checkout: Checkout, repo: Repository) -> None:
    seen = [working_tree(repo).identity()]
    checkout.write({"a.py": "a2\n"})
    seen.append(working_tree(repo).identity())
    (checkout.top / "a.py").rename(checkout.top / "c.py")
    seen.append(working_tree(repo).identity())
    (checkout.top / "c.py").chmod(0o755)
    seen.append(working_tree(repo).identity())
    (checkout.top / "link").symlink_to("c.py")
    seen.append(working_tree(repo).identity())
    assert len(set(seen)) == 5


def test_writing_copies_files_modes_and_links(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    checkout.write({"new.py": "new\r\n", ".gitignore": "*.pyc\n", "a.pyc": ""})
    (checkout.top / "new.py").chmod(0o755)
    (checkout.top / "link").symlink_to("deep/../gone")
    assert working_tree(repo).write_to(tmp_path / "out") == ()
    expected = {name: what for name, what in checkout.state().items() if Path(name).parts[0] != ".git"}
    del expected["a.pyc"]
    assert folder_state(tmp_path / "out") == expected


def test_a_file_that_vanishes_is_an_error(checkout: Checkout, repo: Repository, tmp_path: Path) -> None:
    tree = working_tree(repo)
    (checkout.top / "a.py").unlink()
    for use in (lambda: tree.read(["a.py"]), tree.identity, lambda: tree.write_to(tmp_path / "out")):
        with pytest.raises(GitError) as caught:
            use()
        assert caught.value.message == "a.py cannot be read: No such file or directory"
        assert caught.value.hint == "mend it, or leave out --worktree to check the index"
