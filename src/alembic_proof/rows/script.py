"""An SQL file as its statements, for drivers that take one at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = re.compile(
    r"""'(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | `[^`]*` | (?P<tag>\$\w*\$).*?(?P=tag)
    | (?P<comment>--[^\n]*|/\*.*?\*/) | (?P<end>;) | .""",
    re.VERBOSE | re.DOTALL,
)


def statements(script: str) -> Iterator[str]:
    """Each without its semicolon and without comments."""
    found = ""
    for piece in _PIECE.finditer(script):
        if piece["end"]:
            if found.strip():
                yield found.strip()
            found = ""
        else:
            found += " " if piece["comment"] else piece[0]
    if found.strip():
        yield found.strip()
