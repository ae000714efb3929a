"""Spellings of one expression that PostgreSQL prints differently, shown equal without asking it.

Only what cannot change a value is taken away: casts to `text` and `character varying` without a length, which
keep every string as it is, those of whole numbers in a list that a column is compared with, and parentheses around
one thing or around parentheses.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_TOKENS = re.compile(
    r"""(?P<string>(?:\b[EeBbXx])?'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<cast>::\s*(?:"(?:[^"]|"")*"|[a-z_][\w.]*)(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone)\b)*
        (?:\s*\([\d,\s]*\))?(?:\s*with(?:out)?\s+time\s+zone\b)?(?:\[\])*)
    | (?P<word>\w[\w.$]*)
    | (?P<other>\S)""",
    re.VERBOSE | re.IGNORECASE,
)
_HARMLESS = re.compile(r"::\s*(text|character varying)(\[\])*", re.IGNORECASE)
_WHOLE = re.compile(r"::\s*(?:smallint|integer|bigint|numeric)(?:\[\])?", re.IGNORECASE)
_IN_LIST = re.compile(rf"[(),-]|\d+|'-?\d+'|{_WHOLE.pattern}", re.IGNORECASE)
_NOW = {"current_timestamp": "now ( )"}
_CONSTANT = re.compile(
    r"""\(*(?P<sign>-?)\(*(?:'(?P<string>(?:[^']|'')*)'|(?P<number>\d+(?:\.\d*)?(?:e[+-]?\d+)?)|(?P<word>true|false))\)*
        (?:::[\w\s".\[\](),]+)*""",
    re.VERBOSE | re.IGNORECASE,
)
_EMPTY_ARRAY = re.compile(r"ARRAY\[\]::[\w\s\".()]+\[\]", re.IGNORECASE)
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "money")


def same(one: str | None, other: str | None, *, loosely: bool = False) -> bool:
    """Whether two expressions are one, `loosely` also whatever types their literals are of."""
    if one is None or other is None:
        return one is other
    return one == other or normal(one, loosely) == normal(other, loosely)


def same_constant(one: str | None, other: str | None, type_: str) -> bool:
    """Whether two expressions are the same literal of a type, however it is written and cast."""
    first, second = (_literal(text) for text in (one, other))
    if first is None or second is None:
        return False
    if first == second:
        return True
    return type_.startswith(_NUMBERS) and _number(first) is not None and _number(first) == _number(second)


@lru_cache(maxsize=4096)
def normal(text: str, loosely: bool = False) -> str:
    tokens = [_plain(match, loosely) for match in _TOKENS.finditer(text) if not _dropped(match, loosely)]
    return " ".join(_without_idle_parentheses(_with_plain_lists(tokens)))


def _dropped(match: re.Match[str], loosely: bool) -> bool:
    return match.lastgroup == "cast" and (loosely or _HARMLESS.fullmatch(match[0]) is not None)


def _plain(match: re.Match[str], loosely: bool) -> str:
    if loosely and match.lastgroup == "string":
        return match[0].strip("'")
    return _NOW.get(match[0].lower(), match[0]) if match.lastgroup == "word" else match[0]


def _with_plain_lists(tokens: list[str]) -> list[str]:
    """`x = ANY (ARRAY[(1)::bigint])` as `x = ANY (ARRAY[1])`: a column that was widened keeps its lists."""
    start = 0
    while "ARRAY" in tokens[start:]:
        start = tokens.index("ARRAY", start) + 1
        before = [one.upper() for one in tokens[max(start - 4, 0) : start - 1] if one != "("]
        end = tokens.index("]", start) if tokens[start] == "[" else start
        items, rest = tokens[start + 1 : end], tokens[end + 1 :]
        if before[-1:] in (["ANY"], ["ALL"]) and all(map(_IN_LIST.fullmatch, items)):
            if rest[:1] == [")"] and len(rest) > 1 and _WHOLE.fullmatch(rest[1]):
                del rest[1]
            numbers = [
                token for item in items if not item.startswith(("(", ")", ":")) for token in _digits(item)
            ]
            tokens = [*tokens[: start + 1], *numbers, "]", *rest]
    return tokens


def _digits(item: str) -> list[str]:
    text = item.strip("'")
    return ["-", text[1:]] if text.startswith("-") and len(text) > 1 else [text]


def _without_idle_parentheses(tokens: list[str]) -> list[str]:
    while idle := _idle_pair(tokens):
        start, end = idle
        tokens = [*tokens[:start], *tokens[start + 1 : end], *tokens[end + 1 :]]
    return tokens


def _idle_pair(tokens: list[str]) -> tuple[int, int] | None:
    partner = _partners(tokens)
    for start, end in sorted(partner.items()):
        doubled = partner.get(start + 1) == end - 1
        around_one = end == start + 2 and not _is_call(tokens, start)
        if doubled or around_one or (start, end) == (0, len(tokens) - 1):
            return start, end
    return None


def _is_call(tokens: list[str], start: int) -> bool:
    before = tokens[start - 1] if start else ""
    return bool(re.fullmatch(r'[\w.$]+|".*"', before)) and before.upper() not in _BEFORE_OPERANDS


_BEFORE_OPERANDS = {
    "AND",
    "OR",
    "NOT",
    "CHECK",
    "WHERE",
    "THEN",
    "ELSE",
    "WHEN",
    "LIKE",
    "ILIKE",
    "IS",
    "BETWEEN",
}


def _partners(tokens: list[str]) -> dict[int, int]:
    partner: dict[int, int] = {}
    open_ones: list[int] = []
    for number, text in enumerate(tokens):
        if text == "(":
            open_ones.append(number)
        elif text == ")" and open_ones:
            partner[open_ones.pop()] = number
    return partner


def _literal(text: str | None) -> str | None:
    found = _CONSTANT.fullmatch(text) if text else None
    if found is None:
        return "{}" if text and _EMPTY_ARRAY.fullmatch(text) else None
    string = found["string"]
    value = string.replace("''", "'") if string is not None else (found["number"] or found["word"].lower())
    return f"{found['sign']}{value}"


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
