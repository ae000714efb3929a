"""What a CHECK says of the values that it takes, by its literals, patterns and lengths.

Nothing here decides: the server does. Too many are no harm, and one that fits has to be among them.
"""

from __future__ import annotations

import datetime
import json
import random
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from alembic_proof.rows.makers import LONGEST
from alembic_proof.rows.values import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.rows.tables import Column

_STRING = r"'((?:[^']|'')*)'"
_STRINGS = re.compile(_STRING)
_PATTERN = re.compile(
    rf"(!?~~?\*?|\b(?:NOT\s+)?(?:I?LIKE|SIMILAR\s+TO|REGEXP|RLIKE|GLOB)\b)\s*\(?\s*(similar_to_escape\()?{_STRING}",
    re.IGNORECASE,
)
_CALLED_PATTERN = re.compile(rf"\b(?:regexp_like|regexp_match(?:es)?)\s*\([^,]*,\s*{_STRING}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.])")
_FUNCTION = re.compile(r"\w\(|<>|!=|\bnot\b", re.IGNORECASE)  # whatever it asks for
_LENGTH = re.compile(r"length|cardinality|array_upper|\b(?:octet|char)_len", re.IGNORECASE)
_MANY = 20  # the most elements of an array, and the most draws from a pattern
_DRAWS = 8


def hints(dialect: str, column: Column, checks: Iterable[str], seed: str) -> list[str]:
    """Values that the checks speak of, and those next to them."""
    found: dict[str, None] = {}
    for check in checks:
        for one in _of(kind(dialect, column), _without_own_casts(check), seed):
            found[one] = None
    return list(found)


def _without_own_casts(check: str) -> str:
    return re.sub(r"(?<=['\)\w])::(?:\"[^\"]*\"|[\w. ]+?)(?:\(\d+\))?(\[\])?(?=\W|\Z)", "", check)


def _of(kind_: str, check: str, seed: str) -> Iterator[str]:
    strings = [one.replace("''", "'") for one in _STRINGS.findall(check)]
    numbers = [float(one) for one in _NUMBER.findall(_STRINGS.sub("''", check).replace("'", " "))]
    if kind_ == "number":
        yield from _numbers([*numbers, *(float(one) for one in strings if _NUMBER.fullmatch(one))])
    elif kind_ == "time":
        yield from _times([*strings, *_years(numbers)])
    elif kind_ == "json":
        yield from _documents(strings, numbers)
    elif kind_ == "array":
        yield from _arrays(strings, numbers)
    else:
        yield from _matching(check, seed)
        patterns = {one for _, _, one in _PATTERN.findall(check)} | set(_CALLED_PATTERN.findall(check))
        yield from (one for one in strings if one.replace("'", "''") not in patterns)
        if _LENGTH.search(check):
            yield from _of_length(numbers)
        if kind_ == "text" and _FUNCTION.search(check):
            yield from ("amber", "AMBER", "12345", "1", "")


def _numbers(numbers: list[float]) -> Iterator[str]:
    """Each number, those beside it, and the middle between two."""
    ordered = sorted(set(numbers))
    for one in ordered:
        yield from (_plain(one), _plain(one + 1), _plain(one - 1))
    for low, high in pairwise(ordered):
        yield _plain(round((low + high) / 2))
        yield f"{(low + high) / 2:g}"
    for one in ordered:
        yield from (f"{one + 0.5:g}", f"{one - 0.5:g}")
    yield from ("0", "1", "-1", "2")


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _years(numbers: list[float]) -> Iterator[str]:
    return (f"{int(one) + more}-06-15" for one in numbers if 1000 < one < 9000 for more in (0, -1, 1))


def _times(strings: list[str]) -> Iterator[str]:
    for one in strings:
        yield one
        found = re.match(r"\d{4}-\d\d-\d\d", one)
        if found:
            try:
                day = datetime.date.fromisoformat(found[0])
            except ValueError:
                continue
            yield from ((day + datetime.timedelta(days=days)).isoformat() for days in (1, -1, 40))
    yield from ("2199-01-01", "1980-01-01")


def _documents(strings: list[str], numbers: list[float]) -> Iterator[str]:
    keys = [one for one in strings if re.fullmatch(r"\w+", one)]
    for content in ("amber", 1, True, *strings, *map(int, numbers)):
        yield json.dumps(dict.fromkeys(keys, content))
    yield from ("{}", "[]", '"amber"', "1", "true", '["amber"]', "[1]", "[1, 2]")


def _arrays(strings: list[str], numbers: list[float]) -> Iterator[str]:
    quoted = ['"{}"'.format(re.sub(r'(["\\])', r"\\\1", one)) for one in strings]
    yield from (f"{{{one}}}" for one in quoted)
    if quoted:
        yield f"{{{','.join(quoted)}}}"
    counts = sorted({int(one) + more for one in numbers for more in (0, 1, -1)} | {1, 2})
    for count in counts:
        if 0 <= count <= _MANY:
            for one in (*quoted[:2], "1", "amber", "0.5"):
                yield f"{{{','.join([one] * count)}}}"


def _of_length(numbers: list[float]) -> Iterator[str]:
    for number in numbers:
        for length in (int(number), int(number) + 1, int(number) - 1):
            if 0 <= length <= LONGEST:
                yield from (
                    ("amber" * (length // 5 + 1))[:length],
                    ("1234567890" * (length // 10 + 1))[:length],
                )


def _matching(check: str, seed: str) -> Iterator[str]:
    """Texts that the patterns take."""
    for operator, similar, pattern in _PATTERN.findall(check):
        word = "SIMILAR TO" if similar else " ".join(operator.upper().split())
        if not word.startswith(("NOT", "!")):
            yield from _drawn(_as_regex(word, pattern.replace("''", "'")), seed)
    for pattern in _CALLED_PATTERN.findall(check):
        yield from _drawn(pattern.replace("''", "'"), seed)


def _as_regex(operator: str, pattern: str) -> str:
    if operator in ("~", "~*", "REGEXP", "RLIKE"):
        return pattern
    if operator == "SIMILAR TO":
        return pattern.replace("%", ".*").replace("_", ".")
    several, one = ("*", "?") if operator == "GLOB" else ("%", "_")
    parts = re.split(r"(\[[^\]]+\])", pattern) if operator == "GLOB" else list(pattern)
    signs = {several: "[a-z]{0,5}", one: "[a-z]"}
    return "".join(
        part if part.startswith("[") else "".join(signs.get(sign, re.escape(sign)) for sign in part)
        for part in parts
    )


def _drawn(pattern: str, seed: str) -> Iterator[str]:
    import rstr

    for number in range(_DRAWS):
        own = random.Random(f"{seed}{number}")  # noqa: S311
        try:
            yield rstr.Rstr(own).xeger(_bounded(pattern))
        except (re.error, ValueError, KeyError, NotImplementedError, RecursionError):
            return  # what PostgreSQL's patterns have and Python's have not


def _bounded(pattern: str) -> str:
    """With repetitions of a size that columns hold, and characters that people write."""
    pattern = re.sub(r"(?<!\\)\*\??(?![^\[]*\])", "{0,4}", pattern)
    pattern = re.sub(r"(?<!\\)\+\??(?![^\[]*\])", "{1,4}", pattern)
    return re.sub(r"(?<!\\)\.(?![^\[]*\])", "[a-z]", pattern)
