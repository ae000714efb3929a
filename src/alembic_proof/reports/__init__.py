"""One module a format, each a pure function from a finished report to text. One list names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.reports import github, gitlab, json_report, junit, markdown, sarif, text
from alembic_proof.reports.report import EnvironmentReport, Report

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json_report.render,
    "github": github.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "gitlab": gitlab.render,
}

__all__ = ["FORMATS", "EnvironmentReport", "Report"]
