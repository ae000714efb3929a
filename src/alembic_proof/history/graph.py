"""The revisions of one environment and how they follow each other. Pure: no files, no Alembic.

Follows `alembic.script.revision.RevisionMap`, but where that stops at the first fault, every question here
has an answer for a faulty history too, and the faults are among the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from alembic_proof.history.labels import spread
from alembic_proof.history.revision_file import Revision, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True)
class RevisionGraph:
    """Revisions in the order in which Alembic loads their files. All answers keep to that order."""

    revisions: tuple[Revision, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @classmethod
    def build(cls, files: Iterable[Revision | Unreadable | None]) -> RevisionGraph:
        """From what `parse` gave for each file; helpers (None) are left out."""
        files = tuple(files)
        return cls(
            tuple(file for file in files if isinstance(file, Revision)),
            tuple(file for file in files if isinstance(file, Unreadable)),
        )

    @cached_property
    def by_id(self) -> dict[str, Revision]:
        """Of several revisions with one id the last, as for Alembic."""
        return {revision.id: revision for revision in self.revisions}

    @cached_property
    def all_by_id(self) -> dict[str, tuple[Revision, ...]]:
        """The revisions of each id, of which a sound history has one."""
        groups: dict[str, list[Revision]] = {}
        for revision in self.revisions:
            groups.setdefault(revision.id, []).append(revision)
        return {identifier: tuple(group) for identifier, group in groups.items()}

    @cached_property
    def duplicates(self) -> tuple[tuple[Revision, ...], ...]:
        """The revisions that share an id, a group for each id."""
        return tuple(group for group in self.all_by_id.values() if len(group) > 1)

    @cached_property
    def label_clashes(self) -> tuple[tuple[str, tuple[Revision, ...]], ...]:
        """Each label that more than one revision declares, or that is an id as well, with those revisions."""
        claims: dict[str, list[Revision]] = {}
        for revision in self.by_id.values():
            for label in revision.labels:
                claims.setdefault(label, []).append(revision)
        for label, claimants in claims.items():
            if label in self.by_id:
                claimants.append(self.by_id[label])
        return tuple((label, tuple(group)) for label, group in claims.items() if len(group) > 1)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The revisions that no other has as its `down_revision`: `ScriptDirectory.get_heads`."""
        followed = {
            parent for revision in self.revisions for parent in revision.parents if parent != revision.id
        }
        return tuple(identifier for identifier in self.by_id if identifier not in followed)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The revisions that have no `down_revision`."""
        return tuple(revision.id for revision in self.by_id.values() if not revision.parents)

    @cached_property
    def missing_parents(self) -> tuple[tuple[Revision, str], ...]:
        """Each revision with a `down_revision` that is no revision's whole id, and that name."""
        return tuple(
            (revision, parent)
            for revision in self.revisions
            for parent in revision.parents
            if parent not in self.by_id
        )

    @cached_property
    def missing_dependencies(self) -> tuple[tuple[Revision, str], ...]:
        """Each revision with a `depends_on` that is neither a whole id nor a declared label, and that name.

        Alembic takes a part of an id, or `label@head`, on its command line, but not in a file.
        """
        return tuple(
            (revision, name)
            for revision in self.revisions
            for name in revision.depends_on
            if name not in self.named
        )

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Circles: each revision is followed by the next, the last by the first, and is in one only."""
        return () if len(self._placed) == len(self.by_id) else tuple(_cycles(self._edges))

    @cached_property
    def named(self) -> dict[str, str]:
        """Every name that a `depends_on` may use, with the id that it stands for."""
        labelled = {label: revision.id for revision in self.by_id.values() for label in revision.labels}
        return labelled | {identifier: identifier for identifier in self.by_id}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All ids, each after its parents and dependencies; what is in a cycle or after one comes last."""
        placed = frozenset(self._placed)
        return (*self._placed, *(identifier for identifier in self.by_id if identifier not in placed))

    def labels_of(self, identifier: str) -> frozenset[str]:
        """The branch labels of a revision: its own and those that spread to it."""
        return self._labels[identifier]

    def branches_of(self, identifier: str) -> frozenset[str]:
        """What tells its branch from others: its labels, and a stand-in for those that are not known."""
        return self._branches[identifier]

    def ancestors(self, identifier: str) -> frozenset[str]:
        """A revision and all that come before it by `down_revision`."""
        seen = {identifier}
        waiting = [identifier]
        while waiting:
            for parent in self._parents[waiting.pop()]:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return frozenset(seen)

    def descends(self, identifier: str, ancestor: str) -> bool:
        """Whether a revision comes after another one by `down_revision`, or is that one."""
        return ancestor in self.ancestors(identifier)

    def shared_parent(self, *identifiers: str) -> str | None:
        """The nearest revision that all of these descend from."""
        common = frozenset.intersection(*(self.ancestors(identifier) for identifier in identifiers))
        return next((identifier for identifier in reversed(self.order) if identifier in common), None)

    def resembling(self, name: str) -> Revision | None:
        """The one revision whose id starts with this, or whose label it is, for hints."""
        starting = [identifier for identifier in self.by_id if name and identifier.startswith(name)]
        if len(starting) == 1:
            return self.by_id[starting[0]]
        return self.by_id.get(self.named.get(name, ""))

    def is_label(self, name: str) -> bool:
        return name in self.named and name not in self.by_id

    @cached_property
    def _placed(self) -> tuple[str, ...]:
        """The ids that are in no cycle and after none, each after those that have to come before it."""
        waiting = {identifier: len(set(before)) for identifier, before in self._edges.items()}
        after: dict[str, list[str]] = {identifier: [] for identifier in self.by_id}
        for identifier, before in self._edges.items():
            for name in set(before):
                after[name].append(identifier)
        placed = [identifier for identifier, number in waiting.items() if not number]
        for done in placed:  # which grows meanwhile
            for identifier in after[done]:
                waiting[identifier] -= 1
                if not waiting[identifier]:
                    placed.append(identifier)
        return tuple(placed)

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        return {
            revision.id: tuple(parent for parent in revision.parents if parent in self.by_id)
            for revision in self.by_id.values()
        }

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {identifier: [] for identifier in self.by_id}
        for identifier, parents in self._parents.items():
            for parent in parents:
                children[parent].append(identifier)
        return children

    @cached_property
    def _edges(self) -> dict[str, tuple[str, ...]]:
        """Each id with those that have to come before it, parents first."""
        return {
            revision.id: self._parents[revision.id]
            + tuple(self.named[name] for name in revision.depends_on if name in self.named)
            for revision in self.by_id.values()
        }

    @cached_property
    def _labels(self) -> dict[str, frozenset[str]]:
        return self._spread({revision.id: frozenset(revision.labels) for revision in self.by_id.values()})

    @cached_property
    def _branches(self) -> dict[str, frozenset[str]]:
        return self._spread(
            {
                revision.id: frozenset(revision.labels)
                | (frozenset() if revision.labels_known else {f"the labels of {revision.path}"})
                for revision in self.by_id.values()
            }
        )

    def _spread(self, declared: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        if not any(declared.values()):
            return dict.fromkeys(declared, frozenset())
        dependents: dict[str, set[str]] = {identifier: set() for identifier in self.by_id}
        for identifier, before in self._edges.items():
            for name in before:
                dependents[name].add(identifier)
        return spread(self.order, self._parents, self._children, dependents, declared)


def _cycles(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    position = {identifier: place for place, identifier in enumerate(edges)}
    left = dict(edges)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1][:-1]
        else:
            return
        first = cycle.index(min(cycle, key=position.__getitem__))
        yield tuple(cycle[first:] + cycle[:first])
        left = {
            identifier: tuple(name for name in before if name not in cycle)
            for identifier, before in left.items()
            if identifier not in cycle
        }
