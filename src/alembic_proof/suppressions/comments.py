"""`# alembic-proof: ignore[RULE] REASON`: a comment that speaks for one finding, with the reason."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from alembic_proof.findings import Finding

MARK = b"alembic-proof:"
_COMMENT = re.compile(r"#\s*alembic-proof:\s*ignore\b\s*(?:\[(?P<named>[^\]]*)\])?(?P<rest>.*)$")
_NEXT_COMMENT = re.compile(r"\s#\s.*$")  # another tool's, behind ours
_NO_CODE = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


@dataclass(frozen=True)
class Comment:
    """One comment. `line` is where it stands, `covers` the line that it speaks for.

    `rules` are the names in the brackets; `thing` is the one thing that it is about where they say so.
    """

    path: str
    line: int
    covers: int
    rules: tuple[str, ...]
    thing: str | None
    reason: str


@dataclass(frozen=True)
class Unused:
    """A comment that silences nothing of a rule, None where it names no rule.

    `things` are those that are found there where it does not say which of them is meant.
    """

    comment: Comment
    rule: str | None
    things: tuple[str, ...] = ()


def read_comments(path: str, source: bytes) -> tuple[Comment, ...]:
    """The comments of one file, as far as it can be read. A comment on a line of its own is for the next one."""
    if MARK not in source:
        return ()
    found: list[Comment] = []
    waiting: list[tokenize.TokenInfo] = []
    for token in _tokens(source):
        if token.type == tokenize.COMMENT:
            if token.line[: token.start[1]].strip():
                found += _comment(path, token, token.start[0])
            else:
                waiting.append(token)
        elif token.type not in _NO_CODE or not token.line.strip():
            found += _waited(path, waiting, token)
            waiting.clear()
    return tuple(found)


def _tokens(source: bytes) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.tokenize(io.BytesIO(source).readline)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def _waited(path: str, waiting: Iterable[tokenize.TokenInfo], token: tokenize.TokenInfo) -> Iterator[Comment]:
    for one in waiting:
        yield from _comment(path, one, token.start[0])


def _comment(path: str, token: tokenize.TokenInfo, covers: int) -> Iterator[Comment]:
    found = _COMMENT.search(token.string)
    if found is None:
        return
    rule, colon, thing = (found["named"] or "").partition(":")
    rules = (rule,) if colon else rule.split(",")
    reason = _NEXT_COMMENT.sub("", found["rest"]).strip(" \t:-–—")  # noqa: RUF001
    yield Comment(
        path,
        token.start[0],
        covers,
        tuple(name for one in rules if (name := one.strip())),
        thing.strip() or None,
        reason if re.search(r"\w", reason) else "",
    )


def match(
    findings: Iterable[Finding], comments: Iterable[Comment], lenient: Collection[str]
) -> tuple[list[tuple[Finding, str]], list[Unused]]:
    """The findings that comments speak for, with the reasons, and the comments that speak for none.

    Findings of rules that are not `lenient` stay. Where several things are found on one line, a comment
    speaks for the one that it names, so that it never takes along what comes later.
    """
    silenced: list[tuple[Finding, str]] = []
    unused: list[Unused] = []
    spoken = [one for one in findings if one.rule in lenient and one.path and one.line]
    for comment in comments:
        if not comment.rules:
            unused.append(Unused(comment, None))
        for rule in comment.rules:
            meant = [one for one in spoken if _is_meant(one, comment, rule)]
            things = tuple(dict.fromkeys(one.thing for one in meant))
            if comment.reason and len(things) == 1:
                silenced += [(one, comment.reason) for one in meant]
            else:
                unused.append(Unused(comment, rule, things))
    return silenced, unused


def _is_meant(finding: Finding, comment: Comment, rule: str) -> bool:
    place = (finding.rule, finding.path, finding.line)
    return place == (rule, comment.path, comment.covers) and comment.thing in (None, finding.thing)
