"""The plain hooks end to end: real commits, merges and pushes of the shop, judged by the real program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.once import proof_cache
from support.packages import SCRIPTS, without_the_tool
from support.repositories import Checkout
from support.shop import CHANGE, DRIFT, Shop, copy_shop

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = str(SCRIPTS / "alembic-proof")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """The program is not on the PATH: the hooks find the one that installed them."""
    cache = proof_cache()
    env = {"PATH": without_the_tool(os.environ["PATH"]), "ALEMBIC_PROOF_CACHE": str(cache)}
    return Shop(copy_shop(tmp_path / "shop"), env)


def install(shop: Shop, *options: str) -> None:
    said = shop.run(PROGRAM, "install", *options)
    assert said.returncode == 0, said.stdout


def test_a_forgotten_revision_is_stopped_and_passes_once_it_is_written(shop: Shop) -> None:
    install(shop)
    before = shop.checkout.head()
    shop.patch("break")

    stopped = shop.git(*CHANGE)

    assert stopped.returncode == 1
    assert stopped.stdout.startswith(f"shop/models.py:16: model-drift: {DRIFT}")
    assert shop.checkout.head() == before

    shop.patch("mend")

    assert shop.git(*CHANGE).returncode == 0
    assert shop.checkout.head() != before


def test_a_commit_in_a_linked_worktree_is_judged_by_its_own_index(shop: Shop, tmp_path: Path) -> None:
    install(shop)
    linked = tmp_path / "linked"
    shop.checkout.git("worktree", "add", "--quiet", str(linked))
    other = Shop(Checkout(linked), shop.env)
    other.patch("break")

    stopped = other.git(*CHANGE)

    assert stopped.returncode == 1
    assert DRIFT in stopped.stdout


def test_a_merge_that_would_have_two_heads_is_stopped(shop: Shop) -> None:
    install(shop)
    shop.branch_with_revision("aaaaaaaaaaaa")
    shop.branch_with_revision("bbbbbbbbbbbb")
    before = shop.checkout.head()

    stopped = shop.git("merge", "--no-edit", "aaaaaaaaaaaa")

    assert stopped.returncode == 1
    assert "multiple-heads: " in stopped.stdout
    assert shop.checkout.head() == before


def test_a_merge_without_a_commit_of_its_own_only_warns(shop: Shop) -> None:
    install(shop)
    shop.checkout.branch("forgotten")
    shop.patch("break")
    shop.checkout.git(*CHANGE, "--no-verify")
    shop.checkout.switch("main")

    merged = shop.git("merge", "--ff-only", "forgotten")

    assert merged.returncode == 0
    assert DRIFT in merged.stdout


def test_every_branch_that_is_pushed_is_judged(shop: Shop, tmp_path: Path) -> None:
    install(shop)
    remote = Checkout.create(tmp_path / "remote", None, "--bare")
    shop.checkout.branch("forgotten")
    shop.patch("break")
    shop.checkout.git(*CHANGE, "--no-verify")
    shop.checkout.switch("main")

    assert shop.git("push", str(remote.top), "main:first").returncode == 0
    stopped = shop.git("push", str(remote.top), "main:second", "forgotten")
    assert shop.git("push", str(remote.top), "--delete", "first").returncode == 0

    assert stopped.returncode == 1
    assert DRIFT in stopped.stdout
    assert remote.git("for-each-ref") == ""


def test_the_teams_own_hook_runs_first_and_comes_back(shop: Shop) -> None:
    shop.checkout.hook("pre-commit", "#!/bin/sh\necho the team\\'s own\n")
    install(shop, "--stage", "pre-commit")
    shop.patch("break")

    stopped = shop.git(*CHANGE)
    install(shop, "--uninstall")
    passed = shop.git(*CHANGE)

    assert stopped.returncode == 1
    assert stopped.stdout.startswith("the team's own\nshop/models.py:16: model-drift: ")
    assert passed.returncode == 0
    assert passed.stdout.startswith("the team's own\n[main ")
