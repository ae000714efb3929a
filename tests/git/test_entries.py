from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.git.entries import Entry, blob_id, identity, index_info, parse_ls_tree, parse_raw_diff
from alembic_proof.git.merging import union
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

PATHS = st.binary(min_size=1, max_size=12).filter(lambda path: b"\0" not in path).map(os.fsdecode)
OIDS = st.text("0123456789abcdef", min_size=40, max_size=40)
ENTRIES = st.builds(Entry, PATHS, st.sampled_from(["100644", "100755", "120000", "160000"]), OIDS)
TREES = st.lists(ENTRIES, unique_by=lambda entry: entry.path).map(lambda entries: tuple(sorted(entries)))


def ls_tree(entries: tuple[Entry, ...]) -> bytes:
    kinds = {"160000": "commit"}
    return b"".join(
        f"{mode} {kinds.get(mode, 'blob')} {oid}\t".encode() + os.fsencode(path) + b"\0"
        for path, mode, oid in entries
    )


def raw_diff(entries: tuple[Entry, ...], unmerged: tuple[str, ...]) -> bytes:
    none = "0" * 40
    added = [(f":000000 {mode} {none} {oid} A", path) for path, mode, oid in entries]
    conflicts = [(f":000000 000000 {none} {none} U", path) for path in unmerged]
    return b"".join(head.encode() + b"\0" + os.fsencode(path) + b"\0" for head, path in added + conflicts)


@given(TREES)
def test_ls_tree_is_read_with_any_name_a_file_can_have(entries: tuple[Entry, ...]) -> None:
    assert parse_ls_tree(ls_tree(entries[::-1])) == entries


@given(TREES, st.sets(PATHS).map(lambda paths: tuple(sorted(paths))))
def test_a_raw_diff_is_read_with_any_name_a_file_can_have(
    entries: tuple[Entry, ...], unmerged: tuple[str, ...]
) -> None:
    assert parse_raw_diff(raw_diff(entries[::-1], unmerged[::-1])) == (entries, unmerged)


@given(TREES, TREES)
def test_trees_have_one_identity_if_they_are_equal(one: tuple[Entry, ...], other: tuple[Entry, ...]) -> None:
    assert (identity(one) == identity(other)) == (one == other)


def test_index_info_is_what_git_reads() -> None:
    oid = "0" * 40
    assert index_info([Entry("a b", "100644", oid)]) == b"100644 " + oid.encode() + b"\ta b\0"


def test_a_blob_s_id_is_git_s(tmp_path: Path) -> None:
    for object_format in ("sha1", "sha256"):
        checkout = Checkout.create(tmp_path / object_format, None, f"--object-format={object_format}")
        theirs = checkout.git("hash-object", "--stdin", stdin="größe\n").strip()
        assert blob_id("größe\n".encode(), object_format) == theirs


def test_the_union_keeps_our_files() -> None:
    ours = (Entry("both", "100644", "1"), Entry("folder/ours", "100644", "2"), Entry("ours", "100644", "3"))
    theirs = (Entry("both", "100644", "4"), Entry("theirs", "100644", "5"))
    assert union(ours, theirs) == (*ours, theirs[1])


def test_the_union_has_no_file_below_a_file() -> None:
    ours = (Entry("file", "100644", "1"), Entry("folder/a", "100644", "2"))
    theirs = (Entry("file/below", "100644", "3"), Entry("folder", "100644", "4"))
    assert union(ours, theirs) == ours


@given(TREES, TREES)
def test_the_union_has_every_path_once(ours: tuple[Entry, ...], theirs: tuple[Entry, ...]) -> None:
    both = union(ours, theirs)
    assert set(ours) <= set(both) <= set(ours) | set(theirs)
    assert len({entry.path for entry in both}) == len(both)
