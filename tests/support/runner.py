"""What GitHub's runner reads in a step's output, by the rules of its `ActionCommand` and `ActionCommandManager`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMANDS = frozenset(
    [
        "error",
        "warning",
        "notice",
        "debug",
        "group",
        "endgroup",
        "echo",
        "add-mask",
        "add-matcher",
        "remove-matcher",
        "set-output",
        "save-state",
        "set-env",
        "add-path",
        "stop-commands",
    ]
)
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    name: str
    data: str
    properties: Mapping[str, str] = field(default_factory=dict)


def obeyed(output: str) -> list[Command]:
    """The commands that the runner carries out, without those that stop and resume it."""
    known, token, found = set(COMMANDS), None, []
    for line in re.split("\r\n|\r|\n", output):
        command = _new(line, known) or _old(line, known)
        if command is None:
            continue
        if token is not None:
            if command.name.lower() == token.lower():
                known.discard(token)
                token = None
        elif command.name == "stop-commands":
            token = command.data
            known.add(token)
        else:
            found.append(command)
    return found


def _new(line: str, known: set[str]) -> Command | None:
    """`::name key=value,key=value::data`"""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name.lower() not in known:
        return None
    return Command(name, _unquoted(line[end + 2 :], DATA), dict(_pairs(properties)))


def _pairs(properties: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, properties.strip().split(",")):
        key, separator, value = pair.lstrip("=").partition("=")
        value = value.lstrip("=")  # an empty part is not counted as one
        if separator and value:
            yield key, _unquoted(value, PROPERTY)


def _old(line: str, known: set[str]) -> Command | None:
    """`##[name]data`, anywhere in a line."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return Command(name, line[end + 1 :]) if name.lower() in known else None


def _unquoted(text: str, mapping: tuple[tuple[str, str], ...]) -> str:
    for quoted, meant in mapping:
        text = text.replace(quoted, meant)
    return text
