"""A finding that a comment speaks for, in a whole run."""

from __future__ import annotations

from support.commands import FILES, MODELS, NICKNAME, Project, revision_file, revision_path

DRIFT = "column user.nickname is in the models and in no revision"
COMMENT = "# alembic-proof: ignore[model-drift]"
REASON = "a trigger fills it until the old service is gone"


def test_a_comment_with_a_reason_leaves_its_finding_out(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME.replace("\n", f"  {COMMENT} {REASON}\n")})

    ran, machine = project.run("check"), project.run("check", "--format", "json")

    assert (ran.status, ran.text) == (
        0,
        (
            "note: 1 finding ignored by a comment\n"
            "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n"
        ),
    )
    report = machine.report
    assert (machine.status, report["findings"]) == (0, [])
    assert report["environments"][0]["rules"]["model-drift"] == "passed"
    [suppressed] = report["suppressed"]
    assert (suppressed["by"], suppressed["reason"], suppressed["finding"]["message"]) == (
        "comment",
        REASON,
        DRIFT,
    )


def test_a_comment_without_a_reason_is_reported_beside_its_finding(project: Project) -> None:
    project.checkout.add({"models.py": f"{MODELS}    {COMMENT}\n{NICKNAME}"})

    ran = project.run("check")

    first, *_, last = ran.text.splitlines()
    assert ran.status == 1
    assert first == "models.py:10: warning: unused-ignore: the comment does not count without a reason"
    assert f"models.py:11: model-drift: {DRIFT}" in ran.text
    assert last == "1 finding, 1 warning in the index (alembic.ini: 1 revision on SQLite, N s)"


def test_the_comment_must_be_in_what_is_judged(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME})
    project.checkout.write({"models.py": MODELS + NICKNAME.replace("\n", f"  {COMMENT} {REASON}\n")})

    assert project.run("check").status == 1
    assert project.run("check", "--worktree").status == 0


def test_a_comment_that_nothing_needs_is_said_where_all_was_judged(project: Project) -> None:
    fork = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}
    needless = MODELS.replace("primary_key=True)", f"primary_key=True)  {COMMENT} {REASON}")
    service = {f"service/{path}": text for path, text in FILES.items()}
    project.checkout.add({"models.py": needless + NICKNAME} | service)

    def unused(*options: str) -> list[tuple[str, str, int]]:
        found = project.run("check", "--format", "json", *options).report["findings"]
        return [
            (one["severity"], one["path"], one["line"]) for one in found if one["rule"] == "unused-ignore"
        ]

    assert unused() == [("info", "models.py", 9)]
    assert unused("--config", "alembic.ini") == []
    project.checkout.add(fork)
    assert unused() == []


def test_the_rule_for_comments_has_a_level_of_its_own(project: Project) -> None:
    settings = '[tool.alembic-proof.rules]\nmodel-drift = "warning"\nunused-ignore = "error"\n'
    project.checkout.add({"models.py": f"{MODELS}    {COMMENT}\n{NICKNAME}", "pyproject.toml": settings})

    found = project.run("check", "--format", "json").report["findings"]

    assert [(one["rule"], one["severity"]) for one in found] == [
        ("unused-ignore", "error"),
        ("model-drift", "warning"),
    ]


def test_a_fork_is_not_ignored_by_a_comment(project: Project) -> None:
    fork = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}
    comment = f"# alembic-proof: ignore[multiple-heads] {REASON}\ndown_revision"
    path = revision_path("c1")
    project.checkout.add(fork | {path: fork[path].replace("down_revision", comment)})

    ran = project.run("heads", "--format", "json")

    found = [(one["rule"], one["message"].partition(":")[0]) for one in ran.report["findings"]]
    assert (ran.status, found) == (
        1,
        [("unused-ignore", "multiple-heads cannot be ignored by a comment"), ("multiple-heads", "2 heads")],
    )
