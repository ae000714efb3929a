"""The real pre-commit: the hooks in an environment of their own, the project's packages in another."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from support.once import once, proof_cache
from support.packages import SCRIPTS, pip_environment, without_the_tool
from support.release import release
from support.repositories import Checkout
from support.shop import CHANGE, CHECKOUT, DRIFT, Shop, copy_shop, shop_packages

if TYPE_CHECKING:
    from pathlib import Path

PRE_COMMIT = str(SCRIPTS / "pre-commit")
HOOKS = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
CONFIGURATION = """\
default_install_hook_types: [pre-commit, pre-merge-commit, pre-push]
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: {hook}
"""


@pytest.fixture(scope="session")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return release(tmp_path_factory)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, hook_repository: Checkout) -> dict[str, str]:
    """What the person has set: their project's environment is active, and pre-commit has made the hook's."""
    packages = shop_packages()
    path = os.pathsep.join((str(packages / "bin"), without_the_tool(os.environ["PATH"])))
    env = {
        "PATH": path,
        "VIRTUAL_ENV": str(packages),
        "ALEMBIC_PROOF_CACHE": str(proof_cache()),
    }

    def install(folder: Path) -> None:
        project = folder / "project"
        subprocess.run(["git", "init", "--quiet", project], check=True)
        configure(project, hook_repository, "alembic-proof")
        variables = {**os.environ, **pip_environment(), **env, "PRE_COMMIT_HOME": str(folder)}
        subprocess.run([PRE_COMMIT, "install-hooks"], cwd=project, env=variables, check=True, timeout=300)

    return {**env, "PRE_COMMIT_HOME": str(once(tmp_path_factory, "pre-commit-home", install))}


def configure(project: Path, hook_repository: Checkout, hook: str) -> None:
    text = CONFIGURATION.format(url=hook_repository.top, rev=hook_repository.head(), hook=hook)
    (project / ".pre-commit-config.yaml").write_text(text)


@pytest.fixture
def shop(tmp_path: Path, environment: dict[str, str], hook_repository: Checkout) -> Shop:
    checkout = copy_shop(tmp_path / "shop")
    configure(checkout.top, hook_repository, "alembic-proof")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "Use alembic-proof")
    shop = Shop(checkout, environment)
    installed = shop.run(PRE_COMMIT, "install")
    assert installed.returncode == 0, installed.stdout
    return shop


@pytest.mark.long
def test_a_forgotten_revision_is_stopped_and_passes_once_it_is_written(shop: Shop) -> None:
    before = shop.checkout.head()
    shop.patch("break")

    stopped = shop.git(*CHANGE)

    assert stopped.returncode == 1
    assert f"shop/models.py:16: model-drift: {DRIFT}" in stopped.stdout
    assert shop.checkout.head() == before

    shop.patch("mend")
    passed = shop.git(*CHANGE)

    assert passed.returncode == 0, passed.stdout
    assert passed.stdout.startswith("alembic-proof" + "." * 60 + "Passed\n")
    assert shop.checkout.head() != before


def test_a_commit_that_only_deletes_a_revision_is_seen(shop: Shop) -> None:
    shop.checkout.git("rm", "--quiet", "migrations/versions/1f0c6a7d9b21_customers.py")

    stopped = shop.git("commit", "--message", "Tidy up")

    assert stopped.returncode == 1
    assert "missing-parent: " in stopped.stdout


def test_a_merge_that_would_have_two_heads_is_stopped(shop: Shop) -> None:
    shop.branch_with_revision("aaaaaaaaaaaa")
    shop.branch_with_revision("bbbbbbbbbbbb")
    before = shop.checkout.head()

    stopped = shop.git("merge", "--no-edit", "aaaaaaaaaaaa")

    assert stopped.returncode == 1
    assert "multiple-heads: " in stopped.stdout
    assert shop.checkout.head() == before


def test_a_push_is_judged_by_what_is_pushed(shop: Shop, tmp_path: Path) -> None:
    remote = Checkout.create(tmp_path / "remote", None, "--bare")
    shop.checkout.git("remote", "add", "origin", str(remote.top))
    commit_on_another_branch(shop)

    assert shop.git("push", "origin", "main").returncode == 0
    stopped = shop.git("push", "origin", "forgotten")

    assert stopped.returncode == 1
    assert DRIFT in stopped.stdout
    assert remote.git("for-each-ref", "--format=%(refname)") == "refs/heads/main\n"


def test_a_first_push_is_judged_by_what_is_pushed(shop: Shop, tmp_path: Path) -> None:
    remote = Checkout.create(tmp_path / "remote", None, "--bare")
    commit_on_another_branch(shop)

    stopped = shop.git("push", str(remote.top), "forgotten")

    assert stopped.returncode == 1
    assert DRIFT in stopped.stdout


def commit_on_another_branch(shop: Shop) -> None:
    shop.checkout.branch("forgotten")
    shop.patch("break")
    shop.checkout.git(*CHANGE, "--no-verify")
    shop.checkout.switch("main")


def test_by_hand_everything_is_checked(shop: Shop) -> None:
    shop.patch("break")
    shop.checkout.git(*CHANGE, "--no-verify")

    found = shop.run(PRE_COMMIT, "run", "--all-files", "--hook-stage", "manual")

    assert found.returncode == 1
    assert DRIFT in found.stdout


def test_the_static_hook_needs_no_packages_of_the_project(shop: Shop, hook_repository: Checkout) -> None:
    configure(shop.top, hook_repository, "alembic-proof-heads")
    shop.checkout.git("add", "--all")
    bare = {"VIRTUAL_ENV": "", "PATH": without_the_tool(os.environ["PATH"])}
    shop = Shop(shop.checkout, {**shop.env, **bare})
    assert shop.git("commit", "--message", "Only look at the files").returncode == 0
    shop.branch_with_revision("aaaaaaaaaaaa")
    shop.branch_with_revision("bbbbbbbbbbbb")

    stopped = shop.git("merge", "--no-edit", "aaaaaaaaaaaa")

    assert stopped.returncode == 1
    assert "multiple-heads: " in stopped.stdout


def test_the_fixing_hook_changes_files_and_fails_when_it_is_called(
    shop: Shop, hook_repository: Checkout
) -> None:
    configure(shop.top, hook_repository, "alembic-proof-fix")
    shop.checkout.write({"pyproject.toml": '[tool.alembic-proof]\nbase = "main"\n'})
    shop.checkout.git("add", "--all")
    assert shop.git("commit", "--message", "Fix by hand").returncode == 0
    for name in ("aaaaaaaaaaaa", "bbbbbbbbbbbb"):
        shop.branch_with_revision(name)
    shop.checkout.git("branch", "--force", "main", "aaaaaaaaaaaa")
    shop.checkout.git("merge", "--no-edit", "aaaaaaaaaaaa")
    call = (PRE_COMMIT, "run", "alembic-proof-fix", "--all-files", "--hook-stage", "manual")

    fixed = shop.run(*call)

    assert fixed.returncode == 1
    assert "bbbbbbbbbbbb follows aaaaaaaaaaaa now, not 52d8e3b40c6f" in fixed.stdout
    shop.checkout.git("add", "--all")
    again = shop.run(*call)
    assert again.returncode == 0, again.stdout


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_entry_of_every_hook_is_a_command(hook: dict[str, str]) -> None:
    program, *words = hook["entry"].split()

    answered = subprocess.run(
        [SCRIPTS / program, *words, "--help"], capture_output=True, text=True, timeout=60
    )

    assert answered.returncode == 0
    assert answered.stdout.startswith(f"Usage: {hook['entry']} ")
