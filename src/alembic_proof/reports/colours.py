"""The text report on a terminal: the same characters, with colours around what the eye looks for first."""

from __future__ import annotations

import re

import click

from alembic_proof.rules import RULES

_RULE = re.compile(rf"^(?P<place>.*?)(?P<rule>{'|'.join(rule.NAME for rule in RULES)}): (?P<message>.*)$")
_FIX = "  fix: "
_CODE = "    "
_NOTE = "note: "


def coloured(text: str) -> str:
    """A rendered text report with ANSI colours; without them it is the same text again."""
    *lines, verdict = text.splitlines()
    good = verdict.startswith("nothing found")
    return "\n".join([*map(_coloured, lines), click.style(verdict, fg="green" if good else "red")]) + "\n"


def _coloured(line: str) -> str:
    if line.startswith(_CODE):
        return click.style(line, fg="cyan")
    if line.startswith(_FIX):
        return click.style("  fix:", fg="green", bold=True) + line[len(_FIX) - 1 :]
    if line.startswith(_NOTE):
        return click.style(line, fg="yellow")
    found = _RULE.match(line)
    if not found:
        return line
    rule = click.style(found["rule"], fg="red", bold=True)
    return f"{click.style(found['place'], bold=True)}{rule}: {found['message']}"
