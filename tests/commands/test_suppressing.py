"""What of a judgement is reported, what is left out, and what is said of comments and entries."""

from __future__ import annotations

import pytest

from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding, Suppressed
from alembic_proof.suppressions.baseline import FILE, entry_of, render
from support.judgements import EXACT, FAILED, FAX, FORK, TEL, Judging

COMMENT = "# alembic-proof: ignore[model-drift]"
WHY = f"x = 1  {COMMENT} a trigger fills it\n"


def baseline(*findings: Finding) -> dict[str, str]:
    return {FILE: render(map(entry_of, findings))}


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.severity, one.rule) for one in findings]


def test_with_nothing_to_speak_for_them_all_findings_are_reported(judging: Judging) -> None:
    report = judging.report(judging.judged(TEL, FAX))
    assert (report.findings, report.suppressed) == ((FAX, TEL), ())
    assert [one.rules["model-drift"] for one in report.environments] == ["failed", "passed"]


def test_a_comment_comes_before_the_baseline(judging: Judging) -> None:
    judging.checkout.add({"models.py": WHY} | baseline(FAX, TEL))

    report = judging.report(judging.judged(FAX, TEL))

    assert report.suppressed == (
        Suppressed(FAX, "comment", "a trigger fills it"),
        Suppressed(TEL, "baseline", FILE),
    )
    assert told(report.findings) == [("info", "unused-baseline-entry")]
    assert report.environments[0].rules["model-drift"] == "passed"


def test_what_is_left_out_is_read_from_what_is_judged(judging: Judging) -> None:
    judging.checkout.commit({"models.py": WHY} | baseline(TEL))
    judged = judging.judged(FAX, TEL)
    judging.checkout.add({"models.py": "", FILE: "version = 1\n"})

    assert len(judging.report(judged).suppressed) == 0
    assert len(judging.report(judged, rev="HEAD").suppressed) == 2
    judging.checkout.write({"models.py": WHY})
    assert len(judging.report(judged, worktree=True).suppressed) == 1


def test_a_comment_that_nothing_needs_is_said_where_all_was_judged(judging: Judging) -> None:
    judging.checkout.add({"models.py": f"y = 1\n{WHY}"})

    def unused(*findings: Finding, **verdicts: str) -> list[tuple[str, str]]:
        report = judging.report(judging.judged(*findings, **verdicts))  # type: ignore[arg-type]
        return [one for one in told(report.findings) if one[1] == "unused-ignore"]

    assert unused(FAX) == [("info", "unused-ignore")]
    assert unused(FAX, model_drift="off") == []
    assert unused(FAX, model_drift="skipped") == []
    assert unused(FAX, FAILED) == []
    assert unused() == []  # no finding leads to the file
    report = judging.report(judging.judged(FAX), configs=("alembic.ini",))
    assert told(report.findings) == [("error", "model-drift")]


def test_what_is_said_of_comments_has_a_level_of_its_own(judging: Judging) -> None:
    settings = "[tool.alembic-proof.rules]\nunused-ignore = {!r}\n"
    judged = judging.judged(FAX)
    for level, said in (("error", [("error", "unused-ignore")]), ("off", [])):
        judging.checkout.add({"models.py": f"x = 1  {COMMENT}\n", "pyproject.toml": settings.format(level)})
        assert told(judging.report(judged).findings) == [*said, ("error", "model-drift")]


def test_an_entry_that_nothing_needs(judging: Judging) -> None:
    judging.checkout.add(baseline(FAX, TEL, judging.of_service(FAX)))

    report = judging.report(judging.judged(TEL))

    assert [(one.environment, one.message) for one in report.findings] == [
        ("alembic.ini", f"model-drift no longer finds this: {FAX.message}"),
        ("service/alembic.ini", f"model-drift no longer finds this: {FAX.message}"),
    ]


@pytest.mark.parametrize("verdict", ["off", "skipped"])
def test_of_a_rule_that_was_not_judged_no_entry_is_known_to_be_gone(judging: Judging, verdict: str) -> None:
    judging.checkout.add(baseline(FAX))
    assert judging.report(judging.judged(model_drift=verdict)).findings == ()  # type: ignore[arg-type]


def test_behind_a_revision_that_fails_no_entry_is_known_to_be_gone(judging: Judging) -> None:
    judging.checkout.add(baseline(FAX, judging.of_service(FAX)))
    found = judging.report(judging.judged(FAILED)).findings
    assert [(one.rule, one.environment) for one in found] == [
        ("upgrade-failed", "alembic.ini"),
        ("unused-baseline-entry", "service/alembic.ini"),
    ]


def test_what_the_catalogs_showed_is_not_gone_where_they_were_not_compared(judging: Judging) -> None:
    judging.checkout.add(baseline(FAX, EXACT))
    judged = judging.judged()
    assert len(judging.report(judged).findings) == 2
    assert [one.identity["object"] for one in judging.report(judged, exact_drift=False).findings] == [
        "column user.fax"
    ]


def test_an_environment_that_was_not_asked_for_keeps_its_entries_while_it_is_there(judging: Judging) -> None:
    entry = Finding(FAX.rule, "gone", "", environment="old/alembic.ini", identity=FAX.identity)
    judging.checkout.add(baseline(judging.of_service(FAX), entry))
    judged = judging.judged()

    report = judging.report(type(judged)(judged.findings, judged.environments[:1]), configs=("alembic.ini",))

    assert [one.environment for one in report.findings] == ["old/alembic.ini"]


def test_a_damaged_file_stops_only_those_who_need_it(judging: Judging) -> None:
    judging.checkout.add({FILE: "<<<<<<< HEAD\n"})
    with pytest.raises(UsageError, match="cannot be read"):
        judging.report(judging.judged())
    skipped = judging.judged(FORK, model_drift="skipped", unregistered_model="skipped")
    assert judging.report(skipped).findings == (FORK,)


def test_a_fork_in_the_baseline_stays_an_error(judging: Judging) -> None:
    judging.checkout.add(baseline(FORK))
    found = judging.report(judging.judged(FORK)).findings
    assert told(found) == [("info", "unused-baseline-entry"), ("error", "multiple-heads")]
    assert found[0].message == "multiple-heads cannot be left out: 2 heads"
