"""For code scanning: SARIF 2.1.0, with what each rule means, and what is left out as suppressed results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from alembic_proof import __version__
from alembic_proof.reports.fingerprints import fingerprints
from alembic_proof.reports.forks import nodes_of
from alembic_proof.reports.wording import code_of, cut, place_of, printable
from alembic_proof.rules import PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.findings import Finding, Severity, Suppressed
    from alembic_proof.reports.report import Report
    from alembic_proof.rules.base import Page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/alembic-proof/alembic-proof"
TOP = "%SRCROOT%"
FINGERPRINT = "alembicProofFinding/v1"

_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_POSITIONS = {page.NAME: position for position, page in enumerate(PAGES)}


def render(report: Report) -> str:
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(document, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    left_out = [one.finding for one in report.suppressed]
    marks = fingerprints([*report.findings, *left_out])
    results = [
        _result(finding, mark) for finding, mark in zip([*report.findings, *left_out], marks, strict=True)
    ]
    for result, one in zip(results[len(report.findings) :], report.suppressed, strict=True):
        result["suppressions"] = [_suppression(one)]
    notes = [*report.notes, *(note for one in report.environments for note in one.notes)]
    return {
        "tool": {"driver": _driver()},
        "originalUriBaseIds": {TOP: {"description": {"text": "The top of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": _message(note)} for note in notes
                ],
            }
        ],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }


def _driver() -> dict[str, Any]:
    return {
        "name": "alembic-proof",
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(page) for page in PAGES],
    }


def _rule(page: Page) -> dict[str, Any]:
    return {
        "id": page.NAME,
        "shortDescription": _message(page.MEANING),
        "fullDescription": _message(page.REASON),
        "help": {"text": _braced(_help(page)), "markdown": _braced(_help_in_markdown(page))},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["alembic", "database"]},
    }


def _help(page: Page) -> str:
    return (
        f"{page.MENDING}\n\nAn example of it:\n{page.BAD.rstrip()}\n\nThe same, mended:\n{page.GOOD.rstrip()}"
    )


def _help_in_markdown(page: Page) -> str:
    fenced = [f"```\n{example.rstrip()}\n```" for example in (page.BAD, page.GOOD)]
    return (
        f"**Why it matters**: {page.REASON}\n\n**How to mend it**: {page.MENDING}\n\n"
        f"An example of it:\n{fenced[0]}\n\nThe same, mended:\n{fenced[1]}\n"
    )


def _result(finding: Finding, fingerprint: str) -> dict[str, Any]:
    code = "\n".join(printable(line) for line in cut(code_of(finding)))
    parts = [printable(finding.message), code, f"fix: {printable(finding.hint)}"]
    path, line = place_of(finding)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _braced("\n".join(part for part in parts if part))},
        "locations": [_location(path, line)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {"environment": printable(finding.environment)},
    }
    if finding.rule in _POSITIONS:
        result["ruleIndex"] = _POSITIONS[finding.rule]
    others = [node for node in nodes_of(finding) if node["head"] and node["path"] not in (None, path)]
    if others:
        result["relatedLocations"] = [
            {**_location(node["path"], 1), "message": _message(f"head {node['revision']}")} for node in others
        ]
    return result


def _location(path: str, line: int) -> dict[str, Any]:
    artifact = {"uri": _uri(path), "uriBaseId": TOP}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}


def _uri(path: str) -> str:
    """A relative reference, by way of bytes: a file name need not be UTF-8."""
    try:
        return quote(path.encode(errors="surrogateescape"))
    except UnicodeEncodeError:  # no file is called so
        return quote(path.encode(errors="backslashreplace"))


def _suppression(one: Suppressed) -> dict[str, str]:
    kind = "inSource" if one.by == "comment" else "external"
    return {"kind": kind, "status": "accepted", "justification": f"{one.by}: {printable(one.reason)}"}


def _message(text: str) -> dict[str, str]:
    return {"text": _braced(printable(text))}


def _braced(text: str) -> str:
    """As SARIF has it: braces doubled, or they would be placeholders; and nothing that reads as a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
