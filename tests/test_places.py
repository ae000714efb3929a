"""Which forms of the report go where."""

from __future__ import annotations

from pathlib import Path

import pytest

from alembic_proof.cli.output import Output
from alembic_proof.cli.places import output_of
from alembic_proof.errors import UsageError


@pytest.mark.parametrize(
    ("form", "places", "output"),
    [
        (None, (), Output(("text",))),
        ("json", (), Output(("json",))),
        ("json", ("a.json",), Output((), (("json", Path("a.json")),))),
        (None, ("a.txt",), Output((), (("text", Path("a.txt")),))),
        (None, ("sarif=a",), Output(("text",), (("sarif", Path("a")),))),
        (
            "github",
            ("markdown=a", "json=b=c"),
            Output(("github",), (("markdown", Path("a")), ("json", Path("b=c")))),
        ),
        ("json", ("a", "junit=b"), Output((), (("json", Path("a")), ("junit", Path("b"))))),
        (None, ("x=y.txt",), Output((), (("text", Path("x=y.txt")),))),
        (None, ("./json=x",), Output((), (("text", Path("./json=x")),))),
        (None, ("text=json=x",), Output(("text",), (("text", Path("json=x")),))),
        ("json", (" ", ""), Output(("json",))),
    ],
)
def test_what_the_options_say(form: str | None, places: tuple[str, ...], output: Output) -> None:
    assert output_of(form, places, {"GITHUB_ACTIONS": "true"} if form else {}) == output


def test_a_form_that_is_misspelt() -> None:
    with pytest.raises(UsageError) as raised:
        output_of(None, ["markdwon=summary.md"], {})
    assert (raised.value.message, raised.value.hint) == (
        "--output markdwon=summary.md: there is no form 'markdwon'",
        "--output markdown=summary.md, or for a file of that name --output ./markdwon=summary.md",
    )


def test_a_form_without_a_file() -> None:
    with pytest.raises(UsageError) as raised:
        output_of(None, ["sarif="], {})
    assert (raised.value.message, raised.value.hint) == (
        "--output sarif= names no file",
        "--output sarif=FILE",
    )


def test_github_actions_gets_annotations_and_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.touch()
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    assert output_of(None, (), environ) == Output(("text", "github"), (("markdown", summary),))
    assert output_of("text", (), environ) == Output(("text",))
    assert output_of(None, ("json=a",), environ) == Output(
        ("text", "github"), (("markdown", summary), ("json", Path("a")))
    )


@pytest.mark.parametrize("summary", [None, "", "/gone/summary.md"])
def test_a_summary_that_cannot_be_written_is_left_out(summary: str | None) -> None:
    environ = {"GITHUB_ACTIONS": "true"} | ({} if summary is None else {"GITHUB_STEP_SUMMARY": summary})
    assert output_of(None, (), environ) == Output(("text", "github"))


def test_gitlab_gets_a_code_quality_report_in_the_jobs_folder(tmp_path: Path) -> None:
    environ = {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}
    file = tmp_path / "gl-code-quality-report.json"
    assert output_of(None, (), environ) == Output(("text",), (("gitlab", file),))
    assert output_of(None, (), {**environ, "CI_PROJECT_DIR": "/gone"}) == Output(("text",))
    assert output_of(None, ("a",), environ) == Output((), (("text", Path("a")),))


def test_elsewhere_it_is_text_alone() -> None:
    assert output_of(None, (), {"CI": "true", "GITHUB_ACTIONS": "false"}) == Output()
