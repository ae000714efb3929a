"""`watch`, as a workflow runs it: whole processes, a bare repository with pull requests, and a server for the API."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.watch import Watching
from alembic_proof.commands.watch import watch as watch_here
from alembic_proof.errors import HostingError, UsageError
from alembic_proof.reports.watched import Watched, as_text
from support.commands import FILES, INI, Project, revision_file, revision_path
from support.github import TOKEN, GitHubServer, Hosted, Reply, github_server, problem
from support.repositories import Checkout, folder_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.commands import Ran

TOP = Path(__file__).parents[2]
SECRETS = (TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode())
FITS = ("success", "its revisions fit main as it is now")
FORK = "2 heads: b1 and b2 both follow a1; fix: alembic-proof fix --base origin/main --stage"


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with github_server() as server:
        yield server


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(Checkout.create(tmp_path_factory.mktemp("project") / "top"))


@pytest.fixture
def hosted(tmp_path: Path, github: GitHubServer) -> Hosted:
    return Hosted.create(tmp_path, FILES, github)


def clone(hosted: Hosted, *options: str) -> Project:
    """What actions/checkout leaves: one commit of the branch, and a remote."""
    folder = hosted.bare.parent
    top = folder / f"checkout-{len(list(folder.iterdir()))}"
    env = {**hosted.github.variables, "ALEMBIC_PROOF_CACHE": str(folder / "cache")}
    return Project(Checkout.clone(hosted.bare, top, *(options or ("--depth=1", "--branch=main"))), env)


def run(hosted: Hosted, *args: str) -> Ran:
    """A whole process, in a clone of its own."""
    ran = clone(hosted).run("watch", *args)
    assert not any(secret in ran.out + ran.err for secret in SECRETS)
    return ran


def watch(hosted: Hosted) -> Watched:
    """The same in this process, where nothing keeps statuses from being set."""
    watched, trouble = watch_here(Watching(cwd=clone(hosted).top), hosted.github.variables)
    assert trouble is None
    return watched


def adds(identifier: str, parent: str | None = "a1") -> dict[str, str]:
    return {revision_path(identifier): revision_file(identifier, parent)}


def posted(github: GitHubServer) -> int:
    return len(github.lines("POST"))


def test_a_fork_is_foretold_on_both_turns_red_when_one_is_merged_and_green_when_mended(
    hosted: Hosted,
) -> None:
    github = hosted.github
    loyalty = hosted.propose(1, adds("b1"), title="Loyalty", branch="loyalty")
    discounts = hosted.propose(2, adds("b2"), title="Discounts", fork="guest/shop")
    readme = hosted.propose(3, {"README.md": "# A shop\n"})

    main = hosted.work.head("main")
    before = run(hosted)
    assert before.status == 0
    assert (
        before.text
        == f"""\
#1 Loyalty (garden:loyalty): success (set)
  fine, but collides with #2: {FORK}
#2 Discounts (guest:2): success (set)
  fine, but collides with #1: {FORK}

#1 and #2 collide as soon as either is merged
  migrations/versions/b2.py:7: multiple-heads: 2 heads: b1 (migrations/versions/b1.py) and b2 \
(migrations/versions/b2.py) both follow a1
    fix: once one is merged, in the other: run `git pull --no-rebase --no-commit origin main && \
alembic-proof fix --base origin/main --stage`

3 open pull requests into main at {main[:7]}: 2 with revisions, 0 with findings, 1 colliding pair (N s)
"""
    )
    assert github.shown(loyalty) == ("success", f"fine, but collides with #2: {FORK}")
    assert github.shown(discounts) == ("success", f"fine, but collides with #1: {FORK}")
    assert github.shown(readme) is None

    main = hosted.merge(1)
    after = run(hosted)
    assert after.status == 1
    assert (
        after.text
        == f"""\
#2 Discounts (guest:2): failure (set)
  migrations/versions/b2.py:7: multiple-heads: 2 heads: b1 (migrations/versions/b1.py) and b2 \
(migrations/versions/b2.py) both follow a1
    fix: run `git pull --no-rebase --no-commit origin main && alembic-proof fix --base origin/main --stage`

2 open pull requests into main at {main[:7]}: 1 with revisions, 1 with findings, 0 colliding pairs (N s)
"""
    )
    assert github.shown(discounts) == ("failure", f"with main: {FORK}")
    assert (
        github.statuses[discounts][-1]["target_url"] == "https://github.example/garden/shop/actions/runs/4711"
    )

    mended = hosted.propose(2, adds("b2", "b1"), start=discounts, title="Discounts")
    assert run(hosted).status == 0
    assert github.shown(mended) == FITS


def test_the_revision_to_mend_is_the_one_that_is_not_merged(hosted: Hosted) -> None:
    hosted.propose(1, adds("z9"))
    late = hosted.propose(2, adds("b1"))
    hosted.merge(1)
    watched = watch(hosted)
    assert watched.failed
    assert hosted.github.shown(late) == (
        "failure",
        "with main: 2 heads: z9 and b1 both follow a1; fix: alembic-proof fix --base origin/main --stage",
    )


def test_the_base_may_mend_it_too(hosted: Hosted) -> None:
    head = hosted.propose(1, adds("b1"))
    hosted.work.switch("main")
    hosted.work.commit(adds("b2"))
    hosted.work.git("push", "--quiet", "origin", "main")
    assert watch(hosted).failed
    hosted.work.git("revert", "--no-edit", "HEAD")
    hosted.work.git("push", "--quiet", "origin", "main")
    assert not watch(hosted).failed
    assert [one["state"] for one in hosted.github.statuses[head]] == ["failure", "success"]


def test_what_main_has_meanwhile_by_another_way_turns_green(hosted: Hosted) -> None:
    head = hosted.propose(1, {**adds("b1"), "note.txt": ""})
    hosted.work.switch("main")
    hosted.work.commit(adds("b2"))
    hosted.work.git("push", "--quiet", "origin", "main")
    watch(hosted)
    hosted.work.git("reset", "--quiet", "--hard", "HEAD~")
    hosted.work.commit(adds("b1"))
    hosted.work.git("push", "--quiet", "--force", "origin", "main")
    assert not watch(hosted).failed
    assert hosted.github.shown(head) == ("success", "main has these revisions already")


def test_what_is_shown_already_is_not_set_again_and_main_may_have_moved(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"))
    hosted.propose(2, adds("b2"))
    watch(hosted)
    assert posted(hosted.github) == 2
    hosted.work.switch("main")
    hosted.work.commit({"README.md": "new\n"})
    hosted.work.git("push", "--quiet", "origin", "main")
    watched = watch(hosted)
    assert posted(hosted.github) == 2
    assert "#1 Change 1 (garden:1): success (unchanged)" in as_text(watched)


def test_a_dry_run_sets_nothing_and_says_what_it_would(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"))
    ran = run(hosted, "--dry-run", "--format", "json")
    assert posted(hosted.github) == 0
    (pull,) = ran.report["pulls"]
    assert (pull["posted"], pull["status"]["state"], pull["pull"]["number"]) == ("would be set", "success", 1)
    assert ran.report["version"] == 1


def test_main_may_be_broken_and_who_mends_it_passes(hosted: Hosted) -> None:
    hosted.work.commit({**adds("b1"), **adds("b2")})
    hosted.work.git("push", "--quiet", "origin", "main")
    merging = {revision_path("m1"): revision_file("m1", None).replace("None", '("b1", "b2")', 1)}
    mending = hosted.propose(1, merging)
    watched = watch(hosted)
    assert watched.failed
    assert "main itself: migrations/versions/b2.py:7: multiple-heads: 2 heads: b1" in as_text(watched)
    assert hosted.github.shown(mending) == FITS
    further = hosted.propose(2, adds("c1", "b1"))
    del hosted.github.pulls[1]
    assert watch(hosted).failed
    assert hosted.github.shown(further) == (
        "success",
        "adds nothing to what is wrong on main itself: 2 heads: b2 and c1 both descend from a1",
    )


def test_both_sides_of_a_conflict_are_judged(hosted: Hosted) -> None:
    hosted.work.commit(adds("b1"))
    hosted.work.git("push", "--quiet", "origin", "main")
    head = hosted.propose(1, {revision_path("b1"): revision_file("b2", "a1")}, start="main~")
    watched = watch(hosted)
    assert watched.failed
    assert hosted.github.shown(head) == ("failure", f"with main: {FORK}")
    assert (
        "  the merge conflicts in migrations/versions/b1.py: the revisions of both sides were judged\n"
        in as_text(watched)
    )


def test_a_configuration_that_a_pull_request_breaks_is_its_own_trouble_alone(hosted: Hosted) -> None:
    broken = hosted.propose(1, {"alembic.ini": "script_location = migrations\n"})
    fine = hosted.propose(2, adds("b1"))
    comment = hosted.propose(3, {"alembic.ini": f"{INI}# a comment\n"})
    assert watch(hosted).failed
    state, description = hosted.github.shown(broken) or ("", "")
    assert state == "error"
    assert description.startswith("alembic.ini, line 1: 'script_location = migrations")
    assert len(description) <= 140
    assert hosted.github.shown(fine) == FITS
    assert hosted.github.shown(comment) is None


def test_settings_that_come_with_a_pull_request_hold_for_it(hosted: Hosted) -> None:
    heads = hosted.propose(
        1, {**adds("b1"), **adds("b2"), "pyproject.toml": "[tool.alembic-proof]\nheads = 2\n"}
    )
    assert not watch(hosted).failed
    assert hosted.github.shown(heads) == FITS


def test_nobody_elses_code_runs_and_nothing_is_checked_out(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    hosted.propose(
        1,
        {
            revision_path("b1"): revision_file("b1", "a1") + evil,
            "migrations/env.py": evil,
            "models.py": evil,
            ".gitattributes": "*.py merge=evil filter=evil\n",
        },
    )
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("python", "python3", "alembic", "flask"):
        (programs / name).write_text(f"#!/bin/sh\ntouch {tmp_path / 'started'}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ALEMBIC_PROOF_PYTHON", str(programs / "python"))
    project = clone(hosted)
    before = folder_state(project.top)
    assert project.run("watch").status == 0
    assert folder_state(project.top) == before
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("options", [("--branch=main",), ("--depth=1", "--branch=main")])
def test_the_clone_stays_byte_for_byte(hosted: Hosted, options: tuple[str, ...]) -> None:
    for number in range(3):
        hosted.work.commit({"README.md": f"{number}\n"})
    hosted.work.git("push", "--quiet", "origin", "main")
    head = hosted.propose(1, adds("b1"), start="main~3")
    project = clone(hosted, *options)
    before = project.checkout.state()
    ran = project.run("watch")
    assert project.checkout.state() == before
    assert ran.status == 0
    assert hosted.github.shown(head) == FITS


def test_a_shallow_history_is_deepened_until_pull_requests_meet_it(hosted: Hosted) -> None:
    for number in range(60):
        hosted.work.commit({"README.md": f"{number}\n"})
    hosted.work.git("push", "--quiet", "origin", "main")
    old = hosted.propose(1, {revision_path("b1"): revision_file("b1", "a1")}, start="main~60")
    watched = watch(hosted)
    assert not watched.failed
    assert hosted.github.shown(old) == FITS


def test_hundreds_come_in_pages_and_other_branches_are_left_out(hosted: Hosted) -> None:
    hosted.github.pages = 2
    for number in range(1, 6):
        hosted.propose(number, {"README.md": f"{number}\n"})
    hosted.github.pulls[5]["base"]["ref"] = "release"
    hosted.propose(7, adds("b1"))
    watched = watch(hosted)
    assert "5 open pull requests into main" in as_text(watched)
    assert hosted.github.lines("GET").count("GET /repos/garden/shop/pulls") == 3
    assert "#7 Change 7" in as_text(watched)


def test_a_head_that_is_gone_meanwhile_is_left_out(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"))
    hosted.github.open(2, "1" * 40)
    watched = watch(hosted)
    assert "note: origin has no head of #2 any more: it was left out\n" in as_text(watched)
    assert not watched.failed


def test_a_token_that_may_not_set_statuses_says_which_permission_is_missing(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"))
    hosted.github.fail(r"POST .*", Reply(403, problem("Resource not accessible by integration")))
    ran = run(hosted)
    assert ran.status == 2
    assert "#1 Change 1 (garden:1): success (not set)\n" in ran.out
    assert ran.err == (
        "alembic-proof: the job's token may not set statuses (127.0.0.1:"
        f"{hosted.github.port} answers POST repos/garden/shop/statuses/{hosted.work.head()} with 403: "
        "Resource not accessible by integration)\n"
        "  fix: add `permissions: statuses: write` to the job in the workflow\n"
    )


def test_what_is_wrong_is_told_before_what_is_fine(hosted: Hosted) -> None:
    fine = hosted.propose(1, adds("b1"))
    wrong = hosted.propose(2, {**adds("c1"), **adds("c2")})
    watch(hosted)
    order = [line.rpartition("/")[2] for line in hosted.github.lines("POST")]
    assert order == [wrong, fine]


def test_titles_are_no_commands_to_the_runner(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"), title="one\n::error::two\r##[error]three \x1b[31m")
    watched = watch(hosted)
    assert as_text(watched).splitlines()[0] == (
        r"#1 one\n::error::two\r## [error]three \x1b[31m (garden:1): success (set)"
    )


@pytest.mark.parametrize(
    ("variable", "value", "message", "hint"),
    [
        (
            "GITHUB_TOKEN",
            "",
            "GITHUB_TOKEN is not set, and no status can be set without it",
            "give the job's token to the step (GITHUB_TOKEN: ${{ github.token }}), or see what there is with --dry-run",
        ),
        (
            "GITHUB_REPOSITORY",
            "",
            "GITHUB_REPOSITORY is not set: which repository's pull requests are meant is unknown",
            "outside GitHub Actions: GITHUB_REPOSITORY=OWNER/NAME GITHUB_TOKEN=$(gh auth token) alembic-proof ...",
        ),
        (
            "GITHUB_REPOSITORY",
            "../../user",
            "GITHUB_REPOSITORY is '../../user', which is no repository",
            "outside GitHub Actions: GITHUB_REPOSITORY=OWNER/NAME GITHUB_TOKEN=$(gh auth token) alembic-proof ...",
        ),
        (
            "GITHUB_REF_NAME",
            "",
            "the branch whose pull requests are meant is not known",
            "name it: --branch main",
        ),
        (
            "GITHUB_API_URL",
            "file:///etc/passwd",
            "GITHUB_API_URL is 'file:///etc/passwd', which is no web address",
            "for example: GITHUB_API_URL=https://api.github.com",
        ),
        (
            "GITHUB_TOKEN",
            f"{TOKEN}\nX-Other: 1",
            "GITHUB_TOKEN holds characters that no token has",
            "give it as GitHub does: ${{ github.token }}",
        ),
    ],
)
def test_what_is_missing_is_named(
    project: Project, variable: str, value: str, message: str, hint: str
) -> None:
    environ = {**GitHubServer().variables, variable: value}
    with pytest.raises(UsageError) as refused:
        watch_here(Watching(cwd=project.top), environ)
    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_a_fault_of_our_own_shows_no_token(hosted: Hosted) -> None:
    hosted.propose(1, adds("b1"))
    hosted.github.fail(r"GET .*/status", Reply(200, {"statuses": [5]}))
    ran = run(hosted)
    assert ran.status == 2
    assert "this is a fault of alembic-proof's, not of yours: AttributeError" in ran.err
    assert "Traceback (most recent call last)" in ran.err


def test_an_answer_that_is_not_understood_is_no_fault_of_ours(hosted: Hosted) -> None:
    hosted.github.fail(r"GET .*/pulls", Reply(200, [{"number": 1, "head": {"sha": 1, "repo": 5}}]))
    with pytest.raises(HostingError, match="described a pull request in a way that is not understood"):
        watch(hosted)


def test_the_ready_workflow_is_short_and_stands_in_the_docs() -> None:
    workflow = (TOP / "examples" / "workflows" / "watch.yml").read_text()
    assert len(workflow.splitlines()) < 25
    assert f"```yaml\n{workflow}```" in (TOP / "docs" / "watch.md").read_text()
