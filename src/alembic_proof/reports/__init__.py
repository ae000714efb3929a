"""One module a format, each a pure function from a finished report to text. One list names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.reports import json_report, text
from alembic_proof.reports.report import EnvironmentReport, Report

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json_report.render,
}

__all__ = ["FORMATS", "EnvironmentReport", "Report"]
