"""Every command that the README shows is run, and prints what the README says."""

from __future__ import annotations

import html
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from alembic_proof.rules import PAGES
from support.packages import SCRIPTS
from support.shop import copy_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.repositories import Checkout

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text()
SESSIONS = dict(re.findall(r"<!-- session: (\w+) -->\n```console\n(.*?)```", README, re.DOTALL))


def commands(session: str) -> Iterator[tuple[str, str]]:
    """Each command of a session with the output that stands below it."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def normal(text: str) -> str:
    """Without what differs from one run to the next: times and commit ids."""
    text = re.sub(r"\d+\.\d s\b", "N s", text)
    return re.sub(r"\b(merge of) [0-9a-f]{7,}\b", r"\1 COMMIT", text).strip()


@pytest.fixture
def forgotten(tmp_path: Path) -> Checkout:
    shop = copy_shop(tmp_path / "shop")
    subprocess.run(["alembic-proof", "install"], cwd=shop.top, env=environment(), check=True, timeout=60)
    shop.git("apply", "steps/break.patch")
    return shop


@pytest.fixture
def fork(tmp_path: Path) -> Checkout:
    shop = copy_shop(tmp_path / "shop")
    for branch, revision in (("discounts", "6d2f1a90c7b3"), ("loyalty", "94be07d15a6c")):
        shop.branch(branch, "main")
        command = ["alembic", "revision", "--rev-id", revision, "-m", branch]
        subprocess.run(command, cwd=shop.top, env=environment(), check=True, capture_output=True, timeout=60)
        shop.git("add", "--all")
        shop.git("commit", "--quiet", "--message", branch)
    return shop


def run(command: str, shop: Checkout) -> str:
    ran = subprocess.run(
        shlex.split(command),
        cwd=shop.top,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return ran.stdout


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_prints_what_the_readme_shows(name: str, request: pytest.FixtureRequest) -> None:
    shop: Checkout = request.getfixturevalue(name)

    for command, shown in commands(SESSIONS[name]):
        assert normal(run(command, shop)) == normal(shown), command


def test_the_lines_for_pre_commit_name_a_hook_that_exists() -> None:
    block = re.search(r"```yaml\n(  - repo:.*?)```", README, re.DOTALL)
    assert block is not None

    [entry] = yaml.safe_load(block[1])

    assert len(block[1].splitlines()) == 4
    assert {hook["id"] for hook in entry["hooks"]} <= {
        hook["id"] for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    }
    assert entry["rev"] == f"v{alembic_proof_version()}"


def alembic_proof_version() -> str:
    from alembic_proof import __version__

    return __version__


def test_the_job_is_that_of_the_example_workflow() -> None:
    marked = r"<!-- file: (\S+), from: jobs -->\n```yaml\n(.*?)```"
    [(path, shown)] = re.findall(marked, README, re.DOTALL)
    workflow = (TOP / path).read_text()

    assert shown == workflow[workflow.index("jobs:") :]


def test_every_rule_has_its_line() -> None:
    table = README[README.index("## What it finds") : README.index("## How it works")]

    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", table.split("`alembic-proof explain")[0])) - {
        "env.py"
    } == {page.NAME for page in PAGES}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_a_link_leads_to_a_file(link: str) -> None:
    assert (TOP / link).is_file()


def test_the_picture_shows_what_the_program_prints(forgotten: Checkout) -> None:
    """`scripts/picture` draws it anew."""
    picture = (TOP / "docs" / "stopped.svg").read_text()
    drawn = "".join(re.findall(r"<text [^>]*clip-path[^>]*>([^<]*)</text>", picture))
    command = 'git commit --all --message "Know the customer\'s name"'

    printed = run(command, forgotten)

    assert joined(html.unescape(drawn).replace("\xa0", " ")) == joined(f"$ {command}\n{printed}")


def joined(text: str) -> str:
    """Without spaces and line ends, which a picture has elsewhere."""
    return "".join(normal(text).split())


def test_the_graph_in_the_docs_is_what_is_drawn(fork: Checkout) -> None:
    page = (TOP / "docs" / "graph.md").read_text()
    for number, branch in (("12", "discounts"), ("14", "loyalty")):
        fork.git("update-ref", f"refs/pull/{number}/head", branch)
    fork.switch("main")
    ((command, output),) = commands(re.findall(r"```console\n(.*?)```", page, re.DOTALL)[0])
    assert run(command, fork) == output
