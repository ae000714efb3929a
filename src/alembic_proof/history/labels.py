"""How branch labels spread over a history, by `alembic.script.revision.RevisionMap._add_branches`.

A label belongs to the revision that declares it, to every revision that descends from it, and to those before
it up to, and without, the nearest branch point or merge. The last holds only where what follows the declaring
revision is one straight line; dependencies count as branches here, as they do for Alembic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

Labels = frozenset[str]


def spread(
    order: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    children: Mapping[str, Sequence[str]],
    dependents: Mapping[str, Set[str]],
    declared: Mapping[str, Labels],
) -> dict[str, Labels]:
    """The labels of every revision, from those `declared`.

    `order` has parents before children; `dependents` are the revisions that follow by `down_revision` or
    `depends_on`.
    """
    if not any(declared.values()):
        return dict.fromkeys(order, frozenset())
    rising = _rising(order, parents, children, dependents, declared)
    labels: dict[str, Labels] = {}
    for revision in order:
        inherited = (labels.get(parent, frozenset()) for parent in parents[revision])
        labels[revision] = rising.get(revision, declared[revision]).union(*inherited)
    return labels


def _rising(
    order: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    children: Mapping[str, Sequence[str]],
    dependents: Mapping[str, Set[str]],
    declared: Mapping[str, Labels],
) -> dict[str, Labels]:
    """For the revisions with one straight line after them: what is declared there and on that line."""
    rising: dict[str, Labels] = {}
    for revision in reversed(order):
        if len(dependents[revision]) > 1 or len(parents[revision]) > 1:
            continue
        after = children[revision]
        if not after:
            rising[revision] = declared[revision]
        elif after[0] in rising:
            rising[revision] = declared[revision] | rising[after[0]]
    return rising
