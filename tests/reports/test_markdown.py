"""What GitHub shows of the Markdown, as a CommonMark parser with tables reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from markdown_it import MarkdownIt

from alembic_proof.findings import Finding
from alembic_proof.reports import EnvironmentReport, Report
from alembic_proof.reports.markdown import LIMIT, render
from alembic_proof.reports.wording import code_of, printable, shortened
from support.reports import ADDED, CLEAN, FAILED, FORK, RICH, awkward_reports

if TYPE_CHECKING:
    from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable("table")
BLOCKS = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item"}
INLINE = {"text", "text_special", "strong_open", "strong_close", "html_inline"}
HTML = {"<code>", "</code>", "<!-- -->"}
FOLDS = {
    "<details><summary>The missing operations</summary>",
    "<details><summary>The statement, and what the database said</summary>",
    "</details>",
}


def texts(tokens: list[Token]) -> list[str]:
    """What stands in each paragraph, heading and cell; nothing in there may be anything but text and code."""
    found = []
    for token in tokens:
        if token.type == "html_block":
            assert token.content.strip() in FOLDS
        elif token.type == "fence":
            assert token.info in ("mermaid", "sql", "python")
        elif token.type != "inline":
            assert token.type.removesuffix("_open").removesuffix("_close") in BLOCKS
        else:
            assert {child.type for child in token.children or ()} <= INLINE
            assert {child.content for child in token.children or () if child.type == "html_inline"} <= HTML
            found.append(
                "".join(child.content for child in token.children or () if child.type != "html_inline")
            )
    return found


def fences(report: Report, language: str) -> list[str]:
    return [
        one.content for one in PARSER.parse(render(report)) if one.type == "fence" and one.info == language
    ]


def shown(text: str) -> str:
    """As Markdown has it: without spaces at the ends."""
    return printable(text).strip()


def test_clean_is_short_and_starts_with_the_verdict() -> None:
    assert render(CLEAN) == (
        "### ✅ alembic-proof: nothing found in the index\n\n"
        "- <code>alembic\\.ini</code>: 11 revisions on PostgreSQL 16\\.4 \\(embedded\\), 0\\.8 s\n"
    )


def test_the_verdict_is_first() -> None:
    first = texts(PARSER.parse(render(RICH)))[0]
    assert first == (
        "❌ alembic-proof: 4 findings, 1 warning, 1 remark in the merge of 1234567 and origin/main"
    )


def test_warnings_alone_are_no_failure() -> None:
    report = Report("the index", (replace(ADDED, severity="warning"),))
    assert texts(PARSER.parse(render(report)))[0] == "⚠️ alembic-proof: no error, 1 warning in the index"


def test_a_fork_is_a_graph_and_a_statement_is_folded() -> None:
    (graph,) = fences(RICH, "mermaid")
    assert graph.startswith("flowchart LR\n")
    assert fences(RICH, "sql") == ["\n".join(code_of(FAILED)) + "\n"]


def test_drift_is_a_table_with_the_operations_below_it() -> None:
    report = Report("the index", (ADDED, replace(ADDED, severity="warning", path=None, message="a | b")))
    tokens = PARSER.parse(render(report))
    assert texts(tokens)[2:11] == [
        "",
        "where",
        "what differs",
        "❌",
        "shop/models.py:14",
        "column customer.nickname is in the models and in no revision",
        "⚠️",
        "alembic.ini",
        "a | b",
    ]
    assert fences(report, "python") == ["\n".join([*code_of(ADDED), *code_of(ADDED)]) + "\n"]


def test_nobody_is_mentioned() -> None:
    report = Report("the index", (Finding("cycle", "ask @team of #12 :+1: :a: a@b.c $x$", "see `@team`"),))
    assert "ask &#64;<!-- -->team of &#35;<!-- -->12 \\:\\+1\\: \\:<!-- -->a\\: a&#64;<!-- -->b" in render(
        report
    )
    assert "<code>&#64;team</code>" in render(report)


def test_no_line_of_code_ends_its_fence() -> None:
    lines = ["```", "</details>", "`````", "~~~"]
    report = Report("the index", (replace(ADDED, details={"operations": lines}),))
    assert fences(report, "python") == ["\n".join(lines) + "\n"]
    assert texts(PARSER.parse(render(report)))[0].startswith("❌ alembic-proof: 1 finding")


def test_a_long_report_is_cut_and_says_what_is_missing() -> None:
    findings = [
        replace(ADDED, message=f"column t.c{number:03} is in the models") for number in range(1, 1501)
    ]
    text = render(replace(RICH, findings=(*findings, FORK)))
    assert len(text) < LIMIT < 65_536
    told = texts(PARSER.parse(text))
    rows = [one for one in told if one.startswith("column t.c")]
    assert rows == [finding.message for finding in findings[: len(rows)]]
    assert f"{1500 - len(rows)} more findings and more code did not fit in here; the log has all." in told
    assert any("multiple-heads" in one for one in told[:3])
    assert "1 finding ignored by a comment" in told


def test_no_name_is_long_enough_to_break_the_limit() -> None:
    endless = "@:" * 50_000
    finding = Finding("cycle", endless, endless, environment=endless, details={"statement": endless})
    environments = (EnvironmentReport(endless, (), 1, {}, 0.1, notes=(endless,)),) * 50
    assert len(render(Report("the index", (finding,) * 50, environments, (endless,) * 50))) < LIMIT


@given(awkward_reports())
def test_whatever_is_in_a_finding(report: Report) -> None:
    tokens = PARSER.parse(render(report))
    told = texts(tokens)
    assert told[0].endswith(f" in {printable(report.tree)}".rstrip())
    for finding in report.findings:
        assert shown(finding.message) in told
        fix = f"Fix: {shown(finding.hint)}"
        assert fix in told or re.sub("`([^`]+)`", r"\1", fix) in told
    for note in report.notes:
        assert shown(shortened(note, 1000)) in told
    drift = [one for one in report.findings if one.rule == "model-drift"]
    assert [token.type for token in tokens].count("tr_open") == (len(drift) + 1 if drift else 0)
    assert [token.type for token in tokens].count("td_open") == 3 * len(drift)
    fenced = "".join(token.content for token in tokens if token.type == "fence")
    for finding in report.findings:
        for line in code_of(finding) if finding.rule != "multiple-heads" else ():
            assert printable(line.expandtabs(4)) in fenced
