"""Spellings of one expression in SQLite's stored DDL, which SQLite keeps as they were written.

Words and names are compared without their case and their quotes, and idle parentheses fall away.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from alembic_proof.catalogs.sqlite.parentheses import OPERATORS, without_idle
from alembic_proof.catalogs.sqlite.tokens import RESERVED, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_SYNONYMS = {"==": "=", "<>": "!="}
_CONSTANTS = {"true": "1", "false": "0"}
_TEXTS = ("CHAR", "CLOB", "TEXT")
_REALS = ("REAL", "FLOA", "DOUB")


def same(one: str | None, other: str | None, *, loosely: bool = False) -> bool:
    """Whether two expressions are one; literals have no types here that could be taken `loosely`."""
    del loosely
    if one is None or other is None:
        return one is other
    return one == other or normal(one) == normal(other)


def same_constant(one: str | None, other: str | None, type_: str) -> bool:
    """Whether two defaults are stored as the same value in a column of that declared type."""
    first, second = (_literal(text) for text in (one, other))
    if first is None or second is None:
        return False
    kind = affinity(type_)
    if kind == "BLOB":
        return first == second
    values = [_stored(kind, value) for _, value in (first, second)]
    return values[0] == values[1]


@lru_cache(maxsize=4096)
def normal(sql: str) -> tuple[str, ...]:
    return tuple(without_idle([_plain(token) for token in tokens(sql)]))


def affinity(type_: str) -> str:
    """SQLite's own rules for what a declared type makes of a value."""
    declared = type_.upper()
    if "INT" in declared:
        return "INTEGER"
    if any(word in declared for word in _TEXTS):
        return "TEXT"
    if not declared or "BLOB" in declared or declared == "ANY":
        return "BLOB"
    return "REAL" if any(word in declared for word in _REALS) else "NUMERIC"


def _plain(token: Token) -> str:
    if token.kind == "name":
        name = token.name.lower()
        return f'"{name}"' if name in RESERVED or name in OPERATORS else name
    if token.kind == "string":
        return token.text
    return _SYNONYMS.get(token.text, token.text.lower())


def _literal(sql: str | None) -> tuple[bool, str] | None:
    """Whether it is a string, and its value; None for what is not a literal."""
    if sql is None:
        return None
    found = without_idle([_plain(token) for token in tokens(sql)])
    sign = "-" if found[:1] == ["-"] else ""
    rest: Sequence[str] = found[1:] if found[:1] in (["-"], ["+"]) else found
    if len(rest) != 1:
        return None
    value = _CONSTANTS.get(rest[0], rest[0])
    if value.startswith("'"):
        return (True, value[1:-1].replace("''", "'")) if not sign else None
    return (False, f"{sign}{value}") if _number(value) is not None else None


def _stored(kind: str, value: str) -> tuple[str, object]:
    if kind == "TEXT":
        return "text", value
    number = _number(value)
    return ("text", value) if number is None else ("number", number)


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
