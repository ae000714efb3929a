"""The example workflows as act runs them: for each event, in full and in shallow checkouts, beside a GitHub of ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from support.github import TOKEN, GitHubServer, github_server
from support.once import proof_cache
from support.packages import SCRIPTS, pip_environment
from support.release import release
from support.repositories import Checkout
from support.servers import TcpServer, tcp_postgres
from support.shop import CHECKOUT, REVISION, copy_shop, shop_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = CHECKOUT / "examples" / "workflows"
SERVICE = "postgresql://postgres:postgres@localhost:5432/postgres"
REVISIONS = ("1f0c6a7d9b21", "52d8e3b40c6f")
# Puts a Python on the PATH, as the action that it stands for does: one that has the shop's requirements already.
SETUP_PYTHON = """\
name: setup-python
description: Stands for actions/setup-python, which cannot be fetched here.
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "{folder}" >>"$GITHUB_PATH"
"""
CACHE = """\
name: cache
description: Stands for actions/cache, which cannot be fetched here.
inputs:
  path: {required: true}
  key: {required: true}
  restore-keys: {required: false}
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "kept ${{ inputs.path }}"
"""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def database() -> Iterator[TcpServer]:
    with tcp_postgres() as server:
        yield server


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with github_server() as server:
        yield server


@dataclass(frozen=True)
class Runner:
    """Where the jobs run: act, with the actions that it cannot fetch in folders."""

    folder: Path
    action: Path
    github: GitHubServer
    database: TcpServer

    def hosted(self) -> Checkout:
        """The shop where it is hosted, with the workflows."""
        shop = copy_shop(self.folder / "garden" / "shop")
        shop.commit(
            {f".github/workflows/{one.name}": self._led(one.read_text()) for one in EXAMPLES.glob("*.yml")}
        )
        shop.git("branch", "--move", "main")
        shop.git("config", "uploadpack.allowAnySHA1InWant", "true")
        return shop

    def _led(self, workflow: str) -> str:
        """act starts no service container for a job on the host, so the job gets a server that is there."""
        return workflow.replace(SERVICE, self.database.url())

    def checkout(self, hosted: Checkout, commit: str, *options: str) -> Checkout:
        """What actions/checkout makes: one commit, detached, and a ref for it."""
        made = Checkout.create(self.folder / "checkout")
        made.git("remote", "add", "origin", f"file://{hosted.top}")
        made.git("fetch", "--quiet", "--no-tags", *options, "origin", f"{commit}:refs/remotes/pull/7/merge")
        made.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        return made

    def run(
        self, checkout: Checkout, workflow: str, kind: str, event: dict[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        path = self.folder / "event.json"
        path.write_text(json.dumps(event))
        variables = {
            **pip_environment(),
            "ALEMBIC_PROOF_CACHE": str(proof_cache()),
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": self.github.repository,
            "GITHUB_REF_NAME": "main",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": checkout.head(),
        }
        text = (EXAMPLES / workflow).read_text() + (CHECKOUT / "action.yml").read_text()
        stands_for = {"setup-python": SETUP_PYTHON.format(folder=shop_packages() / "bin"), "cache": CACHE}
        actions = {
            used: self._action(name, stand_in)
            for name, stand_in in stands_for.items()
            for used in re.findall(rf"actions/{name}@\w+", text)
        } | {"alembic-proof/alembic-proof@v0": self.action}
        argv = [SCRIPTS / "act", kind, "--workflows", f".github/workflows/{workflow}", "--eventpath", path]
        argv += ["--platform", "ubuntu-latest=-self-hosted", "--secret", f"GITHUB_TOKEN={TOKEN}"]
        argv += ["--action-offline-mode", "--container-daemon-socket", "-", "--no-cache-server"]
        argv += [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        argv += [word for name, one in actions.items() for word in ("--local-repository", f"{name}={one}")]
        return subprocess.run(
            argv,
            cwd=checkout.top,
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=280,
        )

    def _action(self, name: str, text: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "action.yml").write_text(text)
        return folder


@pytest.fixture
def runner(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, github: GitHubServer, database: TcpServer
) -> Runner:
    return Runner(tmp_path, release(tmp_path_factory).top, github, database)


def forked(hosted: Checkout) -> str:
    """A pull request with a revision of its own, after which main got another one; the pull request's head."""
    hosted.git("switch", "--quiet", "--detach", "main")
    head = hosted.commit({"migrations/versions/6d2f1a90c7b3.py": REVISION.format("6d2f1a90c7b3")})
    hosted.git("update-ref", "refs/pull/7/head", head)
    hosted.git("switch", "--quiet", "main")
    hosted.commit({"migrations/versions/94be07d15a6c.py": REVISION.format("94be07d15a6c")})
    return head


def test_a_pull_request_in_a_shallow_checkout_meets_the_base_of_now(runner: Runner) -> None:
    hosted = runner.hosted()
    head = forked(hosted)
    event = {
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"sha": head, "ref": "feature"},
            "base": {"ref": "main", "sha": head},
        },
    }

    ran = runner.run(runner.checkout(hosted, head, "--depth=1"), "alembic-proof.yml", "pull_request", event)

    assert ran.returncode == 1, ran.stdout
    shown = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout)  # act gives its jobs a terminal
    assert (
        "multiple-heads: 2 heads: 6d2f1a90c7b3 (migrations/versions/6d2f1a90c7b3.py) and 94be07d15a6c"
        in shown
    )
    assert "the merge of #7 and main" in ran.stdout
    assert TOKEN not in ran.stdout
    [comment] = runner.github.comments.values()
    assert comment["issue"] == 7
    assert r"**multiple\-heads**" in comment["body"]


def test_a_queue_in_a_full_checkout_is_judged_and_applied(runner: Runner) -> None:
    hosted = runner.hosted()
    event = {"merge_group": {"head_sha": hosted.head(), "base_ref": "refs/heads/main"}}

    ran = runner.run(runner.checkout(hosted, hosted.head()), "alembic-proof.yml", "merge_group", event)

    assert ran.returncode == 0, ran.stdout
    assert "set-output:: findings=0" in ran.stdout
    assert f'set-output:: heads=["{REVISIONS[-1]}"]' in ran.stdout
    assert all(re.search(rf"applied {revision}\b", ran.stdout) for revision in REVISIONS)
    assert runner.database.execute("SELECT version_num FROM alembic_version") == [REVISIONS[-1]]
    assert runner.github.comments == {}


def test_a_push_in_a_shallow_checkout_has_the_open_pull_requests_judged(runner: Runner) -> None:
    hosted = runner.hosted()
    head = forked(hosted)
    runner.github.open(7, head)

    ran = runner.run(
        runner.checkout(hosted, hosted.head(), "--depth=1"), "watch.yml", "push", {"ref": "refs/heads/main"}
    )

    assert ran.returncode == 0, ran.stdout
    shown = runner.github.shown(head)
    assert shown is not None
    assert shown[0] == "failure"
    assert TOKEN not in ran.stdout
