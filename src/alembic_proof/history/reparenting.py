"""Which revisions follow others instead, so that a fork is one line again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.history.graph import RevisionGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from alembic_proof.history.revision_file import Revision

Group = tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A revision as its file has it, and the parents that it is to have. `last` is the head of its chain."""

    revision: Revision
    parents: tuple[str, ...]
    last: str

    @property
    def left(self) -> tuple[str, ...]:
        """The parents that it no longer has."""
        return tuple(parent for parent in self.revision.parents if parent not in self.parents)

    @property
    def follows(self) -> str:
        """The one that is new among its parents."""
        return next(parent for parent in self.parents if parent not in self.revision.parents)


@dataclass(frozen=True)
class Plan:
    """How the forks of a history are mended: what moves, and the heads that only a merge revision can join."""

    moves: tuple[Move, ...] = ()
    joined: tuple[Group, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moves or self.joined)


def plan(
    graph: RevisionGraph,
    fixed: AbstractSet[str],
    forks: Callable[[RevisionGraph], Iterable[Group]],
    *,
    only_join: bool = False,
) -> Plan:
    """How to mend a sound history without moving any revision that is `fixed`.

    `forks` gives the groups of heads of which only one may be. Chains of new revisions go on top of the fixed head,
    one on top of the other, in the order of the history. Where new revisions are merged with fixed ones already,
    that merge follows the fixed head, and nothing below it moves. Heads that are fixed, or stand on several fixed
    heads, are joined; all of them where `only_join` says so.
    """
    now = graph
    joined: list[Group] = []
    while group := next((one for one in forks(now) if one not in joined), None):
        in_line = None if only_join else _in_line(now, group, fixed)
        if in_line is None:
            joined.append(group)
        else:
            now = in_line
    moves = (
        Move(
            one, now.by_id[one.id].parents, next(head for head in graph.heads if graph.descends(head, one.id))
        )
        for one in graph.revisions
        if one.parents != now.by_id[one.id].parents
    )
    return Plan(tuple(moves), tuple(joined))


def moved(graph: RevisionGraph, moves: Iterable[Move]) -> RevisionGraph:
    """The history after some moves."""
    return _with_parents(graph, {move.revision.id: move.parents for move in moves})


def _with_parents(graph: RevisionGraph, parents: Mapping[str, tuple[str, ...]]) -> RevisionGraph:
    return RevisionGraph(
        tuple(replace(one, parents=parents.get(one.id, one.parents)) for one in graph.revisions),
        graph.unreadable,
    )


def _in_line(graph: RevisionGraph, group: Group, fixed: AbstractSet[str]) -> RevisionGraph | None:
    """The history with one head of the group left, or None where that would move a fixed revision."""
    heads = sorted(group, key=graph.order.index)
    first = _first(graph, heads, fixed)
    if first is None:
        return None
    placed = graph.ancestors(first) | fixed
    top = first
    parents: dict[str, tuple[str, ...]] = {}
    for head in heads:
        if head != first:
            chain = graph.ancestors(head) - placed
            parents.update(_on_top(graph, chain, top))
            placed |= chain
            top = head
    after = _with_parents(graph, parents)
    is_one = len(after.heads) == len(graph.heads) - len(group) + 1
    return after if is_one and not after.cycles else None


def _first(graph: RevisionGraph, heads: list[str], fixed: AbstractSet[str]) -> str | None:
    """The head that the others go on top of: the fixed one, or one that comes after all fixed ones."""
    lines = {head: graph.ancestors(head) for head in heads}
    below = frozenset().union(*lines.values()) & fixed
    tops = below - {parent for one in below for parent in graph.by_id[one].parents}
    after = [head for head in heads if tops <= lines[head]]
    return next((head for head in after if head in fixed), after[0] if after else None)


def _on_top(graph: RevisionGraph, chain: AbstractSet[str], top: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """New parents for what hangs a chain on the history: its last merge with that, else each of its beginnings."""
    hanging = [one for one in graph.order if one in chain and not chain >= set(graph.by_id[one].parents)]
    hanging += [one for one in graph.order if one in chain and not graph.by_id[one].parents]
    merges = [one for one in hanging if not chain.isdisjoint(graph.by_id[one].parents)]
    for one in merges[-1:] or hanging:
        yield one, tuple(dict.fromkeys(_replaced(graph.by_id[one].parents, chain, top))) or (top,)


def _replaced(parents: tuple[str, ...], chain: AbstractSet[str], top: str) -> Iterator[str]:
    yield from (parent if parent in chain else top for parent in parents)
