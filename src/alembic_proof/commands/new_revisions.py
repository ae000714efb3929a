"""Which revisions are new: those that the base lacks, else the commit before."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.errors import GitError
from alembic_proof.git import commit_tree
from alembic_proof.history.load import load_history_beside

if TYPE_CHECKING:
    from alembic_proof.commands.request import Subject
    from alembic_proof.facts import Facts
    from alembic_proof.history.graph import RevisionGraph


def new_revisions(subject: Subject, facts: Facts, folders: tuple[str, ...] = ()) -> frozenset[str]:
    """The ids of an environment's new revisions, or of all, where that was asked for.

    `folders` are those of the revisions where Alembic was seen to look elsewhere than the configuration says.
    """
    if subject.request.all:
        return frozenset(facts.graph.by_id)
    if facts.base is not None:
        return facts.base.added
    before = _before(subject, facts, folders)
    return frozenset(facts.graph.by_id) - before.by_id.keys() if before else frozenset(facts.graph.by_id)


def _before(subject: Subject, facts: Facts, folders: tuple[str, ...]) -> RevisionGraph | None:
    """The history in the commit before what is judged; None where there is no such commit."""
    environment = facts.environment
    if folders:
        environment = replace(environment, version_locations=folders, recursive=False)
    with suppress(GitError):
        commit = f"{subject.request.rev}^" if subject.request.rev else "HEAD"
        tree = commit_tree(subject.repository, subject.repository.resolve(commit))
        cache = cache_path(os.environ)
        return load_history_beside(tree, environment, subject.tree, facts.graph, cache)
    return None
