"""For test reports of CI servers: JUnit's XML, a suite for each environment and a test for each rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alembic_proof.findings import counted
from alembic_proof.reports.text import told
from alembic_proof.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_proof.findings import Finding
    from alembic_proof.reports.report import Report, Verdict

_QUOTED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


@dataclass
class _Suite:
    """One environment's tests, or those of what belongs to none; `seconds` are of all of them together."""

    name: str
    seconds: float
    verdicts: Mapping[str, Verdict]
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    @property
    def tests(self) -> list[str]:
        return list(dict.fromkeys([*self.verdicts, *self.findings]))

    @property
    def failures(self) -> int:
        return sum(any(one.is_error for one in found) for found in self.findings.values())

    @property
    def skipped(self) -> int:
        return sum(_is_skipped(self, test) for test in self.tests)


def render(report: Report) -> str:
    suites = _suites(report)
    tests = sum(len(suite.tests) for suite in suites)
    failures = sum(suite.failures for suite in suites)
    skipped = sum(suite.skipped for suite in suites)
    seconds = sum(suite.seconds for suite in suites)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="alembic-proof" {_counts(tests, failures, skipped, seconds)}>',
        *(line for suite in suites for line in _suite(suite)),
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _suites(report: Report) -> list[_Suite]:
    suites = [_Suite(one.config, one.seconds, one.rules) for one in report.environments]
    by_name = {suite.name: suite for suite in reversed(suites)}
    for finding in report.findings:
        suite = by_name.get(finding.environment)
        if suite is None:
            suite = by_name[finding.environment] = _Suite(finding.environment or "the repository", 0.0, {})
            suites.append(suite)
        suite.findings.setdefault(finding.rule, []).append(finding)
    return suites


def _suite(suite: _Suite) -> Iterator[str]:
    counts = _counts(len(suite.tests), suite.failures, suite.skipped, suite.seconds)
    yield f"  <testsuite name={_attribute(suite.name)} {counts}>"
    for test in suite.tests:
        start = f"    <testcase classname={_attribute(suite.name)} name={_attribute(test)}"
        outcome = list(_outcome(suite, test))
        yield from [f"{start}>", *outcome, "    </testcase>"] if outcome else [f"{start}/>"]
    yield "  </testsuite>"


def _counts(tests: int, failures: int, skipped: int, seconds: float) -> str:
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}" time="{seconds:.3f}"'


def _is_skipped(suite: _Suite, test: str) -> bool:
    return suite.verdicts.get(test) in ("skipped", "off") and test not in suite.findings


def _outcome(suite: _Suite, test: str) -> Iterator[str]:
    found = suite.findings.get(test, [])
    errors = [finding for finding in found if finding.is_error]
    lesser = [finding for finding in found if not finding.is_error]
    if _is_skipped(suite, test):
        off = suite.verdicts[test] == "off"
        yield f'      <skipped message="{"switched off in the settings" if off else "not judged"}"/>'
    if errors:
        # One element for all of them: several are more than some readers take.
        message = errors[0].message if len(errors) == 1 else counted(len(errors), "finding")
        attributes = f"message={_attribute(message)} type={_attribute(test)}"
        yield f"      <failure {attributes}>{_told(errors)}</failure>"
    if lesser:
        yield f"      <system-out>{_told(lesser)}</system-out>"


def _told(findings: list[Finding]) -> str:
    return _text("\n\n".join("\n".join(told(finding)) for finding in findings))


def _attribute(text: str) -> str:
    return f'"{_text(printable(text))}"'


def _text(text: str) -> str:
    """Of printable characters and line feeds, all of which XML can hold."""
    return "".join(_QUOTED.get(one, one) for one in text)
