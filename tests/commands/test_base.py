"""`--base`: what a change brought is an error, what was there before is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import GitError, ProofError
from alembic_proof.findings import Suppressed
from support.commands import FILES, MODELS, NICKNAME, Project, revision_file, revision_path
from support.judgements import EXACT, FAILED, FAX, FORK, TEL, Judging
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.commands.request import Subject
    from alembic_proof.commands.suppressing import Judged

FAX_COLUMN = "    fax = Column(String(3))\n"
TEL_COLUMN = "    tel = Column(String(4))\n"
FORKED = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}


def test_only_what_the_change_brought_is_an_error(project: Project) -> None:
    project.checkout.commit({"models.py": MODELS + NICKNAME + FAX_COLUMN})
    project.checkout.branch("change")
    project.checkout.commit({"models.py": f"\n{MODELS}{NICKNAME}{FAX_COLUMN}"})

    ran = project.run("check", "--base", "main")
    assert (ran.status, ran.text) == (
        0,
        (
            "note: 2 findings were there before on main\n"
            "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n"
        ),
    )

    # One column more is forgotten, and the other one is made longer without a revision.
    longer = NICKNAME.replace("40", "80")
    project.checkout.add({"models.py": f"\n{MODELS}{longer}{TEL_COLUMN}{FAX_COLUMN}"})
    ran = project.run("check", "--format", "json", env={"ALEMBIC_PROOF_BASE": "main"})
    report = ran.report
    assert (ran.status, [one["message"] for one in report["findings"]]) == (
        1,
        [f"column user.{name} is in the models and in no revision" for name in ("nickname", "tel")],
    )
    assert report["base"] == {"ref": "main", "commit": project.checkout.head("main")}
    assert [(one["by"], one["reason"]) for one in report["suppressed"]] == [("base", "main")]


def test_a_fork_that_was_there_is_counted_and_one_more_branch_of_it_is_found(project: Project) -> None:
    project.checkout.commit(FORKED)
    project.checkout.branch("change")
    project.checkout.commit({revision_path("d1"): revision_file("d1", "c1")})

    ran = project.run("heads", "--base", "main")
    assert (ran.status, ran.text.splitlines()[0]) == (0, "note: 1 finding was there before on main")

    project.checkout.commit({revision_path("e1"): revision_file("e1", "a1")})
    ran = project.run("heads", "--base", "main")
    assert (ran.status, "multiple-heads: 3 heads: " in ran.text) == (1, True)


@pytest.mark.parametrize("option", ["--base", "--rev"])
def test_a_base_that_is_not_there(project: Project, option: str) -> None:
    assert project.refused("heads", option, "gone").startswith(
        "alembic-proof: Git knows no commit 'gone' here\n"
    )


def test_a_base_that_cannot_be_judged(project: Project) -> None:
    project.checkout.commit({"models.py": f"import nowhere\n{MODELS}"})
    base = project.checkout.head()
    project.checkout.commit({"models.py": MODELS + NICKNAME})

    first, hint, *_ = project.refused("check", "--base", base).splitlines()

    assert first.startswith(
        f"alembic-proof: the base cannot be judged, commit {base[:7]} of {base}: models.py:1 imports nowhere, "
    )
    assert hint.startswith("  fix: check without --base; at the base: install the project's packages there")


class Before:
    """Judges the base as it is told to, and keeps what it was asked."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        self.asked: list[Subject] = []

    def __call__(self, subject: Subject) -> Judged:
        self.asked.append(subject)
        return self.judged


def test_the_base_is_judged_with_todays_settings_where_something_was_found(judging: Judging) -> None:
    base = judging.checkout.commit({"models.py": "x = 1\n"})
    judging.checkout.add({"pyproject.toml": "[tool.alembic-proof]\ntime-limit = 9\n"})
    before = Before(judging.judged(FAX))

    report = judging.report(judging.judged(FAX, TEL), before=before, base="HEAD", worktree=True)

    [asked] = before.asked
    assert report.findings == (TEL,)
    assert report.suppressed == (Suppressed(FAX, "base", "HEAD"),)
    assert asked.tree.description == f"commit {base[:7]}"
    assert asked.settings.of("alembic.ini").time_limit == 9
    assert [one.config for one in asked.environments] == ["alembic.ini"]
    assert (asked.is_index, asked.request.rev, asked.request.worktree, asked.base) == (
        False,
        base,
        False,
        None,
    )


def test_where_nothing_is_left_the_base_is_not_judged(judging: Judging) -> None:
    judging.checkout.add({"models.py": "x = 1  # alembic-proof: ignore[model-drift] a trigger fills it\n"})
    report = judging.report(judging.judged(FAX), base="HEAD")
    assert [one.by for one in report.suppressed] == ["comment"]
    assert judging.report(judging.judged(), base="HEAD").base is not None


def test_what_was_there_once_is_known_once(judging: Judging) -> None:
    report = judging.report(
        judging.judged(FAX, replace(FAX, line=9)), before=Before(judging.judged(FAX)), base="HEAD"
    )
    assert (len(report.findings), len(report.suppressed)) == (1, 1)


def test_an_environment_that_came_with_the_change_has_no_before(judging: Judging) -> None:
    judging.checkout.add({f"new/{path}": text for path, text in FILES.items()})
    before = Before(judging.judged())
    finding = judging.of(FAX, "new/alembic.ini")

    assert judging.report(judging.judged(finding), before=before, base="HEAD").findings == (finding,)
    assert before.asked[0].environments == ()


@pytest.mark.parametrize("blocking", [FORK, FAILED])
def test_what_keeps_the_rest_from_being_judged_stays_in_sight(judging: Judging, blocking: object) -> None:
    before = Before(judging.judged(FORK, FAILED))
    report = judging.report(judging.judged(blocking), before=before, base="HEAD")  # type: ignore[arg-type]
    assert report.findings == (judging.warned(blocking),)  # type: ignore[arg-type]
    assert report.suppressed == ()


def test_where_the_base_was_not_judged_all_counts_as_new_and_a_note_says_so(judging: Judging) -> None:
    before = Before(judging.judged(FORK))
    report = judging.report(judging.judged(EXACT), before=before, base="HEAD")
    assert report.findings == (EXACT,)
    assert report.notes == (
        "alembic.ini: the models could not be compared on HEAD, so all that is found there counts as new",
    )
    beside = replace(FAX, rule="unstaged-revision")
    assert judging.report(judging.judged(beside), before=before, base="HEAD").notes == ()


def test_an_error_of_the_base_says_that_it_is_of_the_base(judging: Judging) -> None:
    def before(_subject: Subject) -> Judged:
        raise ProofError("no database", "start one", "detail")

    with pytest.raises(ProofError) as caught:
        judging.report(judging.judged(FAX), before=before, base="HEAD")

    commit = judging.checkout.head()[:7]
    assert (caught.value.message, caught.value.hint, caught.value.detail) == (
        f"the base cannot be judged, commit {commit} of HEAD: no database",
        "check without --base; at the base: start one",
        "detail",
    )


def test_the_base_is_where_the_change_left_the_ref(judging: Judging) -> None:
    checkout = judging.checkout
    left = checkout.head()
    checkout.branch("change")
    changed = checkout.commit({"models.py": "x = 1\n"})
    checkout.switch("main")
    moved = checkout.commit({"other.py": ""})
    checkout.switch("change")

    def base(**asked: object) -> str:
        found = judging.report(judging.judged(), base="main", **asked).base
        assert found is not None
        return found.commit

    assert base() == base(worktree=True) == base(rev="change") == left
    assert base(rev=moved) == base(merge_with="main") == base(merge_with="main", rev=changed) == moved
    # While a merge is being committed, its other parent counts as well.
    checkout.git("merge", "--no-commit", "--quiet", "main")
    assert base() == moved


def test_a_base_with_nothing_in_common(judging: Judging) -> None:
    judging.checkout.git("switch", "--quiet", "--orphan", "other")
    judging.checkout.commit({"alembic.ini": FILES["alembic.ini"], "migrations/env.py": ""})
    with pytest.raises(GitError) as caught:
        judging.report(judging.judged(), base="main")
    assert (caught.value.message, caught.value.hint) == (
        "main and what is judged have no common ancestor here",
        "name the branch that the change is to be merged into",
    )


def test_a_shallow_clone_without_the_base(judging: Judging, tmp_path: Path) -> None:
    source = judging.checkout
    source.branch("change")
    source.commit({"models.py": "x = 1\n"})
    source.switch("main")
    source.commit({"other.py": ""})
    clone = Checkout.clone(source.top, tmp_path / "clone", "--depth=1", "--no-single-branch")

    with pytest.raises(GitError) as caught:
        Judging(clone).report(judging.judged(), base="origin/change")

    assert (caught.value.message, caught.value.hint) == (
        "origin/change and what is judged have no common ancestor here",
        "the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow",
    )
