"""Ids that nobody drew: the ones that people and generators type in, and that others have typed in before.

Each pattern is so narrow that an id drawn at random, as Alembic's own are, has it less than once in ten million.
Numbers that count (`0042`), dates and words are nobody's placeholder.
"""

from __future__ import annotations

import re
from itertools import pairwise

SHORTEST = 8  # shorter ids are counters, or examples
ALEMBICS = 12  # the digits of an id of Alembic's

_WORDS = re.compile(r"(?:dead|beef|cafe|babe|feed|face|f00d|fade|baad|bad0|c0de|c0ffee|decaf|deaf)+")
_STAND_INS = re.compile(
    r"(?:your|my|new|some)?_?(?:revision|rev|migration)_?(?:id|hash|here)(?:_?here)?"
    r"|change_?me|replace_?me|placeholder|fixme|todo|tbd|x{3,}"
)
_ALTERNATING = re.compile(r"(?:[a-z][0-9])+|(?:[0-9][a-z])+")
_MOMENT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d*")
_LONG_REPEAT = re.compile(r"(.)\1{7}")
_WRAPS = {"fa", "za", "90"}


def made_up(identifier: str) -> str | None:
    """What shows that an id was made up, as the end of a sentence; None for all others."""
    text = identifier.lower()
    if _STAND_INS.fullmatch(text):
        return "it stands for an id that was never filled in"
    if len(text) < SHORTEST or not (text.isascii() and text.isalnum()) or _MOMENT.fullmatch(text):
        return None
    if _WORDS.fullmatch(text):
        return "it is made of words"
    if _repeats(text):
        return "it repeats itself"
    if _in_order(_letters(text)) and _in_order(_digits(text)):
        return "its letters and digits run in order"
    if _of_runs(text):
        return "it is made of runs such as abc and 123"
    if len(text) >= ALEMBICS and _ladder(text):
        return "letters that run in order alternate with digits"
    return None


def _repeats(text: str) -> bool:
    """One character eight times in a row, or a short piece over and over."""
    if text.isdigit() and len(text) < ALEMBICS:
        return False  # a counter's
    if len(text) >= ALEMBICS and _LONG_REPEAT.search(text):
        return True
    longest = 6 if len(text) >= ALEMBICS else 2
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, longest + 1))


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalpha())


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _in_order(text: str) -> bool:
    """Whether each character is the next one after the one before it, or each the one before: d e f a, 3 2 1."""
    return _rises(text) or _rises(text[::-1])


def _rises(text: str) -> bool:
    return all(ord(after) - ord(before) == 1 or before + after in _WRAPS for before, after in pairwise(text))


def _of_runs(text: str) -> bool:
    """Whether it falls into runs of three or more: abc 123 def 456."""
    run = 1
    for before, after in pairwise(text):
        if ord(after) - ord(before) == 1:
            run += 1
        elif run < 3:
            return False
        else:
            run = 1
    return run >= 3


def _ladder(text: str) -> bool:
    """Whether letters in order stand between digits of which none comes twice: f3 a2 b1 c4 d5 e6."""
    digits = _digits(text)
    return bool(_ALTERNATING.fullmatch(text)) and _rises(_letters(text)) and len(set(digits)) == len(digits)
