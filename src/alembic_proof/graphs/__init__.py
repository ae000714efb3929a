"""The revision graph as pictures: one module a format, each a pure function from drawings to text."""

from __future__ import annotations

from alembic_proof.graphs.drawing import Drawing, draw

FORMATS = ("text", "mermaid", "dot", "html")

__all__ = ["FORMATS", "Drawing", "draw"]
