"""One comment on a pull request, whoever else writes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.commands.comment import MARKER, comment, fitted
from alembic_proof.errors import HostingError
from alembic_proof.hosting.github import MOST_IN_COMMENT
from support.github import TOKEN, GitHubServer, Reply, github_server, problem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with github_server() as known:
        yield known


def say(server: GitHubServer, body: str | None, number: int = 7) -> str:
    return comment(number, body, server.variables)


def bodies(server: GitHubServer) -> list[str]:
    return [one["body"] for one in server.comments.values()]


def test_it_is_written_once_updated_and_removed(server: GitHubServer) -> None:
    assert say(server, "one\n") == "commented on #7"
    assert say(server, "one\n") == "the comment on #7 says it already"
    assert say(server, "two\n") == "updated the comment on #7"
    assert bodies(server) == [f"{MARKER}\ntwo\n"]
    assert say(server, None) == "removed the comment on #7"
    assert say(server, None) == "there is no comment on #7 to remove"
    assert bodies(server) == []


def test_a_comment_that_somebody_else_marked_is_not_ours(server: GitHubServer) -> None:
    server.comments[1] = {
        "id": 1,
        "issue": 7,
        "user": {"login": "guest", "type": "User"},
        "body": f"{MARKER} hello",
    }
    say(server, "ours")
    say(server, None)
    assert bodies(server) == [f"{MARKER} hello"]


def test_several_jobs_have_a_comment_each(server: GitHubServer) -> None:
    for key in ("", "billing", "orders -->"):
        comment(7, "found", server.variables, key)
        comment(7, f"found in {key}", server.variables, key)
    comment(7, None, server.variables, "billing")

    assert bodies(server) == [
        f"{MARKER}\nfound in ",
        "<!-- alembic-proof 037ae4557bbb -->\nfound in orders -->",
    ]


def test_a_persons_token_finds_that_persons_comment(server: GitHubServer) -> None:
    server.login = "gardener"
    server.comments[1] = {"id": 1, "issue": 7, "user": {"login": "other[bot]", "type": "Bot"}, "body": MARKER}
    say(server, "one")
    say(server, "two")
    assert bodies(server) == [MARKER, f"{MARKER}\ntwo"]


def test_what_two_runs_wrote_at_once_becomes_one(server: GitHubServer) -> None:
    server.pages = 1
    say(server, "one")
    server.comments[2] = {**server.comments[1], "id": 2}
    server.comments[3] = {**server.comments[1], "id": 3, "issue": 8}
    say(server, "two")
    assert bodies(server) == [f"{MARKER}\ntwo", f"{MARKER}\none"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_the_right_to_comment_one_line_says_so(server: GitHubServer, status: int) -> None:
    server.fail(r"POST .*", Reply(status, problem("Resource not accessible by integration")))
    assert say(server, "one") == (
        "no comment on #7: the token may not write one, as for a pull request from a fork, or without "
        f"`permissions: pull-requests: write` (127.0.0.1:{server.port} answers POST "
        f"repos/garden/shop/issues/7/comments with {status}: Resource not accessible by integration)"
    )


def test_without_a_token_one_line_says_so(server: GitHubServer) -> None:
    assert (
        comment(7, "one", {**server.variables, "GITHUB_TOKEN": ""})
        == "no comment on #7: GITHUB_TOKEN is not set"
    )
    assert server.asked == []


def test_a_server_that_does_not_answer_is_an_error(server: GitHubServer) -> None:
    server.fail(r"POST .*", Reply(422, problem("Validation Failed")))
    with pytest.raises(HostingError) as error:
        say(server, "one")
    assert TOKEN not in error.value.message


def test_what_is_too_long_is_cut_and_closed(server: GitHubServer) -> None:
    line = "an operation that is missing\n"
    say(server, f"# Report\n<details><summary>all</summary>\n\n```python\n{line * 5_000}```\n</details>\n")
    (body,) = bodies(server)
    assert len(body) <= MOST_IN_COMMENT
    assert body.endswith(f"{line}```\n\n</details>\n\n*The rest does not fit here: the job's log has it.*\n")


@given(
    st.lists(
        st.sampled_from(["```\n", "<details>\n", "</details>\n", "word " * 2_000, f"{MARKER}\n"]), max_size=40
    )
)
def test_it_always_fits_and_is_marked_once(parts: list[str]) -> None:
    body = fitted("".join(parts))
    assert len(body) <= MOST_IN_COMMENT
    assert body.startswith(f"{MARKER}\n")
    assert body.count(MARKER) == 1
