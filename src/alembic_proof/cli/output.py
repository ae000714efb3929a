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
    try:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()


def give_up_stdout() -> None:
    """Python's own flush at exit must not complain about an output that we have given up."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass(frozen=True)
class Output:
    """Where the report goes, and in what form."""

    form: str
    file: Path | None

    def write(self, report: Report) -> int:
        """Write a report; the exit status that goes with it."""
        from alembic_proof.reports import FORMATS
        from alembic_proof.reports.colours import coloured

        text = FORMATS[self.form](report)
        failed = any(finding.is_error for finding in report.findings)
        if self.file is not None:
            self.file.write_bytes(text.encode(errors="backslashreplace"))
        elif self.form == "text" and wants_colours():
            show(coloured(text, {finding.rule for finding in report.findings}, failed=failed))
        else:
            show(text)
        return FINDINGS if failed else 0
