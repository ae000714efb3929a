"""SQLite's SQL in tokens: what is a string, what is a name, and where the commas are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKENS = re.compile(
    r"""(?P<space>(?:\s|--[^\n]*|/\*.*?(?:\*/|\Z))+)
    | (?P<string>(?:\b[xX])?'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\])
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[\w$]+)
    | (?P<other>\|\||->>|->|<=|>=|<>|!=|==|<<|>>|.)""",
    re.VERBOSE | re.DOTALL,
)
# Some of the words that SQLite reserves: a name like one of these has to be quoted.
_RESERVED_WORDS = """
    add all alter and as autoincrement between case check collate commit constraint create cross default deferrable
    delete distinct drop else escape except exists foreign from full group having in index inner insert intersect into
    is isnull join left limit natural not notnull null on or order outer primary references returning right rollback
    select set table then to transaction union unique update using values when where
"""
RESERVED = frozenset(_RESERVED_WORDS.split())


class Token(NamedTuple):
    kind: str
    text: str
    spaced: bool = False  # whether a space stands before it

    @property
    def word(self) -> str:
        """An unquoted word in upper case, "" for all else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """What it is called, without its quotes."""
        if self.kind == "word":
            return self.text
        quote = self.text[-1]
        return self.text[1:-1].replace(quote * 2, quote) if quote != "]" else self.text[1:-1]


def tokens(sql: str) -> list[Token]:
    return list(_tokens(sql))


def _tokens(sql: str) -> Iterator[Token]:
    spaced = False
    for match in _TOKENS.finditer(sql):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield Token(kind, match[0], spaced)
        spaced = kind == "space"


def text(part: Sequence[Token]) -> str:
    """The tokens as they were written, without comments and line ends."""
    return "".join(f"{' ' * (token.spaced and place > 0)}{token.text}" for place, token in enumerate(part))


def identifier(name: str) -> str:
    """A name as SQL text, quoted where it has to be."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in RESERVED:
        return name
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(value: str) -> str:
    return "'{}'".format(value.replace("'", "''"))
