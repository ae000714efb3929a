"""In CI the merge that will happen is judged, with the base as it is now, in full and in shallow clones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.coming_merge import in_ci
from alembic_proof.commands.heads import heads
from alembic_proof.commands.request import Request
from alembic_proof.errors import GitError
from support.commands import INI, revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.reports.report import Report

FORK = "2 heads: b1 (migrations/versions/b1.py) and c1 (migrations/versions/c1.py) both follow a1"
FILES = {"alembic.ini": INI, "migrations/env.py": "", revision_path("a1"): revision_file("a1", None)}


def revision(identifier: str) -> dict[str, str]:
    return {revision_path(identifier): revision_file(identifier, "a1")}


@dataclass(frozen=True)
class Hosted:
    """A hosted repository: `main` has had b1 since pull request 7, with c1, was checked out."""

    remote: Checkout
    head: str
    stale: str  # the merge that was made for the event

    def checked_out(self, top: Path, *options: str) -> Checkout:
        """As actions/checkout does it: one commit, or with its history, and nothing else of the remote."""
        made = Checkout.create(top)
        made.git("remote", "add", "origin", f"file://{self.remote.top}")
        made.git("fetch", "--quiet", "--no-tags", *options, "origin", self.stale)
        made.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        return made


@pytest.fixture
def hosted(tmp_path: Path) -> Hosted:
    remote = Checkout.create(tmp_path / "shop" / "shop", FILES)
    for number in range(40):
        remote.commit({"README": f"{number}\n"})
    remote.git("branch", "--move", "main")
    remote.git("switch", "--quiet", "--create", "feature")
    head = remote.commit(revision("c1"))
    remote.git("switch", "--quiet", "main")
    remote.git("merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
    stale = remote.head()
    remote.git("update-ref", "refs/pull/7/head", head)
    remote.git("update-ref", "refs/pull/7/merge", stale)
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    remote.git("branch", "--quiet", "-D", "feature")
    remote.commit(revision("b1"))
    remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return Hosted(remote, head, stale)


def event(folder: Path, monkeypatch: pytest.MonkeyPatch, hosted: Hosted, kind: str = "pull_request") -> None:
    path = folder / "event.json"
    pull = {"head": {"sha": hosted.head}, "base": {"ref": "main"}}
    group = {"base_ref": "refs/heads/main"}
    path.write_text(json.dumps({"number": 7, "pull_request": pull, "merge_group": group}))
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": kind,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "shop/shop",
        "GITHUB_SHA": hosted.stale,
        "GITHUB_REF": "refs/heads/main",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def judged(checkout: Checkout, **options: str) -> Report:
    before = checkout.git("for-each-ref"), checkout.git("config", "--list", "--local"), checkout.git("status")
    with in_ci(Request(cwd=checkout.top, **options)) as request:  # type: ignore[arg-type]
        report = heads(request)
    assert (
        checkout.git("for-each-ref"),
        checkout.git("config", "--list", "--local"),
        checkout.git("status"),
    ) == before
    return report


@pytest.mark.parametrize("options", [(), ("--depth=1",)], ids=["full", "shallow"])
def test_a_pull_request_meets_the_base_of_now(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    event(tmp_path, monkeypatch, hosted)

    report = judged(hosted.checked_out(tmp_path / "work", *options))

    assert [finding.message for finding in report.findings] == [FORK]
    assert report.tree == "the merge of #7 and main"


@pytest.mark.parametrize("kind", ["merge_group", "push"])
def test_so_does_what_a_queue_or_a_push_brings(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    event(tmp_path, monkeypatch, hosted, kind)

    report = judged(hosted.checked_out(tmp_path / "work", "--depth=1"))

    assert [finding.message for finding in report.findings] == [FORK]
    assert report.tree == f"the merge of {hosted.stale[:7]} and main"


def test_what_was_asked_for_is_judged(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event(tmp_path, monkeypatch, hosted)

    report = judged(hosted.checked_out(tmp_path / "work", "--depth=1"), rev="HEAD")

    assert (report.findings, report.tree) == ((), f"commit {hosted.stale[:7]}")


def test_another_repository_is_none_of_the_jobs(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event(tmp_path, monkeypatch, hosted)

    assert judged(Checkout.create(tmp_path / "other", FILES)).tree == "the index"


def test_a_base_that_cannot_be_fetched_is_no_yes(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event(tmp_path, monkeypatch, hosted)
    checkout = hosted.checked_out(tmp_path / "work", "--depth=1")
    hosted.remote.git("branch", "--move", "trunk")

    with pytest.raises(GitError) as caught:
        judged(checkout)

    assert caught.value.message.startswith("the newest commit of main cannot be fetched: ")
    assert caught.value.hint == (
        "let the job read the repository (GITHUB_TOKEN, or actions/checkout's persist-credentials), "
        "or judge what is checked out, however old its base is: --rev HEAD"
    )
