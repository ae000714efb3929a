"""What GitHub's runner decodes is what was meant."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.cli.output import inert
from alembic_proof.findings import Finding
from alembic_proof.reports import FORMATS, Report
from alembic_proof.reports.github import render
from alembic_proof.reports.wording import code_of, printable
from support.reports import ADDED, AWKWARD, FAILED, RICH, UNREGISTERED, awkward_findings, awkward_reports
from support.runner import Command, obeyed


def test_a_finding_is_put_on_its_line_with_what_mends_it() -> None:
    assert obeyed(render(Report("the index", (FAILED,)))) == [
        Command(
            "error",
            "revision b7 fails: IntegrityError: could not create unique index\n"
            "    CREATE UNIQUE INDEX mail_is_unique\n"
            "        ON customer (lower(mail))\n"
            "    DETAIL:  Key (mail)=(a@b.c) is duplicated.\n"
            "fix: mend bills/versions/b7.py and run alembic-proof check again",
            {"file": "bills/versions/b7.py", "line": "9", "title": "alembic-proof: upgrade-failed"},
        )
    ]


def test_what_is_no_error_is_a_warning_or_a_notice() -> None:
    said = [(one.name, one.properties.get("file")) for one in obeyed(render(RICH))]
    assert said == [
        ("error", "migrations/versions/94be07d15a6c.py"),
        ("error", "shop/models.py"),
        ("error", "bills/models.py"),
        ("error", "bills/versions/b7.py"),
        ("warning", "shop/50%, a:b/invoice.py"),
        ("notice", "shop/models.py"),
    ]


def test_a_finding_without_a_file_names_its_environment() -> None:
    lost = Finding("model-drift", "table log differs", "mend it", environment="bills/alembic.ini")
    assert obeyed(render(Report("the index", (lost,)))) == [
        Command(
            "error",
            "bills/alembic.ini: table log differs\nfix: mend it",
            {"title": "alembic-proof: model-drift"},
        )
    ]


def test_a_file_whose_name_starts_as_a_value_does() -> None:
    """The runner splits off `=` as often as it stands there."""
    (command,) = obeyed(render(Report("the index", (replace(ADDED, path="==x/a.py"),))))
    assert command.properties["file"] == "./==x/a.py"


def test_what_github_would_not_show_is_counted() -> None:
    errors = [replace(ADDED, line=line) for line in range(1, 13)]
    warnings = [replace(UNREGISTERED, line=line) for line in range(1, 12)]
    *shown, last = obeyed(render(Report("the index", (*warnings, *errors))))
    assert [one.name for one in shown] == ["error"] * 10 + ["warning"] * 10
    assert last == Command(
        "notice",
        "3 more findings: GitHub shows 10 of a kind; the log and the summary have all",
        {"title": "alembic-proof"},
    )


def test_ten_of_a_kind_need_no_count() -> None:
    report = Report("the index", tuple(replace(ADDED, line=line) for line in range(1, 11)))
    assert [one.name for one in obeyed(render(report))] == ["error"] * 10


def test_nothing_found_is_nothing_said() -> None:
    assert render(Report("the index")) == ""


@given(awkward_findings())
def test_the_runner_decodes_what_was_meant(finding: Finding) -> None:
    (command,) = obeyed(render(Report("the index", (finding,))))
    assert command.name == {"error": "error", "warning": "warning", "info": "notice"}[finding.severity]
    path = finding.path and finding.path.encode(errors="backslashreplace").decode()
    file = f"./{path}" if path and path.startswith("=") else path
    line = str(finding.line) if path and finding.line else None
    meant = {"file": file, "line": line, "title": f"alembic-proof: {finding.rule}"}
    assert command.properties == {key: value for key, value in meant.items() if value is not None}
    first, *code, last = command.data.split("\n")
    where = "" if finding.path or not finding.environment else f"{printable(finding.environment)}: "
    assert first == where + printable(finding.message)
    assert code == [f"    {printable(line.expandtabs(4))}" for line in code_of(finding)]
    assert last == f"fix: {printable(finding.hint)}"


COMMAND = st.sampled_from(["::error::x", "  ::add-mask::x", "##[group]x", "::stop-commands::x", "::x::"])


@given(awkward_reports(), COMMAND | AWKWARD)
def test_no_text_commands_the_runner(report: Report, said: str) -> None:
    finding = replace(ADDED, path=None, environment="", rule=f"{said}x", details={"operations": [said]})
    text = FORMATS["text"](replace(report, findings=(finding, *report.findings)))
    assert obeyed(inert(text) + "::error::after it\n") == [Command("error", "after it")]


def test_text_that_commands_nothing_stays_as_it_is() -> None:
    text = FORMATS["text"](RICH)
    assert inert(text) == text
    assert obeyed(text + "::warning::x")[0] == Command("warning", "x")
