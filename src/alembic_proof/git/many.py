"""Many merges at once, in one process, and what each of them changes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.entries import Entry
from alembic_proof.git.fetching import ancestors, into_ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.git.repository import Repository

MERGES_MANY = (2, 39)  # git merge-tree --stdin
_NOTHING = "000000"
_SECONDS = 600.0


@dataclass(frozen=True)
class Merged:
    """The tree of a merge that has not happened, and the paths at which it conflicts."""

    tree: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A path at which two trees differ, and what each of them has there."""

    path: str
    old: Entry | None
    new: Entry | None


def merge_many(repo: Repository, ours: str, theirs: Sequence[str]) -> tuple[Merged, ...]:
    """What merging each commit into `ours` would give, in a repository that `borrowing` gave.

    Where two have no common ancestor, all that both have is in conflict.
    Raises `GitError` where Git is too old for it.
    """
    if not theirs:
        return ()
    version = repo.version()
    if version < MERGES_MANY:
        raise GitError(
            f"Git {version[0]}.{version[1]} cannot compute many merges in memory",
            f"run it where Git is {MERGES_MANY[0]}.{MERGES_MANY[1]} or later, as on GitHub's own runners",
        )
    output = repo.git(
        *("merge-tree", "--write-tree", "--name-only", "--no-messages", "--allow-unrelated-histories"),
        *("-z", "--stdin"),
        stdin="".join(f"{ours} {commit}\n" for commit in theirs).encode(),
        env=into_ours(repo),
        seconds=_SECONDS,
    )
    return tuple(_parse_merges(output))


def _parse_merges(output: bytes) -> Iterator[Merged]:
    """A status, a tree and the paths of each merge, with an empty field behind them."""
    fields = iter(output.split(b"\0"))
    for status in fields:
        if not status:
            continue
        tree = next(fields).decode()
        paths = set()
        while path := next(fields, b""):
            paths.add(os.fsdecode(path))
        yield Merged(tree, tuple(sorted(paths)))


def trees_of(repo: Repository, commits: Sequence[str]) -> tuple[str, ...]:
    """The tree of each commit. Raises `GitError` for a commit that is not here."""
    asked = "".join(f"{commit}^{{tree}}\n" for commit in commits).encode()
    lines = repo.git("cat-file", "--batch-check=%(objectname)", stdin=asked).decode().splitlines()
    for commit, line in zip(commits, lines, strict=True):
        if line.endswith(" missing"):
            raise GitError(f"the repository lacks commit {commit}", repo.fetch_hint())
    return tuple(lines)


def heads_touching(
    repo: Repository, base: str, heads: Sequence[str], folders: Sequence[str]
) -> frozenset[str]:
    """The heads that have a commit of their own, one that `base` has not, that changes something in the folders."""
    if not heads:
        return frozenset()
    asked = "".join(f"{line}\n" for line in (f"^{base}", *heads)).encode()
    listed = repo.git("rev-list", "--parents", "--stdin", stdin=asked).decode()
    parents = {commit: before for commit, *before in map(str.split, listed.splitlines())}
    paths = [f":(literal,top){folder}" for folder in folders]
    touching = repo.git("rev-list", "--full-history", "--stdin", "--", *paths, stdin=asked).decode()
    commits = frozenset(touching.split())
    return frozenset(head for head in heads if not commits.isdisjoint(ancestors(parents, head)))


def differences(repo: Repository, pairs: Sequence[tuple[str, str]]) -> tuple[tuple[Change, ...], ...]:
    """Where the two trees of each pair differ; renames as two changes."""
    if not pairs:
        return ()
    output = repo.git(
        *("diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--stdin"),
        stdin="".join(f"{old} {new}\n" for old, new in pairs).encode(),
        seconds=_SECONDS,
    )
    return _parse_differences(output, len(pairs))


def _parse_differences(output: bytes, pairs: int) -> tuple[tuple[Change, ...], ...]:
    """A line that names each pair, before two fields for each of its changes."""
    found: list[list[Change]] = []
    fields = iter(output.split(b"\0"))
    for head in fields:
        *headings, description = head.split(b"\n")
        found += ([] for _ in headings)
        if description:
            found[-1].append(_change(description, next(fields)))
    if len(found) != pairs:
        raise GitError(
            f"git diff-tree told of {len(found)} pairs of trees, not of {pairs}",
            "run `git version`, and report it",
        )
    return tuple(tuple(changes) for changes in found)


def _change(description: bytes, path: bytes) -> Change:
    old_mode, mode, old_oid, oid, _ = description.decode().lstrip(":").split(" ")
    name = os.fsdecode(path)
    return Change(
        name,
        None if old_mode == _NOTHING else Entry(name, old_mode, old_oid),
        None if mode == _NOTHING else Entry(name, mode, oid),
    )
