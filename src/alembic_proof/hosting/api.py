"""HTTP as GitHub's REST API speaks it: pages, limits, redirects and errors. The token goes to that server alone."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from alembic_proof import __version__
from alembic_proof.errors import HostingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import Message

SECONDS = 30.0  # for one request
MOST_WAITING = 300.0  # seconds, for one run, until a rate limit is over
PAUSES = (1.0, 3.0, 9.0)  # before a request is tried again that the server failed at
_MOST_REDIRECTS = 3
_MOST_PAGES = 100
_MOST_BYTES = 2**26
_REDIRECTS = (301, 302, 307, 308)
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


@dataclass(frozen=True)
class Answer:
    """What a server answered; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """What it says of an error, on one line."""
        try:
            document = self.document()
        except ValueError:
            return ""
        text = document.get("message") if isinstance(document, dict) else None
        return " ".join(str(text).split()) if text else ""


@dataclass
class Api:
    """One server's API, its address, and the token for it. `wait` sleeps, and `now` is the time in seconds."""

    url: str
    token: str | None = field(default=None, repr=False)
    wait: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    waited: float = 0.0

    def __post_init__(self) -> None:
        """Raises `UsageError` for an address or a token that cannot be meant."""
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise UsageError(
                f"GITHUB_API_URL is {self.url!r}, which is no web address",
                "for example: GITHUB_API_URL=https://api.github.com",
            )
        self.url = self.url.rstrip("/")
        self.token = (self.token or "").strip() or None
        if self.token and not re.fullmatch(r"[!-~]+", self.token):
            raise UsageError(
                "GITHUB_TOKEN holds characters that no token has",
                "give it as GitHub does: ${{ github.token }}",
            )

    def get(self, path: str) -> Any:
        """The document at a path. Raises `HostingError`."""
        return self._document(self.ask("GET", path))

    def pages(self, path: str) -> Iterator[Any]:
        """The items of a list, over all of its pages. Raises `HostingError`."""
        url: str | None = path
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            answer = self.ask("GET", url)
            items = self._document(answer)
            if not isinstance(items, list):
                raise HostingError(f"{self._host} answered GET {path} with something other than a list", _ODD)
            yield from items
            following = _NEXT.search(answer.headers.get("link", ""))
            url = following[1] if following else None

    def ask(self, method: str, path: str, body: object = None, *, repeatable: bool = True) -> Answer:
        """An answer that is no error. `repeatable` says whether to send it again where it may have arrived.

        Raises `HostingError` for any other, with its status.
        """
        tried = 0
        while True:
            answer = self._follow(method, path, body)
            if answer is not None and answer.status < 400:
                return answer
            if answer is not None and (seconds := self._limit(answer)) is not None:
                self._wait_for_limit(seconds)
            elif self._is_worth_another(answer, repeatable=repeatable) and tried < len(PAUSES):
                self.wait(PAUSES[tried])
                tried += 1
            else:
                raise self._refused(method, path, answer)

    def _follow(self, method: str, path: str, body: object) -> Answer | None:
        """The answer behind redirects within the server; None where there is none in time."""
        url = self._within(urljoin(f"{self.url}/", path.lstrip("/")))
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._send(method, url, body)
            if answer is None or answer.status not in _REDIRECTS:
                return answer
            url = self._within(urljoin(url, answer.headers.get("location", "")))
        raise HostingError(f"{self._host} redirects {method} {path} in circles", _ODD)

    def _send(self, method: str, url: str, body: object) -> Answer | None:
        headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": f"alembic-proof/{__version__}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 (checked when made)
        try:
            with _opener().open(request, timeout=SECONDS) as response:
                return _answer(response.status, response.headers, response.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error.headers, _rest(error))
        except (OSError, http.client.HTTPException):
            return None

    def _within(self, url: str) -> str:
        """The address, if it is this server's: nobody else may have the token."""
        if _origin(url) != _origin(self.url):
            raise HostingError(
                f"{self._host} leads to another server, {urlsplit(url).hostname}, which must not have the token",
                "see that GITHUB_API_URL and GITHUB_REPOSITORY are those of the repository",
            )
        return url

    def _limit(self, answer: Answer) -> float | None:
        """How long to wait where a rate limit is what stands against it."""
        headers = answer.headers
        spent = headers.get("x-ratelimit-remaining") == "0"
        told = "retry-after" in headers or "rate limit" in answer.message.lower()
        if answer.status != 429 and not (answer.status == 403 and (spent or told)):
            return None
        if seconds := _number(headers.get("retry-after")):
            return seconds
        reset = _number(headers.get("x-ratelimit-reset")) if spent else None
        return max(reset - self.now(), 0.0) + 1 if reset else 60.0

    def _wait_for_limit(self, seconds: float) -> None:
        if self.waited + seconds > MOST_WAITING:
            until = time.strftime("%H:%M UTC", time.gmtime(self.now() + seconds))
            raise HostingError(
                f"the rate limit of {self._host} is used up until {until}",
                "run it again then: what is set already stays, and is not asked for twice",
                429,
            )
        self.waited += seconds
        self.wait(seconds)

    @staticmethod
    def _is_worth_another(answer: Answer | None, *, repeatable: bool) -> bool:
        return repeatable if answer is None else answer.status in (500, 502, 503, 504)

    def _refused(self, method: str, path: str, answer: Answer | None) -> HostingError:
        if answer is None:
            return HostingError(
                f"{self._host} does not answer {method} {urlsplit(path).path}",
                "see that this machine reaches it, and run it again",
            )
        said = f": {self._redacted(answer.message)}" if answer.message else ""
        return HostingError(
            f"{self._host} answers {method} {urlsplit(path).path} with {answer.status}{said}",
            _HINTS.get(
                answer.status, "run it again; https://www.githubstatus.com says whether GitHub is well"
            ),
            answer.status,
        )

    def _document(self, answer: Answer) -> Any:
        try:
            return answer.document()
        except ValueError:
            raise HostingError(f"{self._host} answered something that is no JSON", _ODD) from None

    def _redacted(self, text: str) -> str:
        return text.replace(self.token, "***") if self.token else text

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]


_ODD = (
    "see that GITHUB_API_URL is the address of GitHub's REST API, https://HOST/api/v3 on a server of your own"
)
_HINTS = {
    401: "the token is no good any more: give the job's own, GITHUB_TOKEN: ${{ github.token }}",
    403: "the job's token may not do this: see `permissions` in the workflow",
    404: "see that GITHUB_REPOSITORY is right, and that the token may read it: `permissions: pull-requests: read`",
    410: "see that the repository has this switched on",
    422: "GitHub cannot make sense of it: see what its message says",
}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The standard library would send the token along to whatever server it is led to."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _answer(status: int, headers: Message, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


def _rest(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(_MOST_BYTES)
    except (OSError, http.client.HTTPException):
        return b""


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d+", text) else None
