"""For machines: one JSON document. Fields are added, never changed or dropped, while `version` is 1."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic_proof.reports.report import EnvironmentReport, Report

VERSION = 1


def render(report: Report) -> str:
    document = {
        "version": VERSION,
        "tree": report.tree,
        "findings": [asdict(finding) for finding in report.findings],
        "environments": [_environment(environment) for environment in report.environments],
        "notes": report.notes,
        "suppressed": [asdict(one) for one in report.suppressed],
        "base": asdict(report.base) if report.base else None,
    }
    return json.dumps(document, indent=2, default=str) + "\n"


def _environment(environment: EnvironmentReport) -> dict[str, Any]:
    return {**asdict(environment), "seconds": round(environment.seconds, 3)}
