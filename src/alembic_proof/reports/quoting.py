"""Quoting for GitHub's Markdown: in running text and cells of tables, as code, and in fences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

# By their numbers: what HTML or a table's cell would read before Markdown sees a backslash.
_QUOTED = {one: f"&#{ord(one)};" for one in "<>&|\"'@#$"} | {one: f"\\{one}" for one in "\\`*_{}[]()+-.!~:=^"}
# Of these GitHub makes mentions, references, emoji and formulas; not where an empty comment comes after them.
_SPEAKING = re.compile(r"([@#:](?=\w)|\$)")


def in_text(text: str) -> str:
    """Text that shows as it is, on one line."""
    return "<!-- -->".join(_quoted(part) for part in _SPEAKING.sub("\\1\n", printable(text)).split("\n"))


def in_code(text: str) -> str:
    """Code that shows as it is, on one line and in cells as well, where backticks would not do."""
    return f"<code>{_quoted(printable(text))}</code>"


def _quoted(text: str) -> str:
    return "".join(_QUOTED.get(one, one) for one in text)


def with_code(text: str) -> str:
    """Text in which what stands between two backticks is code."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(in_code(part) if number % 2 else in_text(part) for number, part in enumerate(parts))


def fenced(lines: Iterable[str], language: str) -> str:
    """Lines of code, in a fence that none of them ends."""
    text = [printable(line.expandtabs(4)) for line in lines]
    longest = max((len(run) for line in text for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *text, fence])
