"""For GitHub Actions: workflow commands that put each finding on its line of the diff.

Quoted as the runner unquotes (`ActionCommand.cs`), and no more of them than GitHub shows of one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import counted
from alembic_proof.reports.wording import code_of, cut, graver_first, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_proof.findings import Finding, Severity
    from alembic_proof.reports.report import Report

MOST = 10  # annotations of a kind that GitHub shows of one step
LINE = 500  # characters of a line of code

_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    return "".join(f"{line}\n" for line in _commands(graver_first(report.findings)))


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """A workflow command on one line. No property may start with `=`, nor the last one end with a space."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}" if told else f"::{name}::{_data(message)}"


def _commands(findings: list[Finding]) -> Iterator[str]:
    left = dict.fromkeys(_COMMANDS, MOST) | {"info": MOST - 1}  # and one to count the rest
    rest = 0
    for finding in findings:
        if left[finding.severity]:
            left[finding.severity] -= 1
            yield command(_COMMANDS[finding.severity], _properties(finding), _message(finding))
        else:
            rest += 1
    if rest:
        said = f"{counted(rest, 'more finding')}: GitHub shows {MOST} of a kind; the log and the summary have all"
        yield command("notice", {"title": "alembic-proof"}, said)


def _properties(finding: Finding) -> dict[str, str]:
    place: dict[str, str] = {}
    if finding.path is not None:
        # The runner would lose a `=` that a property starts with.
        place["file"] = f"./{finding.path}" if finding.path.startswith("=") else finding.path
        if finding.line:
            place["line"] = str(finding.line)
    return {**place, "title": f"alembic-proof: {printable(finding.rule)}"}


def _message(finding: Finding) -> str:
    where = f"{finding.environment}: " if finding.path is None and finding.environment else ""
    code = [shortened(line, LINE) for line in cut(code_of(finding))]
    lines = [
        f"{where}{finding.message}",
        *(f"    {line.expandtabs(4)}" for line in code),
        f"fix: {finding.hint}",
    ]
    return "\n".join(printable(line) for line in lines)


def _data(text: str) -> str:
    return _whole(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _whole(text: str) -> str:
    """What UTF-8 has no bytes for, such as a byte of a file name that is none, in other words."""
    return text.encode(errors="backslashreplace").decode()
