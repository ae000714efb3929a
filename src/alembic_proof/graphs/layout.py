"""Where each revision goes: a row of its own, the newest on top, in a lane beside the others, as `git log --graph`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic_proof.graphs.drawing import Drawing, Edge, Node


@dataclass(frozen=True)
class Place:
    """A node in its lane; its row is its place in the list. `colour` counts the lines that were begun."""

    node: Node
    lane: int
    colour: int


@dataclass(frozen=True)
class Route:
    """An edge's way down: from its child's row into `lane`, and out of it at its parent's row."""

    edge: Edge
    start: int
    end: int
    lane: int
    colour: int


@dataclass(frozen=True)
class Layout:
    """All places from the top, and the routes of all edges to parents that lie below."""

    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    lanes: int

    @property
    def rows(self) -> dict[str, int]:
        return {place.node.id: row for row, place in enumerate(self.places)}


def lay_out(drawing: Drawing) -> Layout:
    """Place every node. Each stands above what it follows and depends on, except where a cycle forbids it."""
    order = newest_first(drawing)
    rows = {identifier: row for row, identifier in enumerate(order)}
    parents = drawing.edges_from("parent")
    lanes = _Lanes()
    places: list[Place] = []
    routes: list[Route] = []
    for row, identifier in enumerate(order):
        lane = lanes.arrive(identifier)
        places.append(Place(drawing.by_id[identifier], lane, lanes.colours[lane]))
        below = [edge for edge in parents[identifier] if rows[edge.parent] > row]
        for number, edge in enumerate(below):
            way = lanes.leave(edge.parent, lane if number == 0 else None)
            routes.append(Route(edge, row, rows[edge.parent], way, lanes.colours[way]))
    return Layout(tuple(places), tuple(routes), len(lanes.targets))


class _Lanes:
    """Who each lane leads to, and the colour of its line."""

    def __init__(self) -> None:
        self.targets: list[str | None] = []
        self.colours: list[int] = []
        self._begun = 0

    def arrive(self, identifier: str) -> int:
        """The lane that a node gets: the first of those that lead to it, all of which end."""
        leading = [lane for lane, target in enumerate(self.targets) if target == identifier]
        for lane in leading:
            self.targets[lane] = None
        return leading[0] if leading else self._begin()

    def leave(self, parent: str, lane: int | None) -> int:
        """The lane that leads on to a parent: this one, or else one that does so already, or a new one."""
        if lane is None:
            lane = self.targets.index(parent) if parent in self.targets else self._begin()
        self.targets[lane] = parent
        return lane

    def _begin(self) -> int:
        if None in self.targets:
            lane = self.targets.index(None)
        else:
            lane = len(self.targets)
            self.targets.append(None)
            self.colours.append(0)
        self.colours[lane] = self._begun
        self._begun += 1
        return lane


def newest_first(drawing: Drawing) -> list[str]:
    """The ids from the top. One line is followed to where it branched off before the next begins."""
    down = {child: [edge.parent for edge in edges] for child, edges in drawing.edges_from().items()}
    waiting = Counter(parent for parents in down.values() for parent in parents)
    ready = [*reversed(_tops(drawing, down, waiting))]
    left = dict.fromkeys(node.id for node in drawing.nodes)
    order: list[str] = []
    while left:
        identifier = ready.pop() if ready else _in_cycle(left, down)
        if identifier not in left:
            continue
        del left[identifier]
        order.append(identifier)
        for parent in down[identifier]:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return order


def _in_cycle(left: dict[str, None], down: dict[str, list[str]]) -> str:
    """One of a cycle's, where only cycles, and what stands below them, are left: each has one above it."""
    above = {parent: child for child in left for parent in down[child]}
    identifier = next(iter(left))
    seen: set[str] = set()
    while identifier not in seen:
        seen.add(identifier)
        identifier = above[identifier]
    return identifier


def _tops(drawing: Drawing, down: dict[str, list[str]], waiting: Counter[str]) -> list[str]:
    """Where lines begin, the one that most merged revisions are on first."""
    tops = [node.id for node in drawing.nodes if not waiting[node.id]]
    return sorted(tops, key=lambda top: -_merged_below(top, down, drawing))


def _merged_below(top: str, down: dict[str, list[str]], drawing: Drawing) -> int:
    seen = {top}
    stack = [top]
    while stack:
        for parent in down[stack.pop()]:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sum(not drawing.by_id[one].added_by for one in seen)
