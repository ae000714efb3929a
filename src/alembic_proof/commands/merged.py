"""What is merged: the revisions of the base, and what the judged tree makes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.environments import Environment, find_environments
from alembic_proof.errors import ProofError
from alembic_proof.facts import BaseHistory, Facts
from alembic_proof.git import Tree, commit_tree, parents_of_next_commit
from alembic_proof.git.stored import short_name
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.load import load_history_beside
from alembic_proof.history.meaning import Edit, edit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.commands.request import Subject
    from alembic_proof.history.revision_file import Revision


def with_merged(subject: Subject, facts: Facts, folders: tuple[str, ...] = ()) -> Facts:
    """The facts with what is known of the base: its revisions and how they changed, and which are new.

    `folders` are those of the revisions where Alembic was seen to look elsewhere than the configuration says.
    """
    if subject.merged is None:
        return replace(facts, added=_new_to_head(subject, facts, folders))
    before = _Before(commit_tree(subject.repository, subject.merged.commit), subject, facts, folders)
    graph = before.graph()
    edits = dict(_edits(subject.tree, before.tree, facts.graph, graph))
    base = BaseHistory(short_name(subject.merged.ref), subject.merged.commit, graph, edits)
    return replace(facts, base=base, added=_added(facts.graph, graph))


def _new_to_head(subject: Subject, facts: Facts, folders: tuple[str, ...]) -> frozenset[str] | None:
    """The ids that no commit has which the next one stands on; None where there is no next one, or no commit."""
    if subject.request.rev or subject.request.merge_with:
        return None
    parents = parents_of_next_commit(subject.repository)
    if not parents:
        return None
    if subject.is_index and not any(path.endswith(".py") for path in subject.staged):
        return frozenset()
    before = (_Before(commit_tree(subject.repository, one), subject, facts, folders) for one in parents)
    return frozenset.intersection(*(_added(facts.graph, one.graph()) for one in before))


def _added(now: RevisionGraph, before: RevisionGraph) -> frozenset[str]:
    """An id in a file that could not be read before may have been there."""
    unknown = {file.path for file in before.unreadable}
    return frozenset(
        one.id for one in now.revisions if one.id not in before.by_id and one.path not in unknown
    )


@dataclass(frozen=True)
class _Before:
    """A commit's tree, looked at for the environment of the facts."""

    tree: Tree
    subject: Subject
    facts: Facts
    folders: tuple[str, ...] = ()

    def graph(self) -> RevisionGraph:
        """Its history of the environment; of a renamed configuration, that of the one that had most of its ids."""
        same = tuple(self._environments((self.facts.environment.config,)))
        if same:
            return self._history(same[0])
        renamed = max((self._history(one) for one in self._renamed()), key=self._shared, default=None)
        return renamed if renamed is not None and self._shared(renamed) else RevisionGraph()

    def _shared(self, graph: RevisionGraph) -> int:
        return len(graph.by_id.keys() & self.facts.graph.by_id.keys())

    def _environments(self, configs: tuple[str, ...]) -> Iterator[Environment]:
        section = self.facts.environment.section
        try:
            found = find_environments(self.tree, configs, () if configs else self.subject.settings.exclude)
        except ProofError:
            return
        yield from (one for one in found if one.section == section)

    def _renamed(self) -> Iterator[Environment]:
        """The environments whose configuration the judged tree has no more."""
        kept = frozenset(self.subject.tree.paths())
        yield from (one for one in self._environments(()) if one.config not in kept)

    def _history(self, environment: Environment) -> RevisionGraph:
        if self.folders:
            environment = replace(environment, version_locations=self.folders, recursive=False)
        return load_history_beside(
            self.tree, environment, self.subject.tree, self.facts.graph, cache_path(os.environ)
        )


def _edits(now: Tree, before: Tree, graph: RevisionGraph, base: RevisionGraph) -> Iterator[tuple[str, Edit]]:
    """The merged revisions of which no file does what a file of theirs did. Only files that differ are read."""
    ours, theirs = graph.all_by_id, base.all_by_id
    pairs = {
        identifier: (files, ours[identifier])
        for identifier, files in theirs.items()
        if identifier in ours and not _same_blob(before, files, now, ours[identifier])
    }
    old = before.read({one.path for files, _ in pairs.values() for one in files})
    new = now.read({one.path for _, files in pairs.values() for one in files})
    for identifier, (olds, news) in pairs.items():
        edits = [edit_of(old[one.path], new[two.path]) for one in olds for two in news]
        if all(edits) and edits[-1]:
            yield identifier, edits[-1]


def _same_blob(before: Tree, theirs: Iterable[Revision], now: Tree, ours: Iterable[Revision]) -> bool:
    """Whether a file has stayed as it was, wherever it lies; in a conflict nobody has decided yet."""
    blobs = {before.object_id(one.path) for one in theirs}
    return any(one.path in now.conflicts or now.object_id(one.path) in blobs for one in ours)
