"""What is wrong in the user's project: frozen data, sorted once, handed to every report as it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Severity = Literal["error", "warning", "info"]
Key = tuple[str, str, tuple[tuple[str, str], ...]]  # a rule, an environment, an identity


def key_of(rule: str, environment: str, identity: Mapping[str, str]) -> Key:
    """What tells a finding from every other one. Who saw it does not: another Alembic may see more by itself."""
    lasting = ((name, value) for name, value in identity.items() if name != "found-by")
    return rule, environment, tuple(sorted(lasting))


@dataclass(frozen=True)
class Finding:
    """One place where a rule is broken.

    `message` is one line that says what is wrong, `hint` one line that says what to do, a command where one
    mends it. `path` is relative to the top of the repository, with `/`; `line` counts from 1.
    `details` holds what machines may want and people get in other words; it must fit into JSON.
    `identity` tells it from others of its rule and environment, and is the same when lines move or words
    change: its "object" is what people call the thing, "found-by" who saw it, the rest how it is wrong.
    """

    rule: str
    message: str
    hint: str
    severity: Severity = "error"
    environment: str = ""
    path: str | None = None
    line: int | None = None
    revision: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)

    @property
    def thing(self) -> str:
        return self.identity.get("object", "")

    @property
    def key(self) -> Key:
        """Equal for the same finding in two trees, and for no other one."""
        return key_of(self.rule, self.environment, self.identity)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def sort_key(self) -> tuple[str, str, int, str, str, str]:
        return (
            self.environment,
            self.path or "",
            self.line or 0,
            self.rule,
            self.revision or "",
            self.message,
        )


@dataclass(frozen=True)
class Suppressed:
    """A finding that is left out of a report: what speaks for it, and what that says.

    `reason` is the comment's, the setting's or the trailer's, the file of the baseline, or the ref that had it before.
    """

    finding: Finding
    by: Literal["comment", "baseline", "base", "setting", "trailer"]
    reason: str


def known_before(findings: Iterable[Finding], before: Iterable[Finding]) -> list[Finding]:
    """Those that are among the findings of another tree, each as often as it is there."""
    left = Counter(finding.key for finding in before)
    known = []
    for finding in findings:
        if left[finding.key]:
            left[finding.key] -= 1
            known.append(finding)
    return known


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=Finding.sort_key))


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 finding", "2 findings"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
