"""squawk's warnings of a revision's statements: what it is given, and what of its answer is news."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What is known better here, for it was seen on a server: whether a statement scans, rewrites, and for how long it may
# wait; and that it can be read.
OBSERVED = frozenset(
    (
        "adding-field-with-default",
        "adding-foreign-key-constraint",
        "adding-not-nullable-field",
        "adding-serial-primary-key-field",
        "changing-column-type",
        "constraint-missing-not-valid",
        "disallowed-unique-constraint",
        "require-concurrent-index-creation",
        "require-lock-timeout",
        "syntax-error",
    )
)


@dataclass(frozen=True)
class Warned:
    """One warning of squawk's: the name of its rule, the revision's line, and what it says."""

    rule: str
    message: str
    advice: str | None
    statement: str
    line: int | None


@dataclass(frozen=True)
class Script:
    """Statements as one file. `starts` are the lines of the file, from 0, on which they begin."""

    text: str
    starts: tuple[int, ...]


def script(statements: Iterable[str]) -> Script:
    text, starts = "", []
    for sql in statements:
        starts.append(text.count("\n"))
        text += sql.rstrip().rstrip(";") + "\n;\n"  # a comment at its end must not hide the semicolon
    return Script(text, tuple(starts))


def warnings(
    output: bytes, path: str, of: Script, statements: Sequence[tuple[str, int | None]]
) -> Iterator[Warned]:
    """What squawk's JSON says of one file, each with its statement. Raises `ValueError` where it is none."""
    for one in json.loads(output):
        if one["file"] == path and one["rule_name"] not in OBSERVED:
            number = sum(start <= one["line"] for start in of.starts) - 1
            sql, line = statements[number]
            yield Warned(one["rule_name"], one["message"], one["help"], sql, line)
