"""A fork as a picture: of characters, and of Mermaid's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof.reports.wording import printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alembic_proof.findings import Finding

    Node = Mapping[str, Any]

MERMAID_LABEL = 60  # characters of a name that fit into a box

_SPEAKING = "$:\\"
_NO_WIDTH = "#8203;"


def nodes_of(finding: Finding) -> list[Node]:
    """The revisions of a fork, as the rule left them in the finding; none where it found something else."""
    graph = finding.details.get("graph")
    return list(graph) if isinstance(graph, (list, tuple)) else []


def drawn(finding: Finding) -> list[str]:
    """The fork as lines of text: what follows is below, and what stands side by side branches off."""
    nodes = nodes_of(finding)
    width = max((len(printable(node["revision"])) for node in nodes if "left_out" not in node), default=0)
    known = {node["revision"] for node in nodes}
    children: dict[str | None, list[Node]] = {}
    for node in nodes:
        parent = next((name for name in node["parents"] if name in known), None)
        children.setdefault(parent, []).append(node)
    return [line for root in children.get(None, ()) for line in _tree(root, children, width)]


def _tree(node: Node, children: Mapping[str | None, Sequence[Node]], width: int) -> Iterator[str]:
    yield _line(node, width)
    after = children.get(node["revision"], ())
    for number, child in enumerate(after):
        first, rest = ("", "") if len(after) == 1 else ("├── ", "│   ")
        if number == len(after) - 1 and number:
            first, rest = "└── ", "    "
        for place, line in enumerate(_tree(child, children, width)):
            yield (rest if place else first) + line


def _line(node: Node, width: int) -> str:
    if "left_out" in node:
        return f"... {node['left_out']}"
    parts = [f"{printable(node['revision']):<{width}}", printable(node["path"] or "(no file)")]
    also = node["parents"][1:]
    if also:
        parts.append(f"(after {', '.join(map(printable, also))} as well)")
    if node["head"]:
        parts.append("(head)")
    return "  ".join(parts)


def mermaid(finding: Finding) -> list[str]:
    """The fork as the lines of a Mermaid flowchart."""
    nodes = nodes_of(finding)
    names = {node["revision"]: f"r{number}" for number, node in enumerate(nodes)}
    boxes = [f'  {names[node["revision"]]}["{_label(node)}"]' for node in nodes]
    arrows = [
        f"  {names[parent]} --> {names[node['revision']]}"
        for node in nodes
        for parent in node["parents"]
        if parent in names
    ]
    heads = ",".join(names[node["revision"]] for node in nodes if node["head"])
    styles = ["  classDef head stroke:#cf222e,stroke-width:3px", f"  class {heads} head"] if heads else []
    return ["flowchart LR", *boxes, *arrows, *styles]


def _label(node: Node) -> str:
    if "left_out" in node:
        return _quoted(f"... {node['left_out']}")
    file = (node["path"] or "(no file)").rpartition("/")[2]
    return f"{_short(node['revision'])}<br/>{_short(file)}"


def _short(name: str) -> str:
    return _quoted(shortened(printable(name), MERMAID_LABEL))


def _quoted(text: str) -> str:
    """Letters and digits, and all else by its number, so that nothing is Mermaid's, Markdown's or HTML's."""
    return "".join(one if one.isascii() and (one.isalnum() or one == " ") else _numbered(one) for one in text)


def _numbered(one: str) -> str:
    """By its number, parted by a space of no width from what would make a formula, an icon or a new line with it.

    Mermaid looks for those once the numbers are characters again.
    """
    return f"#{ord(one)};{_NO_WIDTH if one in _SPEAKING else ''}"
