"""The revision graph as pictures: one module a format, each a pure function from drawings to text."""

from __future__ import annotations

from alembic_proof.graphs.drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
