"""What is read from GitHub's answers, and what is sent."""

from __future__ import annotations

import pytest

from alembic_proof.errors import HostingError
from alembic_proof.hosting.github import GitHub, PullRequest, Status
from support.github import GitHubServer, Reply, github_server, problem

HEAD = "1" * 40


def github_of(server: GitHubServer, **variables: str) -> GitHub:
    return GitHub.from_environment({**server.variables, **variables})


def test_open_pull_requests_into_the_branch_come_by_number() -> None:
    with github_server() as server:
        server.open(2, HEAD, "Two", "two", fork="guest/shop", draft=True)
        server.open(1, HEAD, "One", "one")
        server.open(3, HEAD, "The fork is gone", fork=None)
        server.open(4, HEAD, "Closed", state="closed")
        server.open(5, HEAD, "Elsewhere", base={"ref": "release"})
        found = github_of(server).open_pull_requests("main")
    assert found == (
        PullRequest(1, "One", HEAD, "garden:one", "main", "garden/shop"),
        PullRequest(2, "Two", HEAD, "guest:two", "main", "guest/shop", draft=True),
        PullRequest(3, "The fork is gone", HEAD, "unknown:3", "main", None),
    )


def test_a_branch_of_any_name_is_asked_for_as_it_is() -> None:
    with github_server() as server:
        server.open(1, HEAD, base={"ref": "release/1&2 #3"})
        assert len(github_of(server).open_pull_requests("release/1&2 #3")) == 1
        assert server.asked[0].path.startswith(
            "/repos/garden/shop/pulls?state=open&base=release%2F1%262%20%233&"
        )


def test_the_status_of_a_name_is_the_last_one_set() -> None:
    with github_server() as server:
        github = github_of(server)
        assert github.status(HEAD, "alembic-proof") is None
        github.set_status(HEAD, "other", Status("error", "o"))
        github.set_status(HEAD, "alembic-proof", Status("failure", "f"))
        github.set_status(HEAD, "alembic-proof", Status("success", "s"))
        assert github.status(HEAD, "alembic-proof") == Status("success", "s")


@pytest.mark.parametrize("status", [403, 404])
def test_a_status_that_may_not_be_seen_is_as_none(status: int) -> None:
    with github_server() as server:
        server.fail("GET .*/status", Reply(status, problem("Not Found")))
        assert github_of(server).status(HEAD, "alembic-proof") is None


def test_outside_a_run_a_status_leads_nowhere() -> None:
    with github_server() as server:
        github_of(server, GITHUB_RUN_ID="").set_status(HEAD, "c", Status("success", "s"))
        assert server.asked[0].body == {"state": "success", "description": "s", "context": "c"}


@pytest.mark.parametrize(
    ("server", "api"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://git.example/", "https://git.example/api/v3"),
    ],
)
def test_the_api_follows_from_the_server_where_it_is_not_named(server: str, api: str) -> None:
    variables = {"GITHUB_REPOSITORY": "garden/shop", "GITHUB_SERVER_URL": server}
    assert GitHub.from_environment(variables).api.url == api


def test_an_answer_that_describes_no_pull_request_is_an_error() -> None:
    with github_server() as server:
        server.fail("GET .*/pulls", Reply(200, [{"number": 1}]))
        with pytest.raises(HostingError, match="described a pull request in a way that is not understood"):
            github_of(server).open_pull_requests("main")
