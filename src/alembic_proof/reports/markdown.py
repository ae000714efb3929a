"""For a job's summary and a comment on a pull request: GitHub's Markdown, the verdict first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.findings import counted
from alembic_proof.reports.forks import mermaid, nodes_of
from alembic_proof.reports.quoting import fenced, in_code, in_text, with_code
from alembic_proof.reports.wording import (
    code_of,
    counts_of,
    cut,
    graver_first,
    notes_of,
    shortened,
    summary_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.findings import Finding
    from alembic_proof.reports.report import Report

LIMIT = 60_000  # characters; GitHub takes 65,536 of a comment, and whoever posts it may add some
MESSAGE = 1_000  # characters of one finding's message
LINES = 60  # of one finding's code
LINE = 400  # characters of a line of code
OPERATIONS = 200  # lines of what mends all drift
TAIL = 200  # characters of what is said of the rest
END = 6_000  # characters of notes and environments

_MARKS = {"error": "❌", "warning": "⚠️", "info": "💡"}
_DRIFT = "model-drift"


@dataclass(frozen=True)
class _Block:
    """What is kept or cut as a whole; `findings` are told nowhere else."""

    text: str
    findings: int = 0


def render(report: Report) -> str:
    """The report, cut so that it stays under GitHub's limit for a comment."""
    end = _end(report)
    room = LIMIT - len(end) - TAIL
    text, left = _fitting(_blocks(report), room)
    return text + left + end


def _fitting(blocks: Iterable[_Block], room: int) -> tuple[str, str]:
    """As many blocks as there is room for, and a line about those that are left out."""
    kept: list[str] = []
    left_out, is_cut = 0, False
    for block in blocks:
        is_cut = is_cut or len(block.text) > room
        if is_cut:
            left_out += block.findings
            continue
        room -= len(block.text)
        kept.append(block.text)
    if not is_cut:
        return "".join(kept), ""
    what = f"{counted(left_out, 'more finding')} and more code" if left_out else "More code"
    return "".join(kept), f"\n{what} did not fit in here; the log has all.\n"


def _blocks(report: Report) -> Iterator[_Block]:
    yield _Block(_verdict(report))
    findings = graver_first(report.findings)
    for finding in findings:
        if finding.rule != _DRIFT:
            yield _Block(_section(finding, report), findings=1)
    yield from _drift([finding for finding in findings if finding.rule == _DRIFT], report)


def _verdict(report: Report) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    mark = _MARKS["error"] if counts["error"] else "⚠️" if counts["warning"] else "✅"
    return f"### {mark} alembic-proof: {counts_of(report.findings)} in {in_text(report.tree)}\n"


def _section(finding: Finding, report: Report) -> str:
    parts = [
        f"{_MARKS[finding.severity]} **{in_text(finding.rule)}**: {_place(finding, report)}",
        _said(finding),
    ]
    if nodes_of(finding):
        parts.append(fenced(mermaid(finding), "mermaid"))
    code = _code(finding)
    if code:
        parts.append(_folded("The statement, and what the database said", fenced(code, "sql")))
    parts.append(_fix(finding))
    return "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _place(finding: Finding, report: Report) -> str:
    several = len(report.environments) > 1
    if finding.path is None:
        return in_code(finding.environment) if finding.environment else ""
    place = in_code(f"{finding.path}:{finding.line}" if finding.line else finding.path)
    return f"{place} ({in_code(finding.environment)})" if several and finding.environment else place


def _said(finding: Finding) -> str:
    return in_text(shortened(finding.message, MESSAGE))


def _fix(finding: Finding) -> str:
    return f"**Fix**: {with_code(shortened(finding.hint, MESSAGE))}"


def _code(finding: Finding) -> list[str]:
    return [shortened(line, LINE) for line in cut(code_of(finding), LINES)]


def _drift(findings: list[Finding], report: Report) -> Iterator[_Block]:
    """The differences as a table, the fix, and folded what a revision would hold."""
    for position, finding in enumerate(findings):
        head = f"\n**{_DRIFT}**\n\n| | where | what differs |\n|---|---|---|\n" if position == 0 else ""
        row = f"| {_MARKS[finding.severity]} | {_place(finding, report)} | {_said(finding)} |\n"
        yield _Block(head + row, findings=1)
    for fix in dict.fromkeys(_fix(finding) for finding in findings):
        yield _Block(f"\n{fix}\n")
    code = cut(list(_operations(findings)), OPERATIONS)
    if code:
        yield _Block(f"\n{_folded('The missing operations', fenced(code, 'python'))}\n")


def _operations(findings: list[Finding]) -> Iterator[str]:
    """What mends the drift, by environment where there are several."""
    by_environment: dict[str, list[str]] = {}
    for finding in findings:
        by_environment.setdefault(finding.environment, []).extend(_code(finding))
    for environment, lines in by_environment.items():
        if len(by_environment) > 1:
            yield f"# {environment}"
        yield from lines


def _folded(title: str, block: str) -> str:
    """`title` is no one's text but ours: what is quoted for Markdown is not for HTML."""
    return f"<details><summary>{title}</summary>\n\n{block}\n\n</details>"


def _end(report: Report) -> str:
    """Notes, and what was judged: as many lines as there is room for."""
    notes = [in_text(shortened(note, MESSAGE)) for note in notes_of(report)]
    judged = [
        f"{in_code(shortened(one.config, LINE))}: {in_text(summary_of(one))}" for one in report.environments
    ]
    room, kept = END, [""]
    for line in (f"- {one}" for one in [*notes, *judged]):
        room -= len(line)
        if room < 0:
            kept.append("- ...")
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in kept) if len(kept) > 1 else ""
