"""Fetching beside the user's repository, which stays as it was."""

from __future__ import annotations

import base64
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.errors import GitError
from alembic_proof.git import Repository
from alembic_proof.git.fetching import (
    MissingRefError,
    Token,
    borrowing,
    deepen_until_merge_base,
    fetch,
    is_shallow,
    tip,
)
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "ghs_secret"
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
PULL = "+refs/heads/topic:refs/ours/topic"
MAIN = "+refs/heads/main:refs/ours/main"


@pytest.fixture
def origin(tmp_path: Path) -> Checkout:
    """A branch that left main ten commits ago."""
    origin = Checkout.create(tmp_path / "origin", {"a": "0"})
    origin.git("branch", "topic")
    for number in range(10):
        origin.commit({"a": str(number)})
    origin.switch("topic")
    for number in range(10):
        origin.commit({"b": str(number)})
    origin.switch("main")
    return origin


def clone(origin: Checkout, *options: str) -> tuple[Checkout, Repository]:
    checkout = Checkout.clone(origin.top, origin.top.parent / "clone", *options)
    return checkout, Repository.find(checkout.top)


def test_the_tip_is_the_remotes_and_not_what_was_fetched_last(origin: Checkout) -> None:
    checkout, repo = clone(origin)
    new = origin.commit({"a": "new"})
    before = checkout.state()
    assert tip(repo, "origin", "main") == new
    assert checkout.state() == before


def test_a_branch_that_is_not_there_is_named(origin: Checkout) -> None:
    _, repo = clone(origin)
    with pytest.raises(MissingRefError) as refused:
        tip(repo, "origin", "gone")
    assert (refused.value.message, refused.value.hint) == (
        "origin has no refs/heads/gone",
        "see what it has: git ls-remote origin gone",
    )


@pytest.mark.parametrize("options", [(), ("--depth=1",)])
def test_what_is_fetched_can_be_judged_and_leaves_no_trace(
    origin: Checkout, options: tuple[str, ...]
) -> None:
    checkout, repo = clone(origin, *options)
    (checkout.top / "staged").write_text("")
    checkout.git("add", "staged")
    new = origin.commit({"a": "new"})
    before = checkout.state()
    with borrowing(repo) as ours:
        deepen_until_merge_base(ours, "origin", [PULL, MAIN], [("refs/ours/main", "refs/ours/topic")])
        assert ours.resolve("refs/ours/main") == new
        assert ours.git("merge-base", "refs/ours/main", "refs/ours/topic")
        assert ours.resolve("HEAD") == repo.resolve("HEAD")
        assert ours.staged_paths() == ("staged",)
        folder = ours.git_dir
    assert checkout.state() == before
    assert not folder.exists()


def test_a_ref_that_is_not_there_is_named(origin: Checkout) -> None:
    _, repo = clone(origin)
    with borrowing(repo) as ours, pytest.raises(MissingRefError) as refused:
        fetch(ours, "origin", [MAIN, "+refs/pull/7/head:refs/ours/7"])
    assert refused.value.ref == "refs/pull/7/head"


def test_no_more_history_is_fetched_than_it_takes(origin: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    _, repo = clone(origin, "--depth=1")
    monkeypatch.setattr("alembic_proof.git.fetching.DEPTHS", (2, 12, None))
    pairs = [("refs/ours/main", "refs/ours/topic")]
    with borrowing(repo) as ours:
        fetch(ours, "origin", [PULL, MAIN], depth=2)
        assert ours.git("rev-list", "--count", "refs/ours/topic").strip() == b"2"
        deepen_until_merge_base(ours, "origin", [PULL, MAIN], pairs)
        assert not is_shallow(ours) or ours.git("merge-base", *pairs[0])
    with borrowing(repo) as ours:
        monkeypatch.setattr("alembic_proof.git.fetching.DEPTHS", (2, None))
        deepen_until_merge_base(ours, "origin", [PULL, MAIN], pairs)
        assert not is_shallow(ours)


def test_the_clones_own_settings_hold_wherever_they_stand(origin: Checkout, tmp_path: Path) -> None:
    checkout, repo = clone(origin)
    (tmp_path / "included").write_text(f'[url "file://{origin.top}"]\n\tinsteadOf = there:\n')
    checkout.git("config", f"includeIf.gitdir:{checkout.top}/.path", str(tmp_path / "included"))
    checkout.git("remote", "add", "other", "there:")
    with borrowing(repo) as ours:
        fetch(ours, "other", [MAIN])
        assert ours.resolve("refs/ours/main") == origin.head()


def test_an_unreachable_remote_is_told_without_its_password(origin: Checkout, tmp_path: Path) -> None:
    checkout, repo = clone(origin)
    checkout.git("remote", "set-url", "origin", "http://me:hunter2@127.0.0.1:9/shop")
    with borrowing(repo) as ours, pytest.raises(GitError) as refused:
        fetch(ours, "origin", [MAIN])
    assert refused.value.message.startswith(
        "origin cannot be fetched from: fatal: unable to access 'http://127"
    )
    assert "hunter2" not in f"{refused.value.message}{refused.value.hint}{refused.value.detail}"


@contextmanager
def git_server(seen: list[str]) -> Iterator[str]:
    """Refuses everybody, and notes what they showed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization") or "")
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            thread.join()


def reach(repo: Repository, token: Token) -> None:
    with borrowing(repo) as ours, pytest.raises(GitError) as refused:
        fetch(ours, "origin", [MAIN], token)
    assert TOKEN not in repr((token, refused.value.__dict__))
    assert BASIC not in repr(refused.value.__dict__)


def test_the_token_goes_to_its_own_server_alone(origin: Checkout) -> None:
    checkout, repo = clone(origin)
    seen: list[str] = []
    with git_server(seen) as url:
        checkout.git("remote", "set-url", "origin", f"{url}/garden/shop")
        reach(repo, Token(url, TOKEN))
        assert seen == [f"Basic {BASIC}"]
        reach(repo, Token("https://github.com", TOKEN))
        reach(repo, Token(url.replace("127.0.0.1", "localhost"), TOKEN))
        assert seen[1:] == ["", ""]


def test_what_the_checkout_has_to_get_in_with_comes_first(origin: Checkout) -> None:
    checkout, repo = clone(origin)
    seen: list[str] = []
    with git_server(seen) as url:
        checkout.git("remote", "set-url", "origin", f"{url}/garden/shop")
        checkout.git("config", f"http.{url}/.extraheader", "Authorization: Basic theirs")
        reach(repo, Token(url, TOKEN))
    assert seen == ["Basic theirs"]


def test_no_command_line_holds_the_token(
    origin: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout, _ = clone(origin)
    git = next(path for folder in os.get_exec_path() if os.access(path := f"{folder}/git", os.X_OK))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{tmp_path}/arguments\nexec {git} "$@"\n')
    (programs / "git").chmod(0o755)
    seen: list[str] = []
    with git_server(seen) as url:
        checkout.git("remote", "set-url", "origin", f"{url}/garden/shop")
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", path)
        reach(Repository.find(checkout.top), Token(url, TOKEN))
    assert seen == [f"Basic {BASIC}"]
    assert "fetch" in (tmp_path / "arguments").read_text().splitlines()
    assert BASIC not in (tmp_path / "arguments").read_text()
