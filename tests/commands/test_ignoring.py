"""A finding that a comment speaks for, in a whole run."""

from __future__ import annotations

from support.commands import MODELS, NICKNAME, Project, revision_file, revision_path

DRIFT = "column user.nickname is in the models and in no revision"
COMMENT = "# alembic-proof: ignore[model-drift]"
REASON = "a trigger fills it until the old service is gone"


def test_a_comment_with_a_reason_leaves_its_finding_out(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME.replace("\n", f"  {COMMENT} {REASON}\n")})

    ran = project.run("check", "--format", "json")

    report = ran.report
    assert (ran.status, report["findings"]) == (0, [])
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
