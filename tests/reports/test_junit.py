"""JUnit's XML, read back by a parser and held against a schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import xmlschema
from hypothesis import given

from alembic_proof.reports import EnvironmentReport, Report
from alembic_proof.reports.junit import render
from alembic_proof.reports.text import told
from support.reports import ADDED, RICH, SHOP, UNREGISTERED, awkward_reports

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit.xsd"))


def suites(report: Report) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(render(report)))


def test_the_rich_report_is_valid() -> None:
    SCHEMA.validate(render(RICH))


def test_the_schema_refuses_what_is_not_junit() -> None:
    assert not SCHEMA.is_valid(render(RICH).replace("<skipped ", "<passed "))


def test_every_rule_is_a_test_of_its_environment() -> None:
    (suite,) = suites(Report("the index", environments=(SHOP,)))
    assert [case.get("name") for case in suite] == list(SHOP.rules)
    assert suite.attrib == {
        "name": "alembic.ini",
        "tests": "4",
        "failures": "0",
        "errors": "0",
        "skipped": "0",
        "time": "0.841",
    }


def test_skipped_and_off_are_told_apart() -> None:
    environment = EnvironmentReport("a.ini", (), 0, {"cycle": "skipped", "model-drift": "off"}, 0.1)
    (suite,) = suites(Report("the index", environments=(environment,)))
    assert [case[0].attrib for case in suite] == [
        {"message": "not judged"},
        {"message": "switched off in the settings"},
    ]
    assert suite.get("skipped") == "2"


def test_several_errors_of_a_rule_are_one_failure() -> None:
    other = replace(ADDED, message="another", line=20)
    (suite,) = suites(Report("the index", (ADDED, other), (SHOP,)))
    (failure,) = suite.findall("testcase/failure")
    assert failure.attrib == {"message": "2 findings", "type": "model-drift"}
    assert failure.text == "\n\n".join("\n".join(told(one)) for one in (ADDED, other))
    assert suite.get("failures") == "1"


def test_a_warning_fails_nothing() -> None:
    (suite,) = suites(Report("the index", (UNREGISTERED,), (SHOP,)))
    assert suite.get("failures") == "0"
    (out,) = suite.findall("testcase[@name='unregistered-model']/system-out")
    assert out.text == "\n".join(told(UNREGISTERED))


@given(awkward_reports())
def test_whatever_is_in_a_finding(report: Report) -> None:
    text = render(report)
    SCHEMA.validate(text)
    root = ElementTree.fromstring(text)
    said = {element.text for element in root.iter() if element.tag in ("failure", "system-out")}
    for finding in report.findings:
        assert any("\n".join(told(finding)) in (one or "") for one in said)
    cases = list(root.iter("testcase"))
    assert root.get("tests") == str(len(cases))
    assert root.get("failures") == str(len(list(root.iter("failure"))))
    assert root.get("skipped") == str(len(list(root.iter("skipped"))))
