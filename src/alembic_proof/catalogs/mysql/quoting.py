"""Identifiers and literals in SQL text, whatever the SQL mode."""

from __future__ import annotations

import re

NAME = re.compile(r"`((?:[^`]|``)*)`")


def identifier(name: str) -> str:
    escaped = name.replace("`", "``")
    return f"`{escaped}`"


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def names(sql: str) -> tuple[str, ...]:
    """The quoted names in a text, each as it is called."""
    return tuple(found.replace("``", "`") for found in NAME.findall(sql))
