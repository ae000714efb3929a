"""What is merged: the revisions of the base, and what the judged tree makes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.environments import Environment, find_environments
from alembic_proof.errors import ProofError
from alembic_proof.facts import BaseHistory, Facts
from alembic_proof.git import Tree, commit_tree
from alembic_proof.git.stored import short_name
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.load import load_history_beside
from alembic_proof.history.meaning import Edit, edit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alembic_proof.commands.request import Subject
    from alembic_proof.history.revision_file import Revision


@dataclass(frozen=True)
class Before:
    """The tree of a commit that what is judged comes after, and the environments that it had."""

    tree: Tree
    exclude: tuple[str, ...]

    def environment(self, config: str, section: str) -> Environment | None:
        """None where it had none, or a configuration that nobody can read."""
        known = self.environments.get((config, section))
        if known is not None or config not in self._paths:
            return known
        return self._found((config,)).get((config, section))

    @cached_property
    def environments(self) -> Mapping[tuple[str, str], Environment]:
        return self._found(())

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(self.tree.paths())

    def _found(self, configs: tuple[str, ...]) -> dict[tuple[str, str], Environment]:
        try:
            found = find_environments(self.tree, configs, self.exclude)
        except ProofError:
            return {}
        return {(one.config, one.section): one for one in found}


def tree_before(subject: Subject) -> Before | None:
    """The base's, where one is known."""
    if subject.merged is None:
        return None
    return Before(commit_tree(subject.repository, subject.merged.commit), subject.settings.exclude)


def with_merged(subject: Subject, facts: Facts, folders: tuple[str, ...] = ()) -> Facts:
    """The facts with what is known of the base: its revisions and how they changed, and which are new.

    `folders` are those of the revisions where Alembic was seen to look elsewhere than the configuration says.
    """
    if subject.merged is None or subject.before is None:
        return facts
    graph = _history(subject.before, subject, facts, folders)
    return replace(
        facts,
        base=BaseHistory(
            short_name(subject.merged.ref),
            subject.merged.commit,
            graph,
            dict(_edits(subject.tree, subject.before.tree, facts.graph, graph)),
            _added(facts.graph, graph),
        ),
    )


def _added(now: RevisionGraph, before: RevisionGraph) -> frozenset[str]:
    """An id in a file that could not be read before may have been there."""
    unknown = {file.path for file in before.unreadable}
    return frozenset(
        one.id for one in now.revisions if one.id not in before.by_id and one.path not in unknown
    )


def _history(before: Before, subject: Subject, facts: Facts, folders: tuple[str, ...]) -> RevisionGraph:
    """What an environment had; of a renamed configuration, what the one had that shares most of its ids."""

    def history(environment: Environment) -> RevisionGraph:
        if folders:
            environment = replace(environment, version_locations=folders, recursive=False)
        cache = cache_path(os.environ)
        return load_history_beside(before.tree, environment, subject.tree, facts.graph, cache)

    def shared(graph: RevisionGraph) -> int:
        return len(graph.by_id.keys() & facts.graph.by_id.keys())

    same = before.environment(facts.environment.config, facts.environment.section)
    if same is not None:
        return history(same)
    kept = frozenset(subject.tree.paths())
    gone = (one for one in before.environments.values() if one.config not in kept)
    renamed = max(map(history, gone), key=shared, default=None)
    return renamed if renamed is not None and shared(renamed) else RevisionGraph()


def _edits(now: Tree, before: Tree, graph: RevisionGraph, base: RevisionGraph) -> Iterator[tuple[str, Edit]]:
    """The merged revisions of which no file does what a file of theirs did. Only files that differ are read."""
    ours = graph.all_by_id
    pairs = {
        identifier: (files, ours[identifier])
        for identifier, files in base.all_by_id.items()
        if identifier in ours and not _stayed(before, files, now, ours[identifier])
    }
    old = before.read({one.path for files, _ in pairs.values() for one in files})
    new = now.read({one.path for _, files in pairs.values() for one in files})
    for identifier, (olds, news) in pairs.items():
        edits = [edit_of(old[one.path], new[two.path]) for one in olds for two in news]
        if all(edits) and edits[-1]:
            yield identifier, edits[-1]


def _stayed(before: Tree, theirs: Iterable[Revision], now: Tree, ours: Iterable[Revision]) -> bool:
    """Whether a file is what it was, wherever it lies."""
    blobs = {before.object_id(one.path) for one in theirs}
    return any(now.object_id(one.path) in blobs for one in ours)
