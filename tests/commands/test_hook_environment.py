"""What Git and pre-commit tell a hook decides what is judged."""

from __future__ import annotations

import pytest

from support.commands import MODELS, NICKNAME, Project, revision_file, revision_path

NOTHING = "0" * 40
QUICK = """\
note: no staged file can affect models or revisions: nothing was checked
nothing found in the index
"""
DRIFT = {"models.py": MODELS + NICKNAME}


def line(local: str, ref: str = "refs/heads/main") -> str:
    return f"{ref} {local} {ref} {NOTHING}\n"


@pytest.mark.parametrize("stage", ["pre-commit", "pre-merge-commit"])
def test_a_commit_of_documentation_is_quick(project: Project, stage: str) -> None:
    project.checkout.commit(DRIFT)
    project.checkout.add({"docs/guide.md": "a guide\n", "README.rst": "a project\n"})

    ran = project.run("check", "--hook", stage)

    assert (ran.status, ran.out) == (0, QUICK)


def test_pre_commit_tells_by_its_variable(project: Project) -> None:
    project.checkout.commit(DRIFT)
    project.checkout.add({"README.rst": "a project\n"})

    assert project.run("check", env={"PRE_COMMIT": "1"}).out == QUICK
    assert project.run("check").status == 1


def test_with_nothing_staged_everything_is_checked(project: Project) -> None:
    project.checkout.commit(DRIFT)
    assert project.run("check", env={"PRE_COMMIT": "1"}).status == 1


def test_a_page_beside_the_revisions_is_no_mere_page(project: Project) -> None:
    project.checkout.commit(DRIFT)
    project.checkout.add({"migrations/README.md": "how to\n"})
    assert project.run("check", env={"PRE_COMMIT": "1"}).status == 1


@pytest.mark.parametrize("variable", ["PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH"])
def test_at_pre_push_pre_commit_names_the_commit(project: Project, variable: str) -> None:
    pushed = project.checkout.commit(DRIFT)
    project.checkout.commit({"models.py": MODELS})

    ran = project.run("check", env={"PRE_COMMIT": "1", variable: pushed})

    assert ran.status == 1
    assert ran.text.endswith(f"\n1 finding in commit {pushed[:7]} (alembic.ini: 1 revision on SQLite, N s)\n")


def fork(project: Project) -> str:
    return project.checkout.commit({revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")})


def test_git_names_each_commit_on_standard_input(project: Project) -> None:
    good = project.checkout.head()
    bad = fork(project)
    refs = line(good) + line(bad, "refs/heads/other") + line(good, "refs/tags/v1")

    ran = project.run("heads", "--hook", "pre-push", "--format", "json", stdin=refs)

    assert ran.status == 1
    assert ran.report["tree"] == f"commit {good[:7]}, commit {bad[:7]}"
    assert [environment["heads"] for environment in ran.report["environments"]] == [["a1"], ["b1", "c1"]]
    assert [finding["rule"] for finding in ran.report["findings"]] == ["multiple-heads"]


def test_what_two_commits_share_is_told_once(project: Project) -> None:
    first = fork(project)
    second = project.checkout.commit({"README": "a project\n"})

    ran = project.run("heads", "--hook", "pre-push", "--format", "json", stdin=line(first) + line(second))

    assert len(ran.report["findings"]) == 1


def test_a_deleted_branch_has_nothing_to_judge(project: Project) -> None:
    fork(project)
    refs = f"(delete) {NOTHING} refs/heads/old {project.checkout.head()}\n"

    ran = project.run("heads", "--hook", "pre-push", stdin=refs)

    assert (ran.status, ran.out) == (
        0,
        "note: no commit is pushed: nothing was checked\nnothing found in what is pushed\n",
    )


def test_an_annotated_tag_stands_for_its_commit(project: Project) -> None:
    fork(project)
    project.checkout.git("tag", "--annotate", "v1", "--message", "first")

    ran = project.run("heads", "--hook", "pre-push", stdin=line(project.checkout.head("v1"), "refs/tags/v1"))

    assert ran.status == 1


def test_what_is_pushed_counts_and_not_the_index(project: Project) -> None:
    good = project.checkout.head()
    fork(project)

    assert project.run("heads", "--hook", "pre-push", stdin=line(good)).status == 0
    assert project.run("heads", "--hook", "pre-push", "--rev", "HEAD", stdin=line(good)).status == 1


def test_a_line_that_git_would_not_write(project: Project) -> None:
    ran = project.run("heads", "--hook", "pre-push", stdin="refs/heads/main\n")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "alembic-proof: this is no line of Git's pre-push hook: 'refs/heads/main'\n"
        "  fix: give standard input as Git gives it: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID\n"
    )
