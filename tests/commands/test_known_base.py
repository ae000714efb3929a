"""Which commit is the base: by flag, by what is merged with, or by the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands import basing
from alembic_proof.commands.heads import heads
from alembic_proof.commands.request import Request
from alembic_proof.errors import GitError
from alembic_proof.git import Base
from support.branches import FORK, OTHER, settings
from support.commands import revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from support.branches import Branch


def test_by_flag_by_merge_by_setting(branch: Branch) -> None:
    assert branch.bases() == (None, None)
    assert branch.bases(base="main") == (Base("main", branch.left),) * 2
    assert branch.bases(merge_with="main") == (None, Base("main", branch.tip))
    branch.checkout.add(settings('base = "main"'))
    assert branch.bases() == branch.bases(worktree=True) == (Base("main", branch.left),) * 2
    assert branch.bases(base="change") == (Base("change", branch.checkout.head()),) * 2


def test_where_two_speak_the_flag_says_what_is_merged(branch: Branch) -> None:
    checkout = branch.checkout
    checkout.branch("other", branch.left)
    other = checkout.commit({"other": ""})
    checkout.switch("change")
    assert branch.bases(base="main", merge_with="other") == (Base("main", branch.left),) * 2
    assert branch.bases(base="main", merge_with="main") == (Base("main", branch.tip),) * 2
    # A setting is no flag.
    checkout.commit(settings('base = "main"'))
    assert branch.bases(merge_with="other") == (Base("main", branch.left), Base("other", other))
    # What a CI job has of main is older than the tip that was fetched for it.
    asked = {"base": branch.left, "merge_with": branch.tip, "names": ("change", "main")}
    assert branch.bases(**asked) == (Base(branch.left, branch.left), Base("main", branch.tip))


def test_a_ref_of_the_settings_that_is_not_here_stops_nobody(branch: Branch) -> None:
    branch.checkout.add(settings('base = "origin/main"'))
    report = branch.report()
    assert report.findings == ()
    assert report.notes == (
        (
            "the base of the settings is not known: Git knows no commit 'origin/main' here; "
            "fetch it (git fetch --all), or name a branch, tag or commit that `git log --all` shows"
        ),
    )
    with pytest.raises(GitError):
        branch.bases(base="origin/main")


def test_a_shallow_clone_without_the_base_of_the_settings(branch: Branch, tmp_path: Path) -> None:
    branch.checkout.commit(settings('base = "origin/main"'))
    clone = Checkout.clone(branch.checkout.top, tmp_path / "clone", "--depth=1", "--no-single-branch")
    report = heads(Request(cwd=clone.top))
    assert report.notes == (
        (
            "the base of the settings is not known: origin/main and what is judged have no common ancestor here; "
            "the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow"
        ),
    )
    assert report.environments[0].rules["merged-revision-edited"] == "skipped"


def test_the_setting_is_the_flag_what_was_there_before_is_counted(branch: Branch) -> None:
    checkout = branch.checkout
    checkout.switch("main")
    checkout.commit({**FORK, **settings('base = "main"')})
    checkout.switch("change")
    checkout.git("merge", "--quiet", "main")
    report = branch.report()
    assert (report.findings, [one.by for one in report.suppressed]) == ((), ["base"])
    assert report.base == Base("main", checkout.head("main"))


def test_a_branch_is_not_excused_by_itself(branch: Branch) -> None:
    branch.checkout.switch("main")
    branch.checkout.commit({**FORK, **settings('base = "main"')})
    for asked in ({}, {"rev": "HEAD"}, {"rev": "main"}):
        report = branch.report(**asked)  # type: ignore[arg-type]
        assert ([one.rule for one in report.findings], report.base) == (["multiple-heads"], None)


def test_no_base_is_judged_for_what_it_cannot_have(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basing, "subject_before", lambda *_: pytest.fail("the base was judged"))
    branch.checkout.add({revision_path("a1"): revision_file("a1", None, OTHER)})
    assert len(branch.report(base="main").findings) == 1
