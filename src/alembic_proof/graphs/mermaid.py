"""The graph as a Mermaid flowchart, which GitHub and GitLab draw where Markdown is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.graphs.folding import folded
from alembic_proof.graphs.layout import newest_first
from alembic_proof.graphs.wording import name_of, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.graphs.drawing import Drawing, Edge, Node

# Everything else could end the quotes, begin Markdown, HTML or an entity, or be a word of the grammar.
_PLAIN = re.compile(r"[\w .,:/()+-]", re.UNICODE)
_CLASSES = """\
    classDef head stroke-width:3px
    classDef unmerged stroke-dasharray:4 3
    classDef wrong stroke:#d1242f,stroke-width:3px
    classDef folded fill:none,stroke:none
"""


def render(drawings: Sequence[Drawing], *, whole: bool = False) -> str:
    """One chart with a box for each environment, where there are several.

    Long straight stretches are folded unless `whole`: GitHub draws no more than 500 edges.
    """
    lines = ["flowchart BT"]
    for number, drawing in enumerate(drawings):
        shown = drawing if whole else folded(drawing)
        chart = [*_chart(shown, f"e{number}n")]
        if len(drawings) > 1:
            chart = [f"subgraph e{number} [{quoted(drawing.title)}]", *chart, "end"]
        lines += [f"    {line}" for line in chart]
    return "\n".join(lines) + "\n" + _CLASSES


def quoted(*lines: str) -> str:
    """A label in quotes. Whatever the grammar might take for its own is written by its number."""
    return '"' + "<br>".join("".join(_character(one) for one in line) for line in lines) + '"'


def _character(one: str) -> str:
    return one if _PLAIN.fullmatch(one) else f"#{ord(one)};"


def _chart(drawing: Drawing, prefix: str) -> Iterator[str]:
    order = newest_first(drawing)
    names = {identifier: f"{prefix}{number}" for number, identifier in enumerate(reversed(order))}
    for identifier in reversed(order):
        node = drawing.by_id[identifier]
        yield f"{names[identifier]}[{quoted(*_label(node))}]{_class(node)}"
    for edge in drawing.edges:
        yield f"{names[edge.parent]} {_arrow(edge)} {names[edge.child]}"


def _label(node: Node) -> tuple[str, ...]:
    said = remarks(node)
    return (name_of(node), ", ".join(said)) if said and not node.folded else (name_of(node),)


def _class(node: Node) -> str:
    if node.folded:
        return ":::folded"
    if node.problems or "fork" in node.marks or "missing" in node.marks:
        return ":::wrong"
    if node.added_by:
        return ":::unmerged"
    return ":::head" if "head" in node.marks else ""


def _arrow(edge: Edge) -> str:
    if edge.kind == "dependency":
        return "-.->"
    return "==>" if edge.forked else "-->"
