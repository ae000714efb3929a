"""Where a report goes, and what is printed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.reports.report import Report

FINDINGS = 1


def wants_colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(text: str) -> None:
    """Print; a reader that has seen enough, such as `head`, changes no verdict."""
    show_bytes(text.encode(errors="backslashreplace"))


def show_bytes(content: bytes) -> None:
    """The same for what is no text, or somebody else's."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()


def give_up_stdout() -> None:
    """Python's own flush at exit must not complain about an output that we have given up."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass(frozen=True)
class Output:
    """What goes to standard output, in which forms, and what into files."""

    shown: tuple[str, ...] = ("text",)
    files: tuple[tuple[str, Path], ...] = ()

    def write(self, report: Report) -> int:
        """Write a report; the exit status that goes with it."""
        from alembic_proof.reports import FORMATS

        for form in self.shown:
            text = FORMATS[form](report)
            show(_for_people(report, text) if form == "text" else text)
        for form, file in self.files:
            _write(file, FORMATS[form](report))
        return FINDINGS if any(finding.is_error for finding in report.findings) else 0


def _write(file: Path, text: str) -> None:
    """Into a file; at the end of the job's summary, which has what other steps wrote."""
    content = text.encode(errors="backslashreplace")
    if str(file) != os.environ.get("GITHUB_STEP_SUMMARY"):
        file.write_bytes(content)
        return
    with file.open("ab") as summary:
        summary.write(b"\n" + content if summary.tell() else content)


def _for_people(report: Report, text: str) -> str:
    if wants_colours():
        from alembic_proof.reports.colours import coloured

        failed = any(finding.is_error for finding in report.findings)
        return coloured(text, {finding.rule for finding in report.findings}, failed=failed)
    return inert(text) if os.environ.get("GITHUB_ACTIONS") == "true" else text


def inert(text: str) -> str:
    """Text in which GitHub's runner sees no command, whatever a file or a database says in it."""
    if not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines()):
        return text
    import secrets

    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"
