"""Spellings of one expression: the server prints its own, but for the character set that a client spoke in."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

# A string's character set is told where it is not the connection's own.
_INTRODUCER = re.compile(r"(?<![\w`'])_(?:utf8mb4|utf8mb3|utf8|latin1|ascii)\s*(?=\\?')")


def same(one: str | None, other: str | None, *, loosely: bool = False) -> bool:
    """Whether two expressions are one; what they say of types is their own, even `loosely`."""
    del loosely
    if one is None or other is None:
        return one is other
    return one == other or _INTRODUCER.sub("", one) == _INTRODUCER.sub("", other)


def same_constant(one: str | None, other: str | None, type_: str) -> bool:
    """Whether two defaults are the same number."""
    del type_  # the server has made both of the column's type
    first, second = _number(one), _number(other)
    return first is not None and first == second


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
