"""For people: what, where, and the command that mends it. Silent about what is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.reports.forks import drawn
from alembic_proof.reports.wording import code_of, counts_of, cut, notes_of, printable, summary_of

if TYPE_CHECKING:
    from alembic_proof.findings import Finding
    from alembic_proof.reports.report import Report


def render(report: Report) -> str:
    several = len(report.environments) > 1
    lines = [line for finding in report.findings for line in (*told(finding, several=several), "")]
    lines += [printable(f"note: {note}") for note in notes_of(report)]
    return "".join(f"{line}\n" for line in [*lines, printable(_verdict(report))])


def told(finding: Finding, *, several: bool = False) -> list[str]:
    """One finding as lines: where and what, the code or the fork that it is about, and the fix.

    `several` says that there are other environments to tell it from.
    """
    severity = "" if finding.is_error else f"{finding.severity}: "
    shown = drawn(finding) or [line.expandtabs(4) for line in cut(code_of(finding))]
    lines = [
        f"{_place(finding, several=several)}{severity}{finding.rule}: {finding.message}",
        *(f"    {line}" for line in shown),
        f"  fix: {finding.hint}",
    ]
    return [printable(line) for line in lines]


def _place(finding: Finding, *, several: bool) -> str:
    if finding.path is None:
        return f"{finding.environment}: " if several or finding.environment else ""
    return f"{finding.path}:{finding.line}: " if finding.line else f"{finding.path}: "


def _verdict(report: Report) -> str:
    judged = "; ".join(f"{one.config}: {summary_of(one)}" for one in report.environments)
    return f"{counts_of(report.findings)} in {report.tree}" + (f" ({judged})" if judged else "")
