"""A comment that asks for a finding to be left out, and leaves out none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.naming import closest, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from alembic_proof.findings import Severity
    from alembic_proof.rules.base import Lenience
    from alembic_proof.suppressions.comments import Unused

NAME = "unused-ignore"
LENIENCE: Lenience = "setting"
MEANING = "An `ignore` comment leaves nothing out: it is not whole, or what it speaks for is not found."
REASON = (
    "Without a reason nobody knows later whether the finding may still stay, so a comment without one does not "
    "count. One that outlived its finding would hide the next one in its place."
)
MENDING = (
    "Write the rule and the reason, on the line of the finding or on the one above; where the line has several "
    "findings of the rule, name the thing as well: `ignore[RULE: THING] REASON`. Remove a comment that is no "
    "longer needed."
)
BAD = """\
fax = Column(String)  # alembic-proof: ignore[model-drift]
"""
GOOD = """\
fax = Column(String)  # alembic-proof: ignore[model-drift] the old service fills it until March
"""


def find(unused: Iterable[Unused], judged: Collection[str]) -> Iterator[Finding]:
    """What is wrong with the comments. Of a rule that was not `judged`, nobody knows whether one is needed."""
    for one in unused:
        fault = _fault(one)
        if fault is not None:
            yield _finding(one, *fault)
        elif one.rule in judged:
            about = one.comment.thing or "anything"
            message = f"{one.rule} does not find {about} here, so the comment is not needed"
            yield _finding(one, message, "remove the comment", severity="info")


def _finding(unused: Unused, message: str, hint: str, severity: Severity = "warning") -> Finding:
    return Finding(NAME, message, hint, severity, path=unused.comment.path, line=unused.comment.line)


def _fault(unused: Unused) -> tuple[str, str] | None:
    """Why the comment cannot count, and what to write."""
    comment, name = unused.comment, unused.rule
    if name is None:
        return "the comment names no rule", f"write {_form('RULE')}"
    rule = named(name)
    if rule is None:
        close = closest(name)
        return (
            f"there is no rule {name!r}",
            f"write {_form(close)}" if close else "alembic-proof explain lists them",
        )
    if rule.LENIENCE != "any":
        return f"{name} cannot be ignored by a comment", f"mend it: alembic-proof explain {name}"
    if not comment.reason:
        return "the comment does not count without a reason", f"say why it may stay: {_form(name)}"
    if len(unused.things) > 1:
        return (
            f"{name} finds {len(unused.things)} things here, and the comment does not say which may stay",
            f"name one: {' or '.join(_form(f'{name}: {thing}') for thing in unused.things)}",
        )
    return None


def _form(named: str) -> str:
    return f"# alembic-proof: ignore[{named}] REASON"
