"""GitLab's Code Quality report, in its documented shape."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
from hypothesis import given

from alembic_proof.reports import Report
from alembic_proof.reports.gitlab import render
from alembic_proof.reports.wording import printable
from support.reports import ADDED, CHECK, RICH, UNUSED, awkward_reports

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "gitlab-code-quality.json").read_text())


def marks(report: Report) -> list[str]:
    return [one["fingerprint"] for one in json.loads(render(report))]


def test_the_rich_report_has_the_documented_shape() -> None:
    jsonschema.validate(json.loads(render(RICH)), SCHEMA)


def test_nothing_found_is_an_empty_list() -> None:
    assert render(Report("the index")) == "[]\n"


def test_a_fingerprint_outlives_lines_and_words() -> None:
    moved = replace(ADDED, line=99, message="in other words", hint="x", path="shop/people.py")
    assert marks(Report("a", (moved,))) == marks(Report("b", (CHECK, ADDED)))[1:]


def test_findings_of_one_key_have_fingerprints_of_their_own() -> None:
    one, other = marks(Report("a", (ADDED, replace(ADDED, line=2))))
    assert other == f"{one}-1"


def test_what_has_no_identity_is_told_by_its_file_and_its_words() -> None:
    found = (UNUSED, replace(UNUSED, path="b.py"), replace(UNUSED, message="x"))
    assert len(set(marks(Report("a", found)))) == 3
    assert not any("-" in mark for mark in marks(Report("a", found)))
    assert marks(Report("a", (replace(UNUSED, line=1),))) == marks(Report("a", found))[:1]


@given(awkward_reports())
def test_whatever_is_in_a_finding(report: Report) -> None:
    issues = json.loads(render(report))
    jsonschema.validate(issues, SCHEMA)
    assert len({one["fingerprint"] for one in issues}) == len(report.findings)
    for finding, issue in zip(report.findings, issues, strict=True):
        assert issue["description"] == f"{printable(finding.message)} (fix: {printable(finding.hint)})"
        path = finding.path or finding.environment or "."
        assert issue["location"]["path"] == path.encode(errors="backslashreplace").decode()
