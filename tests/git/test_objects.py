from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.errors import GitError
from alembic_proof.git import Repository, commit_tree
from alembic_proof.git.objects import Objects, parse_batch, read_blobs
from alembic_proof.git.scratch import new_objects
from support.repositories import Checkout

OIDS = st.text("0123456789abcdef", min_size=40, max_size=40)


@given(st.dictionaries(OIDS, st.binary()))
def test_a_batch_is_read_whatever_the_blobs_hold(blobs: dict[str, bytes]) -> None:
    output = b"".join(f"{oid} blob {len(blob)}\n".encode() + blob + b"\n" for oid, blob in blobs.items())
    assert dict(parse_batch(output)) == blobs


def test_a_blob_that_is_missing_is_named(tmp_path: Path) -> None:
    checkout = Checkout.create(tmp_path, {"a.py": "a\n"})
    tree = commit_tree(Repository.find(checkout.top), "HEAD")
    oid = checkout.head("HEAD:a.py")
    (checkout.top / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(GitError) as caught:
        tree.read(["a.py"])
    assert caught.value.message == f"the repository lacks object {oid}"
    assert caught.value.hint == "run `git fsck` to see what else it lacks"


@pytest.mark.parametrize(
    "name", ["plain", "with: colon", 'with "quotes"', "with \\ backslash", "with\nnewline"]
)
def test_new_objects_stand_beside_the_repository_s(tmp_path: Path, name: str) -> None:
    checkout = Checkout.create(tmp_path / name, {"old.py": "old\n"})
    repo = Repository.find(checkout.top)
    before = checkout.state()
    with new_objects(repo.git_dir) as env:
        oid = repo.git("hash-object", "-w", "--stdin", stdin=b"new\n", env=env).decode().strip()
        objects = Objects.made_in(Path(env["GIT_OBJECT_DIRECTORY"]))
    old = checkout.head("HEAD:old.py")
    assert read_blobs(repo, [oid, old], objects) == {oid: b"new\n", old: b"old\n"}
    assert checkout.state() == before


def test_new_objects_stand_beside_a_linked_worktree_s_and_those_it_borrows(tmp_path: Path) -> None:
    origin = Checkout.create(tmp_path / "origin", {"old.py": "old\n"})
    origin.git("clone", "--quiet", "--shared", str(origin.top), str(tmp_path / "clone"))
    Checkout(tmp_path / "clone").git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    repo = Repository.find(tmp_path / "linked")
    with new_objects(repo.git_dir) as env:
        assert repo.git("cat-file", "blob", "HEAD:old.py", env=env) == b"old\n"
