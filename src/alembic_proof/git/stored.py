"""Trees of Git's objects: the index's, a commit's, a merge's."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.entries import LINK, SUBMODULE, Entry, identity, parse_ls_tree, parse_raw_diff
from alembic_proof.git.links import follow
from alembic_proof.git.objects import Objects, index_of, read_blobs
from alembic_proof.git.submodules import write_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from alembic_proof.git.repository import Repository
    from alembic_proof.git.tree import Tree

_CHECKOUT_SECONDS = 600.0  # filters may download


@dataclass(frozen=True)
class StoredTree:
    """A `Tree` whose files are blobs: the repository's, or those of `objects`.

    `commit` is the full id of the commit that it is the tree of, where it is one's.
    """

    repo: Repository = field(repr=False)
    description: str
    entries: tuple[Entry, ...] = field(repr=False)
    objects: Objects = field(default_factory=Objects, repr=False)
    notes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    sides: tuple[Tree, Tree] | None = field(default=None, repr=False)
    commit: str | None = None

    def paths(self) -> tuple[str, ...]:
        return tuple(entry.path for entry in self.entries if entry.mode != SUBMODULE)

    def real_path(self, path: str) -> str | None:
        return follow(path, self._links)

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        wanted = {path: self._files.get(self.real_path(path) or "") for path in paths}
        found = {path: oid for path, oid in wanted.items() if oid}
        contents = read_blobs(self.repo, found.values(), self.objects)
        return {path: contents[oid] for path, oid in found.items()}

    def object_id(self, path: str) -> str | None:
        return self._files.get(path)

    def pointers(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.mode in (LINK, SUBMODULE))

    def identity(self) -> str:
        return identity(self.entries)

    def write_to(self, folder: Path) -> tuple[str, ...]:
        folder.mkdir(parents=True, exist_ok=True)
        with index_of(self.repo, self.entries) as index, self.objects.beside(self.repo) as objects:
            # With the folder as working tree, Git takes .gitattributes from the index, not from the user's.
            env = {**index, **objects, "GIT_WORK_TREE": str(folder.absolute())}
            args = ("checkout-index", "--all", "--force", "--quiet")
            self.repo.git(*args, env=env, cwd=folder, seconds=_CHECKOUT_SECONDS)
        submodules = [entry for entry in self.entries if entry.mode == SUBMODULE]
        return tuple(
            note
            for path, _, commit in submodules
            for note in write_submodule(self.repo, path, folder / path, partial(commit_tree, ref=commit))
        )

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return {path: oid for path, mode, oid in self.entries if mode not in (LINK, SUBMODULE)}

    @cached_property
    def _links(self) -> Mapping[str, str]:
        links = {path: oid for path, mode, oid in self.entries if mode == LINK}
        targets = read_blobs(self.repo, links.values(), self.objects)
        return {path: os.fsdecode(targets[oid]) for path, oid in links.items()}


def index_tree(repo: Repository) -> StoredTree:
    """What the index would commit. Raises `GitError` while a merge leaves entries unmerged."""
    # Against the empty tree rather than `ls-files`: what was added with `git add -N` will not be committed.
    listing = repo.git(
        *("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--ita-invisible-in-index"),
        *("--ignore-submodules=none", repo.empty_tree, "--"),
    )
    entries, unmerged = parse_raw_diff(listing)
    if unmerged:
        more = f" and {len(unmerged) - 3} more" if len(unmerged) > 3 else ""
        raise GitError(
            f"the index has unmerged files: {', '.join(unmerged[:3])}{more}",
            "resolve them, then mark them as resolved: git add FILE",
        )
    return StoredTree(repo, "the index", entries)


def commit_tree(repo: Repository, ref: str) -> StoredTree:
    """What a commit holds. Raises `GitError` where Git knows no such commit."""
    commit = repo.resolve(ref)
    return StoredTree(repo, f"commit {commit[:7]}", list_tree(repo, commit), commit=commit)


def list_tree(repo: Repository, tree: str, env: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    return parse_ls_tree(repo.git("ls-tree", "-r", "-z", "--full-tree", tree, env=env))


def short_name(ref: str) -> str:
    """A ref as people name it: full ids cut to seven digits."""
    return ref[:7] if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", ref) else ref
