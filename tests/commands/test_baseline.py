"""A project with drift of years: what was there is recorded, what is new is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands import baseline as command
from alembic_proof.errors import UsageError
from support.commands import MODELS, NICKNAME, Project, revision_file, revision_path
from support.judgements import FAX, FORK, TEL, Judging

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_proof.commands.suppressing import Judged
    from alembic_proof.findings import Finding

FILE = "alembic-proof-baseline.toml"
COLUMN = "    fax = Column(String(3))\n"
OLD = {"models.py": MODELS + NICKNAME + COLUMN}
ADD = f"  review it and add it: git add {FILE}\n"


def messages(project: Project) -> list[tuple[str, str, str]]:
    report = project.run("check", "--format", "json").report
    return [(one["severity"], one["rule"], one["message"]) for one in report["findings"]]


def record(project: Project) -> str:
    ran = project.run("baseline")
    assert (ran.status, ran.err) == (0, ""), ran
    project.checkout.git("add", FILE)
    return ran.out


def test_a_project_with_drift_can_start_today(project: Project) -> None:
    project.checkout.commit(OLD)
    assert record(project) == f"{FILE}: 2 findings recorded, 2 new, 0 gone\n{ADD}"
    ran = project.run("check")
    assert (ran.status, ran.text) == (
        0,
        (
            "note: 2 findings of the baseline left out\n"
            "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n"
        ),
    )

    # Lines move, and one column more is forgotten.
    moved = "\n\n" + OLD["models.py"] + "    tel = Column(String(4))\n"
    project.checkout.commit({"models.py": moved})
    ran = project.run("check")
    assert (ran.status, ran.text.splitlines()[0]) == (
        1,
        "models.py:14: model-drift: column user.tel is in the models and in no revision",
    )

    # What was recorded drifts in another way.
    half = revision_file("b1", "a1", 'op.add_column("user", sa.Column("fax", sa.Text()))')
    project.checkout.commit({"models.py": OLD["models.py"], revision_path("b1"): half})
    drift = "column user.fax differs: type VARCHAR(3) in the models, TEXT in the revisions"
    gone = "model-drift no longer finds this: column user.fax is in the models and in no revision"
    assert messages(project) == [("info", "unused-baseline-entry", gone), ("error", "model-drift", drift)]

    # It is mended: the entry is not needed any more, and that stops nobody.
    project.checkout.commit({revision_path("b1"): half.replace("sa.Text()", "sa.String(3)")})
    ran = project.run("check")
    assert (ran.status, ran.text) == (
        0,
        (
            f"{FILE}: info: unused-baseline-entry: {gone}\n"
            "  fix: write the baseline anew and add it: alembic-proof baseline\n"
            "\n"
            "note: 1 finding of the baseline left out\n"
            "no error, 1 remark in the index (alembic.ini: 2 revisions on SQLite, N s)\n"
        ),
    )
    assert record(project) == f"{FILE}: 1 finding recorded, 0 new, 1 gone\n{ADD}"
    assert messages(project) == []


def test_what_no_baseline_can_leave_out_is_reported_and_nothing_is_written(project: Project) -> None:
    project.checkout.add({revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")})

    ran = project.run("baseline")

    assert ran.status == 1
    assert ran.text.startswith("migrations/versions/c1.py:7: multiple-heads: 2 heads: ")
    assert f"note: {FILE} was not written: mend this first\n" in ran.text
    assert not (project.top / FILE).exists()


@pytest.fixture
def write(judging: Judging, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """The command on a project of which this is found."""

    def run(*findings: Finding, **asked: object) -> object:
        def judge(_subject: object) -> Judged:
            return judging.judged(*findings)

        monkeypatch.setattr(command, "judge", judge)
        return command.baseline(judging.request(**asked))

    return run


def test_a_file_that_is_no_longer_needed_goes(judging: Judging, write: Callable[..., object]) -> None:
    assert write() == ("nothing found: no baseline is needed",)
    write(FAX)
    assert write() == (f"{FILE}: nothing found, so it is removed, 0 new, 1 gone", ADD.rstrip())
    assert not (judging.checkout.top / FILE).exists()


def test_one_environment_is_recorded_and_the_others_entries_stay(
    judging: Judging, write: Callable[..., object]
) -> None:
    service = judging.of_service(FAX)
    write(FAX, service)

    first, _ = write(judging.of_service(TEL), configs=("service/alembic.ini",))  # type: ignore[misc]

    assert first == f"{FILE}: 2 findings recorded, 1 new, 1 gone"
    assert judging.recorded() == [
        ("alembic.ini", "column user.fax"),
        ("service/alembic.ini", "column user.tel"),
    ]


def test_what_an_environment_had_goes_with_it(judging: Judging, write: Callable[..., object]) -> None:
    write(FAX, FAX, replace(TEL, environment="old/alembic.ini"))
    assert len(judging.recorded()) == 3
    first, _ = write(FAX)  # type: ignore[misc]
    assert first == f"{FILE}: 1 finding recorded, 0 new, 2 gone"


def test_a_damaged_file_is_written_anew_unless_others_have_entries_in_it(
    judging: Judging, write: Callable[..., object]
) -> None:
    judging.checkout.write({FILE: "<<<<<<< HEAD\n"})
    with pytest.raises(UsageError, match="cannot be read"):
        write(FAX, configs=("alembic.ini",))
    assert write(FAX) == (f"{FILE}: 1 finding recorded, 1 new, 0 gone", ADD.rstrip())


def test_what_a_comment_speaks_for_is_not_recorded(judging: Judging, write: Callable[..., object]) -> None:
    judging.checkout.add({"models.py": "x = 1  # alembic-proof: ignore[model-drift] filled by a trigger\n"})
    write(FAX, TEL)
    assert judging.recorded() == [("alembic.ini", "column user.tel")]


def test_it_is_written_at_the_top_and_added_from_where_the_person_is(
    judging: Judging, write: Callable[..., object]
) -> None:
    _, hint = write(FAX, cwd=judging.checkout.top / "migrations")  # type: ignore[misc]
    assert hint == f"  review it and add it: git add ../{FILE}"
    assert judging.recorded() == [("alembic.ini", "column user.fax")]


def test_notes_are_told(judging: Judging, write: Callable[..., object]) -> None:
    judging.notes = ("the submodule lib is not there",)
    first, *_ = write(FAX)  # type: ignore[misc]
    assert first == "note: the submodule lib is not there"


def test_a_warning_is_recorded_and_a_fork_that_is_one_is_passed_over(
    judging: Judging, write: Callable[..., object]
) -> None:
    write(judging.warned(FAX), judging.warned(FORK))
    assert judging.recorded() == [("alembic.ini", "column user.fax")]


def test_an_edited_revision_is_no_drift_and_keeps_nothing_from_being_recorded(project: Project) -> None:
    settings = '[tool.alembic-proof]\nbase = "main"\n'
    project.checkout.branch("change")
    text = (project.top / revision_path("a1")).read_text()
    project.checkout.add({**OLD, "pyproject.toml": settings, revision_path("a1"): f"{text}\n\nSIZE = 1\n"})
    assert [rule for _, rule, _ in messages(project)].count("merged-revision-edited") == 1
    assert record(project).startswith(f"{FILE}: 2 findings recorded, 2 new, 0 gone\n")
