"""squawk's warnings of revisions' statements: what it is given, and what of its answer is news."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a server was asked for already: whether a statement scans or rewrites a table, how long it may wait for its
# lock, and whether it can be read at all.
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
class Said:
    """One SQL statement of a revision's: where it comes from, and whether it was a transaction of its own."""

    revision: str
    path: str
    line: int | None
    sql: str
    alone: bool = False


@dataclass(frozen=True)
class Warned:
    """One warning of squawk's on a statement: the name of its rule, and what it says and advises."""

    said: Said
    rule: str
    message: str
    advice: str | None


@dataclass(frozen=True)
class Squawked:
    """What one version of squawk says of all statements."""

    version: str
    warnings: tuple[Warned, ...]


def script(statements: tuple[Said, ...]) -> str:
    """Statements as one file; a comment at the end of one must not hide the semicolon."""
    return "".join(f"{_body(one)}\n;\n" for one in statements)


def warnings(output: bytes, files: Mapping[str, tuple[Said, ...]]) -> list[Warned]:
    """What squawk's JSON says of `files`. Raises `ValueError` or `KeyError` where it is another form."""
    found: list[Warned] = []
    for one in json.loads(output):
        if one["rule_name"] not in OBSERVED:
            said = _statement_at(one["line"], files[one["file"]])
            warned = Warned(said, one["rule_name"], one["message"], one["help"])
            if warned not in found:  # of one statement's columns each
                found.append(warned)
    return found


def _statement_at(line: int, statements: tuple[Said, ...]) -> Said:
    """The one that stands on a line of the file, which is counted from 0."""
    for one in statements:
        line -= _body(one).count("\n") + 2
        if line < 0:
            return one
    return statements[-1]


def _body(statement: Said) -> str:
    return statement.sql.rstrip().rstrip(";")
