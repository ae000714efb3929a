"""What the formats say of a revision, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.graphs.drawing import Drawing, Node


def one_line(text: str) -> str:
    """The same on one line, whatever is in names and messages."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def listed(names: Sequence[str], limit: int = 4) -> str:
    """Names in a row, and how many more there are."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def name_of(node: Node) -> str:
    if node.folded:
        return counted(node.folded, "revision")
    return one_line(f"{node.id}  {node.message}".rstrip())


def remarks(node: Node) -> tuple[str, ...]:
    """What is to be said of a node beside its id and message."""
    said = [
        *(mark for mark in node.marks if mark != "missing"),
        *(["no such file"] if "missing" in node.marks else []),
        *(f"label: {label}" for label in node.labels),
        *(f"depends on: {name}" for name in node.depends_on),
        *([f"only in {listed(node.added_by)}"] if node.added_by else []),
        *([f"altered by {listed(node.altered_by)}"] if node.altered_by else []),
    ]
    return tuple(map(one_line, said))


def summary(drawing: Drawing) -> str:
    return f"{counted(drawing.revisions, 'revision')}, {counted(len(drawing.heads), 'head')}"
