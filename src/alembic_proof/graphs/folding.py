"""Long straight stretches as one node, so that what branches stays in sight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.graphs.drawing import Drawing, Edge, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

FROM = 50  # revisions, below which a history is shown whole
SHOWN = 2  # at each end of a stretch
SHORTEST = 5  # what one node may stand for


def folded(drawing: Drawing) -> Drawing:
    """The drawing with plain revisions that follow each other folded; a small one as it is."""
    if len(drawing.nodes) <= FROM:
        return drawing
    stands_for: dict[str, str] = {}
    stand_ins = []
    for stretch in _stretches(drawing):
        inner = stretch[SHOWN:-SHOWN]
        if len(inner) >= SHORTEST:
            stand_ins.append(Node(inner[0], folded=len(inner), added_by=drawing.by_id[inner[0]].added_by))
            stands_for |= dict.fromkeys(inner, inner[0])
    kept = tuple(node for node in drawing.nodes if node.id not in stands_for)
    return replace(drawing, nodes=(*kept, *stand_ins), edges=tuple(_edges(drawing, stands_for)))


def _edges(drawing: Drawing, stands_for: dict[str, str]) -> Iterator[Edge]:
    for edge in drawing.edges:
        child, parent = stands_for.get(edge.child, edge.child), stands_for.get(edge.parent, edge.parent)
        if child != parent or edge.child == edge.parent:
            yield replace(edge, child=child, parent=parent)


def _stretches(drawing: Drawing) -> Iterator[list[str]]:
    """Plain nodes in a line, newest first: each has one edge down, which is the only one into the next."""
    down = drawing.edges_from()
    into = {node.id: 0 for node in drawing.nodes}
    for edge in drawing.edges:
        into[edge.parent] += 1
    straight = {node.id for node in drawing.nodes if _is_straight(node, down[node.id], into[node.id])}
    following = {one: down[one][0].parent for one in straight}
    below = {parent for child, parent in following.items() if _alike(drawing, child, parent, straight)}
    for first in (node.id for node in drawing.nodes if node.id in straight and node.id not in below):
        stretch = [first]
        while _alike(drawing, stretch[-1], following[stretch[-1]], straight):
            stretch.append(following[stretch[-1]])
        yield stretch


def _is_straight(node: Node, down: list[Edge], into: int) -> bool:
    return node.is_plain and into == 1 and len(down) == 1 and down[0].kind == "parent"


def _alike(drawing: Drawing, child: str, parent: str, straight: set[str]) -> bool:
    return parent in straight and drawing.by_id[child].added_by == drawing.by_id[parent].added_by
