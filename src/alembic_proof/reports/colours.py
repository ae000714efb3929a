"""The text report on a terminal: the same characters, with colours around what the eye looks for first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Collection

_FIX = "  fix: "
_CODE = "    "
_NOTE = "note: "


def coloured(text: str, rules: Collection[str], *, failed: bool) -> str:
    """A rendered text report with ANSI colours; without them it is the same text again.

    `rules` are the names of the rules that it has findings of, `failed` whether any of those is an error.
    """
    *lines, verdict = text.splitlines()
    finding = re.compile(
        rf"^(?P<place>.*?)(?P<rule>{'|'.join(map(re.escape, sorted(rules)))}): (?P<message>.*)$"
    )
    shown = [_coloured(line, finding) for line in lines]
    return "\n".join([*shown, click.style(verdict, fg="red" if failed else "green")]) + "\n"


def _coloured(line: str, finding: re.Pattern[str]) -> str:
    if line.startswith(_CODE):
        return click.style(line, fg="cyan")
    if line.startswith(_FIX):
        return click.style("  fix:", fg="green", bold=True) + line[len(_FIX) - 1 :]
    if line.startswith(_NOTE):
        return click.style(line, fg="yellow")
    found = finding.match(line)
    if not found:
        return line
    rule = click.style(found["rule"], fg="red", bold=True)
    return f"{click.style(found['place'], bold=True)}{rule}: {found['message']}"
