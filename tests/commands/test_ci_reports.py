"""What a run without flags leaves where GitHub Actions and GitLab CI look, and several reports at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.commands import FILES, Project, revision_file, revision_path
from support.runner import obeyed

if TYPE_CHECKING:
    from pathlib import Path

FORK = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}


@pytest.fixture
def forked(project: Project) -> Project:
    project.checkout.add(FORK)
    return project


def test_github_actions_gets_text_annotations_and_a_summary(forked: Project, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("what another step wrote")
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}

    ran = forked.run("heads", env=env)

    (annotation,) = obeyed(ran.out)
    assert (ran.status, annotation.name, annotation.properties["file"]) == (1, "error", revision_path("c1"))
    assert ran.out.startswith(f"{revision_path('c1')}:")
    text = summary.read_text()
    assert text.startswith("what another step wrote\n### ❌ alembic-proof: 1 finding in the index\n")
    assert "```mermaid\nflowchart LR\n" in text


def test_a_folder_whose_name_is_a_command_commands_nothing(forked: Project) -> None:
    folder = "::error::x"
    forked.checkout.add({f"{folder}/{path}": text for path, text in (FILES | FORK).items()})

    ran = forked.run("heads", env={"GITHUB_ACTIONS": "true"})

    assert f"\n{folder}/{revision_path('c1')}:" in ran.out
    assert [(one.name, one.properties.get("file")) for one in obeyed(ran.out)] == [
        ("error", f"{folder}/{revision_path('c1')}"),
        ("error", revision_path("c1")),
    ]


def test_gitlab_ci_gets_a_code_quality_report(forked: Project, tmp_path: Path) -> None:
    ran = forked.run("heads", env={"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)})

    (issue,) = json.loads((tmp_path / "gl-code-quality-report.json").read_text())
    assert (ran.status, issue["location"]["path"]) == (1, revision_path("c1"))
    assert "multiple-heads: " in ran.out


def test_several_reports_at_once(forked: Project, tmp_path: Path) -> None:
    places = [f"sarif={tmp_path}/a=b c.sarif", f"junit={tmp_path}/junit.xml"]
    shown = forked.run("heads", "--format", "github", "--output", places[0], "--output", places[1])
    by_variable = forked.run(
        "heads", env={"ALEMBIC_PROOF_FORMAT": "github", "ALEMBIC_PROOF_OUTPUT": "\n".join(places)}
    )

    assert shown.out == by_variable.out
    assert [one.name for one in obeyed(shown.out)] == ["error"]
    assert json.loads((tmp_path / "a=b c.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "junit.xml").read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
