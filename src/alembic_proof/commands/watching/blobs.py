"""Revision files by the ids of their blobs: read in batches, parsed once, whoever asks how often."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.git.objects import Objects, read_blobs
from alembic_proof.history.parsed import parse_new
from alembic_proof.history.revision_file import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.git import Repository
    from alembic_proof.history.parsed import Parsed

Blob = tuple[str, str]  # a path, and the id of what it holds


class Blobs:
    """The blobs of one repository."""

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._contents: dict[str, bytes] = {}
        self._parsed: dict[Blob, Parsed] = {}

    def read(self, oids: Iterable[str]) -> Mapping[str, bytes]:
        """What these hold, and all that were read before. Raises `GitError` for one that is missing."""
        self._contents |= read_blobs(self._repo, set(oids).difference(self._contents), Objects())
        return self._contents

    def parse_history(self, blobs: Iterable[Blob]) -> None:
        """Parse what earlier runs have not, into the cache that all commands share."""
        ids = dict(blobs)
        files = parse_new(ids, lambda paths: self._by_path(ids, paths), cache_path(os.environ))
        self._parsed |= dict(zip(ids.items(), files, strict=True))

    def _by_path(self, ids: Mapping[str, str], paths: Iterable[str]) -> dict[str, bytes]:
        wanted = tuple(paths)
        contents = self.read(ids[path] for path in wanted)
        return {path: contents[ids[path]] for path in wanted}

    def parsed(self, blob: Blob) -> Parsed:
        """What `parse` gives for the file."""
        if blob not in self._parsed:
            path, oid = blob
            self._parsed[blob] = parse(path, self.read((oid,))[oid])
        return self._parsed[blob]
