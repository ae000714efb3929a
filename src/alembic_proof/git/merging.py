"""The result of a merge that has not happened, without a checkout and without a trace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.objects import Objects, index_of
from alembic_proof.git.program import failure
from alembic_proof.git.scratch import new_objects
from alembic_proof.git.stored import StoredTree, commit_tree, index_tree, list_tree, short_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alembic_proof.git.entries import Entry
    from alembic_proof.git.repository import Repository

_MERGES_IN_MEMORY = (2, 38)

# The index's commit must not depend on who makes it, or when: its id goes into the conflict markers.
# It is younger than its parents, as Git's walks expect.
_COMMITTER = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "alembic-proof", "EMAIL": "none", "DATE": "@4102444800 +0000"}.items()
}


@dataclass(frozen=True)
class Base:
    """Where a change starts: the last commit that it has in common with `ref`."""

    ref: str
    commit: str


def find_base(repo: Repository, ref: str, commits: Sequence[str]) -> Base:
    """The base of what stands on `commits`, several of which are merged, seen from `ref`.

    Raises `GitError` for an unknown ref, and where they have no common ancestor, as in a shallow clone.
    """
    resolved = repo.resolve(ref)
    completed = repo.run("merge-base", resolved, *commits) if commits else None
    if completed is not None and completed.status == 0:
        return Base(ref, completed.stdout.decode().strip())
    hint = repo.fetch_hint() if repo.shallow else "name the branch that the change is to be merged into"
    raise GitError(f"{short_name(ref)} and what is judged have no common ancestor here", hint)


def merge_tree(
    repo: Repository, ref: str, ours: str | None = None, names: tuple[str, str] | None = None
) -> StoredTree:
    """What merging `ref` into `ours` would give; `ours` is a ref, or None for what the index would commit.

    `names` are what people call the two, ours first. `sides` are the two trees that are merged. With a Git that
    cannot merge in memory, the tree is the union of their files, ours where both have one, and a note says so.

    Raises `GitError` for an unknown ref, for unmerged files in the index, and where the two have no common
    ancestor, as in a shallow clone.
    """
    our_ref = _head_as_committed(repo) if ours is None else ours
    our_tree = index_tree(repo) if our_ref is None else commit_tree(repo, our_ref)
    their_tree = commit_tree(repo, ref)
    names = names or ("the index" if our_ref is None else short_name(our_ref), short_name(ref))
    version = repo.version()
    if version < _MERGES_IN_MEMORY:
        return _union(our_tree, their_tree, names, version)
    return _merge(our_tree, their_tree, names)


def _head_as_committed(repo: Repository) -> str | None:
    """HEAD's commit where the index would commit nothing else."""
    return repo.resolve("HEAD") if repo.has_head and not repo.staged_paths() else None


def _merge(ours: StoredTree, theirs: StoredTree, names: tuple[str, str]) -> StoredTree:
    repo = ours.repo
    with new_objects(repo.git_dir) as env:
        commits = [tree.commit or _commit_index(tree, env) for tree in (ours, theirs)]
        args = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", *commits)
        completed = repo.run(*args, env=env)
        if completed.status not in (0, 1):
            raise _merge_error(repo, commits, names, env) or failure(completed, args, repo.top)
        merged, *conflicts = filter(None, completed.stdout.split(b"\0"))
        entries = list_tree(repo, merged.decode(), env)
        objects = Objects.made_in(Path(env["GIT_OBJECT_DIRECTORY"]))
    return StoredTree(
        repo,
        f"the merge of {names[0]} and {names[1]}",
        entries,
        objects,
        conflicts=tuple(sorted({os.fsdecode(path) for path in conflicts})),
        sides=(ours, theirs),
    )


def _commit_index(tree: StoredTree, env: Mapping[str, str]) -> str:
    """A commit of the index, among the objects of `env`."""
    repo = tree.repo
    with index_of(repo, tree.entries) as index:
        written = repo.git("write-tree", "--missing-ok", env={**env, **index}).decode().strip()
    parents = [argument for commit in parents_of_next_commit(repo) for argument in ("-p", commit)]
    return repo.git("commit-tree", written, *parents, env={**env, **_COMMITTER}).decode().strip()


def parents_of_next_commit(repo: Repository) -> list[str]:
    """What the next commit's parents are: none at first, several while a merge is being committed."""
    merging = repo.git_dir / "MERGE_HEAD"
    others = merging.read_text().split() if merging.is_file() else []
    return [repo.resolve("HEAD"), *others] if repo.has_head else []


def _merge_error(
    repo: Repository, commits: list[str], names: tuple[str, str], env: Mapping[str, str]
) -> GitError | None:
    if repo.run("merge-base", *commits, env=env).status != 1:
        return None
    hint = repo.fetch_hint() if repo.shallow else "judge each by itself with --rev"
    return GitError(f"{names[0]} and {names[1]} have no common ancestor here", hint)


def _union(
    ours: StoredTree, theirs: StoredTree, names: tuple[str, str], version: tuple[int, int]
) -> StoredTree:
    note = (
        f"Git {version[0]}.{version[1]} cannot compute a merge in memory (2.38 or later can): judged are "
        f"the files of both sides, with those of {names[0]} where they differ"
    )
    return StoredTree(
        ours.repo,
        f"the union of {names[0]} and {names[1]}",
        union(ours.entries, theirs.entries),
        notes=(note,),
        sides=(ours, theirs),
    )


def union(ours: tuple[Entry, ...], theirs: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries of both sides: ours where both have one, or one's file is the other's folder."""
    files = {entry.path for entry in ours}
    folders = {str(folder) for entry in ours for folder in PurePosixPath(entry.path).parents}
    taken = files | folders
    added = (
        entry
        for entry in theirs
        if entry.path not in taken
        and not any(str(folder) in files for folder in PurePosixPath(entry.path).parents)
    )
    return tuple(sorted((*ours, *added)))
