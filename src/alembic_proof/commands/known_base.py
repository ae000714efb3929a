"""Which commit a change starts from, and whose revisions are merged: by flag, by merge, or by the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git import Base, Repository, Tree, commit_tree, find_base, parents_of_next_commit

if TYPE_CHECKING:
    from alembic_proof.commands.request import Request


@dataclass(frozen=True)
class KnownBase:
    """`base` is where the change starts, whose faults are no news; `merged` is whose revisions are to stay."""

    base: Base | None = None
    merged: Base | None = None
    notes: tuple[str, ...] = ()


def known_base(repository: Repository, tree: Tree, request: Request, setting: str | None) -> KnownBase:
    """The base of a request: `--base`, else the setting. What it is merged with is merged, unless `--base` speaks.

    The tip that a CI job's change is merged into is newer than what the job has of `--base`, so there it speaks.

    Raises `GitError` where a flag names what is not there; a setting then gives a note, for it is everybody's.
    """
    if request.base:
        base = find_base(repository, request.base, tips(repository, request))
        found = KnownBase(base, base)
    else:
        found = _by_setting(repository, tree, request, setting) if setting else KnownBase()
    if request.merge_with and (request.names or not request.base):
        name = request.names[1] if request.names else request.merge_with
        return replace(found, merged=Base(name, repository.resolve(request.merge_with)))
    return found


def tips(repository: Repository, request: Request) -> list[str]:
    """The commits that what is judged stands on: those that a merge would have as parents."""
    ours = [repository.resolve(request.rev)] if request.rev else parents_of_next_commit(repository)
    return [*ours, repository.resolve(request.merge_with)] if request.merge_with else ours


def _by_setting(repository: Repository, tree: Tree, request: Request, ref: str) -> KnownBase:
    try:
        base = find_base(repository, ref, tips(repository, request))
    except GitError as error:
        return KnownBase(notes=(f"the base of the settings is not known: {error.message}; {error.hint}",))
    if not request.worktree and commit_tree(repository, base.commit).identity() == tree.identity():
        return KnownBase()  # the branch itself, whose own faults nobody brought
    return KnownBase(base, base)
