"""For GitLab: a Code Quality report, shown in the merge request and on its diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alembic_proof.reports.fingerprints import fingerprints
from alembic_proof.reports.wording import place_of, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.findings import Finding, Severity
    from alembic_proof.reports.report import Report

_SEVERITIES: Mapping[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    issues = [_issue(*one) for one in zip(report.findings, fingerprints(report.findings), strict=True)]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    path, line = place_of(finding)
    return {
        "description": f"{printable(finding.message)} (fix: {printable(finding.hint)})",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path.encode(errors="backslashreplace").decode(), "lines": {"begin": line}},
    }
