"""Pull requests that are each fine and not so together: found in pairs, before either is merged.

What two of them make of the history depends on how each continues it, and hardly ever on its ids. So those that
continue it in one way are a class, and one pair speaks for all pairs of two classes; only pairs that share an id or
a file are judged one by one. Three hundred pull requests have 44,850 pairs and a handful of classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.revision_file import Revision, Unreadable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from alembic_proof.commands.watching.histories import Delta
    from alembic_proof.commands.watching.merges import Base, Judgement
    from alembic_proof.environments import Environment
    from alembic_proof.findings import Finding
    from alembic_proof.history.parsed import Parsed

MOST_JUDGED = 1_000  # pairs, or pairs of classes, in one environment


@dataclass(frozen=True)
class Collision:
    """Two pull requests, by their places, that break an environment's history together."""

    places: tuple[int, int]
    environment: Environment


@dataclass(frozen=True)
class _Change:
    """What one pull request brings to an environment: its class, and what no other one may have as well."""

    place: int
    delta: Delta
    kind: Hashable
    own: frozenset[str]


def find_collisions(base: Base, judgements: Sequence[Judgement]) -> tuple[tuple[Collision, ...], bool]:
    """The pairs that collide, in order, and whether all were compared."""
    found: list[Collision] = []
    complete = True
    for environment in base.project.environments:
        changes = [
            change
            for place, one in enumerate(judgements)
            if not one.fails and environment in one.deltas
            if (change := _change(base, environment, place, one.deltas[environment])) is not None
        ]
        verdicts: dict[Hashable, bool] = {}
        for one, other in combinations(changes, 2):
            key = _question(one, other)
            if key not in verdicts and len(verdicts) >= MOST_JUDGED:
                complete = False
                continue
            if key not in verdicts:
                verdicts[key] = any(
                    finding.is_error for finding in base.judge(environment, one.delta | other.delta)
                )
            if verdicts[key]:
                found.append(Collision((one.place, other.place), environment))
    return tuple(sorted(found, key=lambda one: (one.places, one.environment.config))), complete


def explain(base: Base, judgements: Sequence[Judgement], collision: Collision) -> tuple[Finding, ...]:
    """What is wrong with the history once both are merged."""
    one, other = (judgements[place].deltas[collision.environment] for place in collision.places)
    return tuple(finding for finding in base.judge(collision.environment, one | other) if finding.is_error)


def _question(one: _Change, other: _Change) -> Hashable:
    """What the answer for a pair depends on."""
    if one.own.isdisjoint(other.own):
        return frozenset((one.kind, other.kind))
    return one.place, other.place


def _change(base: Base, environment: Environment, place: int, delta: Delta) -> _Change | None:
    """None where the history stays what it is, whatever is in its files."""
    files = [base.blobs.parsed(blob) for blob in delta.come]
    before = base.project.files[environment]
    old = {path: base.blobs.parsed((path, before[path])) for path in delta.gone if path in before}
    same = {file.path for file in files if file is not None and _says(file) == _says(old.get(file.path))}
    gone = delta.gone.difference(same)
    revisions = [file for file in files if isinstance(file, Revision) and file.path not in same]
    unreadable = any(isinstance(file, Unreadable) for file in files)
    if not revisions and not unreadable and gone.isdisjoint(old):
        return None
    own = frozenset({revision.id for revision in revisions} | {path for path, _ in delta.come} | delta.gone)
    kind = place if unreadable else (gone.intersection(old), tuple(_anonymous(revisions)))
    return _Change(place, delta, kind, own)


def _says(file: Parsed) -> Hashable:
    """What a file says of the history, wherever in it that stands."""
    if not isinstance(file, Revision):
        return None
    return file.id, file.parents, file.depends_on, file.labels, file.labels_known


def _anonymous(revisions: Sequence[Revision]) -> Iterator[Hashable]:
    """The revisions with numbers for their own ids: equal for those that continue the history in the same way."""
    by_id = {revision.id: revision for revision in revisions}
    numbers = {identifier: number for number, identifier in enumerate(RevisionGraph(tuple(revisions)).order)}
    for identifier in numbers:
        one = by_id[identifier]
        yield (
            _renamed(one.parents, numbers),
            _renamed(one.depends_on, numbers),
            one.labels,
            one.labels_known,
        )


def _renamed(names: Sequence[str], numbers: Mapping[str, int]) -> tuple[str | int, ...]:
    return tuple(numbers.get(name, name) for name in names)
