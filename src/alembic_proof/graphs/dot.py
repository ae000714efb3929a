"""The graph in Graphviz's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.graphs.layout import lay_out
from alembic_proof.graphs.wording import name_of, one_line, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.graphs.drawing import Drawing, Edge, Node

_COLOURS = ("#0969da", "#9a6700", "#1a7f37", "#8250df", "#bf3989", "#1b7c83", "#bc4c00", "#57606a")
_RED = "#d1242f"
_HEADER = """\
digraph revisions {
    rankdir=BT
    node [shape=box style="rounded,filled" fillcolor=white fontname="Helvetica,Arial,sans-serif" fontsize=11]
    edge [arrowsize=0.6]
"""


def render(drawings: Sequence[Drawing]) -> str:
    """One graph, each environment in a cluster of its own. All revisions are in it."""
    parts = []
    for number, drawing in enumerate(drawings):
        lines = [f"label={quoted(drawing.title)}", *_cluster(drawing, f"e{number}n")]
        inside = "".join(f"        {line}\n" for line in lines)
        parts.append(f"    subgraph cluster_{number} {{\n{inside}    }}\n")
    return f"{_HEADER}{''.join(parts)}}}\n"


def quoted(*lines: str) -> str:
    r"""A string in quotes, in which `\` would begin an escape of Graphviz's own, and `&` an entity of HTML's."""
    escaped = (
        one_line(line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines
    )
    return '"' + "\\n".join(escaped) + '"'


def _cluster(drawing: Drawing, prefix: str) -> Iterator[str]:
    places = lay_out(drawing).places
    names = {place.node.id: f"{prefix}{number}" for number, place in enumerate(reversed(places))}
    for place in reversed(places):
        yield f"{names[place.node.id]} [{_attributes(place.node, _COLOURS[place.colour % len(_COLOURS)])}]"
    for edge in drawing.edges:
        yield f"{names[edge.parent]} -> {names[edge.child]}{_edge(edge)}"


def _attributes(node: Node, colour: str) -> str:
    said = remarks(node)
    label = quoted(name_of(node), *([", ".join(said)] if said else []))
    wrong = node.problems or "fork" in node.marks or "missing" in node.marks
    style = ' style="rounded,filled,dashed"' if node.added_by or "missing" in node.marks else ""
    width = " penwidth=2" if wrong or "head" in node.marks else ""
    tooltip = f" tooltip={quoted(node.path)}" if node.path else ""
    return f'label={label} color="{_RED if wrong else colour}"{style}{width}{tooltip}'


def _edge(edge: Edge) -> str:
    if edge.kind == "dependency":
        return " [style=dashed constraint=true]"
    return f' [color="{_RED}" penwidth=2]' if edge.forked else ""
