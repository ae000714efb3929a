"""For people: what, where, and the command that mends it. Silent about what is well."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.findings import Finding, Severity
    from alembic_proof.reports.report import EnvironmentReport, Report

CODE_LINES = 12
_LESSER: dict[Severity, str] = {"warning": "warning", "info": "remark"}


def render(report: Report) -> str:
    lines = [*_findings(report), *_notes(report), _verdict(report)]
    return "".join(f"{_shown(line)}\n" for line in lines)


def _shown(line: str) -> str:
    """One line, whatever is in the names of files that it holds."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def _findings(report: Report) -> Iterator[str]:
    several = len(report.environments) > 1
    for finding in report.findings:
        severity = "" if finding.is_error else f"{finding.severity}: "
        yield f"{_place(finding, several=several)}{severity}{finding.rule}: {finding.message}"
        yield from (f"    {line.expandtabs(4)}" for line in _code(finding))
        yield f"  fix: {finding.hint}"
        yield ""


def _place(finding: Finding, *, several: bool) -> str:
    if finding.path is None:
        return f"{finding.environment}: " if several or finding.environment else ""
    return f"{finding.path}:{finding.line}: " if finding.line else f"{finding.path}: "


def _code(finding: Finding) -> list[str]:
    """What a new revision would hold, or the statement that failed."""
    operations = finding.details.get("operations")
    if isinstance(operations, list):
        return _cut([line for code in operations for line in str(code).splitlines()])
    if isinstance(diff := finding.details.get("diff"), list):
        return _cut([str(line) for line in diff if not str(line).startswith("@@")])
    statement = str(finding.details.get("statement") or "").strip()
    more = str(finding.details.get("error_message") or "").splitlines()[1:]
    return _cut([*([] if statement in finding.message else statement.splitlines()), *more])


def _cut(lines: list[str]) -> list[str]:
    return (
        lines
        if len(lines) <= CODE_LINES
        else [*lines[:CODE_LINES], f"... {len(lines) - CODE_LINES} more lines"]
    )


def _notes(report: Report) -> Iterator[str]:
    several = len(report.environments) > 1
    for note in report.notes:
        yield f"note: {note}"
    for environment in report.environments:
        for note in environment.notes:
            yield f"note: {environment.config}: {note}" if several else f"note: {note}"
    yield from (f"note: {line}" for line in _suppressed(report))


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


def _verdict(report: Report) -> str:
    environments = "; ".join(_summary(environment) for environment in report.environments)
    return f"{_found(report)} in {report.tree}" + (f" ({environments})" if environments else "")


def _found(report: Report) -> str:
    """How many findings there are, and how many that stop nobody."""
    counts = Counter(finding.severity for finding in report.findings)
    lesser = [counted(counts[severity], noun) for severity, noun in _LESSER.items() if counts[severity]]
    if not counts["error"]:
        return ", ".join(["no error", *lesser]) if lesser else "nothing found"
    return ", ".join([counted(counts["error"], "finding"), *lesser])


def _summary(environment: EnvironmentReport) -> str:
    revisions = counted(environment.revisions, "revision")
    on = f" on {', '.join(environment.databases)}" if environment.databases else ""
    return f"{environment.config}: {revisions}{on}, {environment.seconds:.1f} s"
