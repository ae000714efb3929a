"""Which files are judged: the index, a commit, a merge that is not made, or the working tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.commands import ADD, MODELS, NICKNAME, Project, revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

B1 = revision_path("b1")
REVISION = {B1: revision_file("b1", "a1", ADD)}
STAGED = {"models.py": MODELS + NICKNAME}
BESIDE = """\
migrations/versions/b1.py:6: unstaged-revision: revision b1 is in the working tree and not in the index: \
migrations/versions/b1.py
  fix: git add migrations/versions/b1.py

models.py:10: model-drift: column user.nickname is in the models and in no revision
    op.add_column('user', sa.Column('nickname', sa.String(length=40), nullable=True))
  fix: a revision lies beside the index: git add migrations/versions/b1.py

2 findings in the index (alembic.ini: 1 revision on SQLite, N s)
"""
FORK = """\
migrations/versions/c1.py:7: multiple-heads: 2 heads: b1 (migrations/versions/b1.py) and \
c1 (migrations/versions/c1.py) both follow a1
    a1  migrations/versions/a1.py
    ├── b1  migrations/versions/b1.py  (head)
    └── c1  migrations/versions/c1.py  (head)
  fix: run `git merge --no-commit other && alembic-proof fix --base other --stage`

"""


@pytest.mark.parametrize("intent", [False, True], ids=["untracked", "intent-to-add"])
def test_a_revision_that_was_not_added_is_named_beside_the_drift(project: Project, intent: bool) -> None:
    project.checkout.add(STAGED)
    project.checkout.write(REVISION)
    if intent:
        project.checkout.git("add", "--intent-to-add", B1)

    ran = project.run("check")

    assert (ran.status, ran.text) == (1, BESIDE)


def test_an_unstaged_edit_that_changes_a_revisions_id(project: Project) -> None:
    project.checkout.commit(REVISION | STAGED)
    project.checkout.write({B1: revision_file("b9", "a1", ADD)})

    ran = project.run("check", "--format", "json")

    assert ran.status == 1
    assert [finding["message"] for finding in ran.report["findings"]] == [
        f"revision b9 is in the working tree and not in the index: {B1}"
    ]


def test_an_odd_name_is_quoted_for_the_shell(project: Project) -> None:
    name = "migrations/versions/it's new.py"
    project.checkout.write({name: revision_file("b1", "a1")})

    ran = project.run("check", "--format", "json")

    assert [finding["hint"] for finding in ran.report["findings"]] == [
        "git add 'migrations/versions/it'\"'\"'s new.py'"
    ]


def test_what_is_not_staged_counts_in_the_working_tree_alone(project: Project) -> None:
    project.checkout.write(STAGED)

    assert project.run("check").status == 0
    ran = project.run("check", "--worktree")
    assert ran.status == 1
    assert ran.text.endswith("\n1 finding in the working tree (alembic.ini: 1 revision on SQLite, N s)\n")


def test_the_working_tree_holds_what_is_untracked(project: Project) -> None:
    project.checkout.write(STAGED | REVISION)

    assert project.run("check", "--worktree").status == 0


def test_a_commit_is_judged_whatever_the_index_holds(project: Project) -> None:
    forgotten = project.checkout.commit(STAGED)
    project.checkout.commit(REVISION)

    assert project.run("check").status == 0
    ran = project.run("check", "--rev", "HEAD~1")
    assert ran.status == 1
    assert ran.text.endswith(
        f"\n1 finding in commit {forgotten[:7]} (alembic.ini: 1 revision on SQLite, N s)\n"
    )


def branches(project: Project) -> None:
    """Two branches that each add a revision on the same parent."""
    project.checkout.branch("other")
    project.checkout.commit({revision_path("c1"): revision_file("c1", "a1")})
    project.checkout.switch("main")
    project.checkout.commit(STAGED | REVISION)


def test_two_branches_are_green_alone_and_fork_together(project: Project) -> None:
    branches(project)
    here = project.checkout.head()[:7]

    assert project.run("check", "--rev", "main").status == 0
    assert project.run("check", "--rev", "other").status == 0
    ran = project.run("check", "--merge-with", "other")
    assert ran.status == 1
    assert ran.text == (
        f"{FORK}note: the models were not compared: mend the history first\n"
        f"1 finding in the merge of {here} and other (alembic.ini: 3 revisions, N s)\n"
    )
    static = project.run("heads", "--rev", "other", "--merge-with", "main")
    other_way = FORK.replace("--no-commit other", "--no-commit main").replace("--base other", "--base main")
    assert (static.status, static.text.startswith(other_way)) == (1, True)


def test_a_merge_that_goes_through_is_proved(project: Project) -> None:
    project.checkout.branch("other")
    project.checkout.commit(REVISION)
    project.checkout.switch("main")
    project.checkout.commit(STAGED)

    assert project.run("check").status == 1
    assert project.run("check", "--merge-with", "other").status == 0


def test_a_conflict_in_a_revision_has_both_sides_judged(project: Project) -> None:
    project.checkout.branch("other")
    project.checkout.commit({B1: revision_file("b2", "a1")})
    project.checkout.switch("main")
    project.checkout.commit(REVISION)

    ran = project.run("check", "--merge-with", "other", "--format", "json")

    assert ran.status == 1
    assert [finding["rule"] for finding in ran.report["findings"]] == ["multiple-heads"]
    assert ran.report["environments"][0]["heads"] == ["b1", "b2"]
    assert ran.report["environments"][0]["notes"] == [
        f"the merge conflicts in {B1}: the revisions of both sides were judged",
        "the models were not compared: mend the history first",
    ]


def test_a_conflict_in_the_models_is_said_and_the_drift_skipped(project: Project) -> None:
    project.checkout.branch("other")
    project.checkout.commit({"models.py": MODELS.replace("Integer,", "BigInteger,")})
    project.checkout.switch("main")
    project.checkout.commit({"models.py": MODELS.replace("Integer,", "SmallInteger,")})

    ran = project.run("check", "--merge-with", "other", "--format", "json")

    environment = ran.report["environments"][0]
    assert ran.status == 0
    assert environment["rules"]["model-drift"] == "skipped"
    assert environment["rules"]["multiple-heads"] == "passed"
    assert environment["notes"] == ["the models were not compared: the merge conflicts in models.py"]


def test_a_clone_that_is_too_shallow_for_the_merge(project: Project, tmp_path: Path) -> None:
    branches(project)
    shallow = Checkout.clone(project.top, tmp_path / "shallow", "--depth", "1", "--no-single-branch")
    here = shallow.head()[:7]

    assert Project(shallow, project.env).refused("check", "--merge-with", "origin/other") == (
        f"alembic-proof: {here} and origin/other have no common ancestor here\n"
        "  fix: the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow\n"
    )


@pytest.mark.parametrize("option", ["--rev", "--merge-with"])
def test_a_ref_that_is_not_there(project: Project, option: str) -> None:
    assert project.refused("check", option, "gone") == (
        "alembic-proof: Git knows no commit 'gone' here\n"
        "  fix: fetch it (git fetch --all), or name a branch, tag or commit that `git log --all` shows\n"
    )


def test_a_merge_that_stopped_half_way(project: Project) -> None:
    project.checkout.branch("other")
    project.checkout.commit({"models.py": MODELS.replace("Integer,", "BigInteger,")})
    project.checkout.switch("main")
    project.checkout.commit({"models.py": MODELS.replace("Integer,", "SmallInteger,")})
    project.checkout.git("merge", "other", ok=(1,))

    assert project.refused("check") == (
        "alembic-proof: the index has unmerged files: models.py\n"
        "  fix: resolve them, then mark them as resolved: git add FILE\n"
    )


@pytest.mark.parametrize("other", ["--rev", "--merge-with"])
def test_the_working_tree_is_no_commit(project: Project, other: str) -> None:
    assert project.refused("check", "--worktree", other, "HEAD") == (
        "alembic-proof: --worktree goes with neither --rev nor --merge-with\n  fix: leave one of them out\n"
    )
