"""The entries of a tree as Git lists them, and what identifies a tree."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINK = "120000"
SUBMODULE = "160000"


class Entry(NamedTuple):
    """A path, its mode as Git writes it, and the id of its blob or of its submodule's commit."""

    path: str
    mode: str
    oid: str


def parse_ls_tree(output: bytes) -> tuple[Entry, ...]:
    """The entries that `git ls-tree -r -z` lists."""
    return tuple(sorted(_ls_tree_entries(output)))


def _ls_tree_entries(output: bytes) -> Iterator[Entry]:
    for record in filter(None, output.split(b"\0")):
        head, path = record.split(b"\t", 1)
        mode, _, oid = head.decode().split(" ")
        yield Entry(os.fsdecode(path), mode, oid)


def parse_raw_diff(output: bytes) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The new entries that `git diff-index --raw -z` lists, and the paths that are unmerged."""
    fields = output.split(b"\0")
    entries, unmerged = [], []
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, _, oid, status = head.decode().split(" ")
        if status == "U":
            unmerged.append(os.fsdecode(path))
        else:
            entries.append(Entry(os.fsdecode(path), mode, oid))
    return tuple(sorted(entries)), tuple(sorted(unmerged))


def index_info(entries: Iterable[Entry]) -> bytes:
    """The entries as `git update-index -z --index-info` reads them."""
    return b"".join(f"{mode} {oid}\t".encode() + os.fsencode(path) + b"\0" for path, mode, oid in entries)


def identity(entries: Iterable[Entry]) -> str:
    """A hash that is equal for equal entries in equal order."""
    return hashlib.sha256(index_info(entries)).hexdigest()


def blob_id(content: bytes, object_format: str) -> str:
    """The id that Git would give a blob of this content, in a repository of this object format."""
    name = hashlib.new(object_format, usedforsecurity=False)
    name.update(b"blob %d\0" % len(content))
    name.update(content)
    return name.hexdigest()
