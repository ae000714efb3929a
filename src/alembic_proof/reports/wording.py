"""What several formats say in the same words: verdict, notes, code, and places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alembic_proof.findings import Finding, Severity
    from alembic_proof.reports.report import EnvironmentReport, Report

CODE_LINES = 12
_LESSER: dict[Severity, str] = {"warning": "warning", "info": "remark"}


def printable(text: str) -> str:
    """One line that moves no cursor and that every encoding of Unicode can hold, whatever is in the text."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def code_of(finding: Finding) -> list[str]:
    """What a new revision would hold, or the statement that failed and what more the database said."""
    operations = finding.details.get("operations")
    if isinstance(operations, (list, tuple)):
        return [line for code in operations for line in str(code).splitlines()]
    if isinstance(diff := finding.details.get("diff"), (list, tuple)):
        return [str(line) for line in diff if not str(line).startswith("@@")]
    statement = str(finding.details.get("statement") or "").strip()
    more = str(finding.details.get("error_message") or "").splitlines()[1:]
    return [*([] if statement in finding.message else statement.splitlines()), *more]


def cut(lines: list[str], most: int = CODE_LINES) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], f"... {len(lines) - most} more lines"]


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def place_of(finding: Finding) -> tuple[str, int]:
    """A file and a line, for formats that take no finding without."""
    if finding.path is None:
        return finding.environment or ".", 1
    return finding.path, finding.line or 1


def notes_of(report: Report) -> Iterator[str]:
    """All notes, and how many findings are left out."""
    several = len(report.environments) > 1
    yield from report.notes
    for environment in report.environments:
        for note in environment.notes:
            yield f"{environment.config}: {note}" if several else note
    yield from _suppressed(report)


def _suppressed(report: Report) -> Iterator[str]:
    by = Counter(one.by for one in report.suppressed)
    if by["comment"]:
        yield f"{counted(by['comment'], 'finding')} ignored by {'a comment' if by['comment'] == 1 else 'comments'}"
    if by["baseline"]:
        yield f"{counted(by['baseline'], 'finding')} of the baseline left out"
    yield from _rewritten(report)
    if by["base"] and report.base:
        verb = "was" if by["base"] == 1 else "were"
        yield f"{counted(by['base'], 'finding')} {verb} there before on {report.base.ref}"


def _rewritten(report: Report) -> Iterator[str]:
    """For each reason how much of the history it speaks for."""
    named = {"setting": "the setting rewrite-history", "trailer": "a commit's trailer"}
    reasons = Counter((named[one.by], one.reason) for one in report.suppressed if one.by in named)
    for (place, reason), number in reasons.items():
        yield f"{counted(number, 'finding')} allowed by {place}: {reason}"


def counts_of(findings: Iterable[Finding]) -> str:
    """How many findings there are, and how many that stop nobody."""
    counts = Counter(finding.severity for finding in findings)
    lesser = [counted(counts[severity], noun) for severity, noun in _LESSER.items() if counts[severity]]
    if not counts["error"]:
        return ", ".join(["no error", *lesser]) if lesser else "nothing found"
    return ", ".join([counted(counts["error"], "finding"), *lesser])


def summary_of(environment: EnvironmentReport) -> str:
    """What was judged of an environment, and on which servers; without its name."""
    on = f" on {', '.join(environment.databases)}" if environment.databases else ""
    return f"{counted(environment.revisions, 'revision')}{on}, {environment.seconds:.1f} s"


def graver_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))
