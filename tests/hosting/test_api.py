"""HTTP with GitHub's manners: pages, limits, redirects, and a token that stays where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.errors import HostingError, UsageError
from alembic_proof.hosting.api import MOST_WAITING, Api
from support.github import TOKEN, GitHubServer, Reply, github_server, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_000_000.0
PULLS = "repos/garden/shop/pulls?state=open&base=main"
LINE = "GET /repos/garden/shop/pulls"


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with github_server() as known:
        yield known


class Clock:
    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def api_of(server: GitHubServer, path: str = "") -> tuple[Api, list[float]]:
    clock = Clock()
    return Api(f"{server.url}{path}", TOKEN, wait=clock.sleep, now=lambda: NOW), clock.slept


def refused(api: Api) -> HostingError:
    with pytest.raises(HostingError) as error:
        list(api.pages(PULLS))
    assert TOKEN not in f"{error.value.message}{error.value.hint}{api!r}"
    return error.value


def test_all_pages_are_read(server: GitHubServer) -> None:
    server.pages = 2
    for number in range(1, 6):
        server.open(number, "1" * 40)
    api, _ = api_of(server)
    assert [one["number"] for one in api.pages(PULLS)] == [5, 4, 3, 2, 1]
    assert server.lines() == [LINE] * 3


def test_a_server_of_ones_own_has_its_api_below_a_path(server: GitHubServer) -> None:
    server.open(1, "1" * 40)
    api, _ = api_of(server, "/api/v3/")
    assert len(list(api.pages(PULLS))) == 1
    assert server.lines() == ["GET /api/v3/repos/garden/shop/pulls"]


@pytest.mark.parametrize(
    ("status", "headers", "text", "seconds"),
    [
        (
            403,
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000041"},
            "API rate limit exceeded",
            42.0,
        ),
        (429, {"Retry-After": "7"}, "slow down", 7.0),
        (403, {"retry-after": "9"}, "You have exceeded a secondary rate limit.", 9.0),
        (403, {}, "You have exceeded a secondary rate limit.", 60.0),
        (429, {}, "", 60.0),
    ],
)
def test_a_rate_limit_is_waited_for(
    server: GitHubServer, status: int, headers: dict[str, str], text: str, seconds: float
) -> None:
    server.fail(LINE, Reply(status, problem(text), headers))
    api, slept = api_of(server)
    assert list(api.pages(PULLS)) == []
    assert slept == [seconds]


def test_a_limit_that_lasts_too_long_is_an_error_with_its_end(server: GitHubServer) -> None:
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW + MOST_WAITING))}
    server.fail(LINE, Reply(403, problem("API rate limit exceeded"), reset))
    api, slept = api_of(server)
    error = refused(api)
    assert error.message == f"the rate limit of 127.0.0.1:{server.port} is used up until 13:51 UTC"
    assert error.hint == "run it again then: what is set already stays, and is not asked for twice"
    assert slept == []


def test_waiting_for_limits_has_an_end_however_short_each_is(server: GitHubServer) -> None:
    server.fail(LINE, *[Reply(429, problem(""), {"Retry-After": "50"})] * 20)
    api, slept = api_of(server)
    refused(api)
    assert sum(slept) <= MOST_WAITING


def test_a_server_that_fails_is_asked_again_a_few_times(server: GitHubServer) -> None:
    server.fail(LINE, Reply(502, b"<html>Bad Gateway</html>"), Reply(503, problem("Unavailable")))
    api, slept = api_of(server)
    assert list(api.pages(PULLS)) == []
    assert slept == [1.0, 3.0]
    server.fail(LINE, *[Reply(500, problem("Oops"))] * 4)
    error = refused(api)
    assert error.message == f"127.0.0.1:{server.port} answers GET repos/garden/shop/pulls with 500: Oops"
    assert error.status == 500


def test_nobody_who_answers_is_an_error(server: GitHubServer) -> None:
    api = Api("http://127.0.0.1:9", TOKEN, wait=lambda _: None)
    error = refused(api)
    assert error.message == "127.0.0.1:9 does not answer GET repos/garden/shop/pulls"
    assert error.status is None


def test_what_may_have_arrived_is_not_sent_twice_where_that_would_show() -> None:
    tried: list[float] = []
    api = Api("http://127.0.0.1:9", TOKEN, wait=tried.append)
    with pytest.raises(HostingError):
        api.ask("POST", "repos/garden/shop/issues/1/comments", {}, repeatable=False)
    assert tried == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_server_is_followed_with_what_is_sent(
    server: GitHubServer, status: int
) -> None:
    moved = {"Location": f"/repos/{server.repository}/statuses/{'1' * 40}"}
    server.fail(r"POST /repositories/1/.*", Reply(status, problem("Moved"), moved))
    api, _ = api_of(server)
    api.ask("POST", "repositories/1/statuses", {"state": "success", "context": "c"})
    assert server.statuses["1" * 40][0]["state"] == "success"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_another_server_never_gets_the_token(server: GitHubServer, scheme: str) -> None:
    with github_server() as other:
        there = other.url if scheme == "http" else server.url.replace("http", "https")
        server.fail(LINE, Reply(302, None, {"Location": f"{there}{LINE.partition(' ')[2]}"}))
        api, _ = api_of(server)
        error = refused(api)
        assert error.message == (
            f"127.0.0.1:{server.port} leads to another server, 127.0.0.1, which must not have the token"
        )
        assert other.asked == []


def test_a_next_page_elsewhere_is_not_read(server: GitHubServer) -> None:
    with github_server() as other:
        server.fail(LINE, Reply(200, [], {"Link": f'<{other.url}/next>; rel="next"'}))
        api, _ = api_of(server)
        refused(api)
        assert other.asked == []


def test_redirects_in_circles_end(server: GitHubServer) -> None:
    server.fail(LINE, *[Reply(302, None, {"Location": LINE.partition(" ")[2]})] * 9)
    api, _ = api_of(server)
    assert refused(api).message.endswith(f"redirects GET {PULLS} in circles")


@pytest.mark.parametrize("document", [b"<html>", b"", {"message": "no list"}])
def test_what_is_no_answer_of_the_api_is_an_error(server: GitHubServer, document: object) -> None:
    server.fail(LINE, Reply(200, document))
    api, _ = api_of(server)
    assert "GITHUB_API_URL" in refused(api).hint


def test_a_token_that_is_refused_is_told_from_one_that_may_not(server: GitHubServer) -> None:
    api = Api(server.url, "ghs_old")
    assert refused(api).hint.startswith("the token is no good any more")
    assert refused(api).status == 401


def test_an_error_that_repeats_the_token_is_told_without_it(server: GitHubServer) -> None:
    server.fail(LINE, Reply(418, problem(f"what is {TOKEN}")))
    api, _ = api_of(server)
    assert refused(api).message.endswith("with 418: what is ***")


@pytest.mark.parametrize("token", ["two words", "a\nb", "tök"])
def test_a_token_that_is_none_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(UsageError) as error:
        Api("https://api.github.com", token)
    assert token not in f"{error.value.message}{error.value.hint}"
