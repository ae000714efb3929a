"""A server that speaks GitHub's REST API, in the shapes that GitHub's own answers have, on the loopback alone."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TOKEN = "ghs_ThisIsTheTokenOfAJob000000000000000"
REPOSITORY = "garden/shop"
LIMITS = {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "990", "x-ratelimit-reset": "4102444800"}


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    authorization: str
    body: Any = None

    @property
    def line(self) -> str:
        return f"{self.method} {urlsplit(self.path).path}"


@dataclass(frozen=True)
class Reply:
    """An answer in place of the usual one."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class GitHubServer:
    """What the server knows. `pages` is how many items a page has at most; `faults` are given out first, in turn,
    to requests whose line they are for.
    """

    port: int = 0
    repository: str = REPOSITORY
    pages: int = 100
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[str, Reply]] = field(default_factory=list)
    login: str | None = None  # whose token it is; None for a job's
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        """Those that GitHub gives to a job."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.url,
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF_NAME": "main",
            "GITHUB_REF_TYPE": "branch",
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ID": "4711",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_TOKEN": TOKEN,
        }

    def fail(self, line: str, *replies: Reply) -> None:
        """Answer the next requests for "METHOD PATH" (a regular expression) with these."""
        self.faults += [(line, reply) for reply in replies]

    def open(self, number: int, head: str, title: str = "", branch: str = "", **fields: Any) -> None:
        self.pulls[number] = pull_request(number, head, title, branch, self.repository, **fields)

    def shown(self, commit: str, context: str = "alembic-proof") -> tuple[str, str] | None:
        """The state and description beside a commit."""
        found = (one for one in reversed(self.statuses.get(commit, ())) if one["context"] == context)
        return next(((one["state"], one["description"]) for one in found), None)

    def lines(self, method: str = "") -> list[str]:
        return [one.line for one in self.asked if one.line.startswith(method)]

    def answer(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            for number, (line, reply) in enumerate(self.faults):
                if re.fullmatch(line, asked.line):
                    del self.faults[number]
                    return reply
            if asked.authorization != f"Bearer {TOKEN}":
                return Reply(401, problem("Bad credentials"))
            for method, pattern, act in _ROUTES:
                found = re.fullmatch(pattern, urlsplit(asked.path).path)
                if found and method == asked.method:
                    return act(self, asked, *found.groups())
            return Reply(404, problem("Not Found"))

    def page(self, asked: Asked, items: list[Any]) -> Reply:
        query = parse_qs(urlsplit(asked.path).query)
        size = min(int(query.get("per_page", ["30"])[0]), self.pages)
        number = int(query.get("page", ["1"])[0])
        last = -(-len(items) // size)
        base = re.sub(r"[?&]page=\d+", "", asked.path)
        links = {"next": number + 1, "last": last} if number < last else {}
        header = ", ".join(f'<{self.url}{base}&page={to}>; rel="{name}"' for name, to in links.items())
        return Reply(200, items[(number - 1) * size : number * size], {"Link": header} if header else {})


def problem(message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": "https://docs.github.com/rest", "status": "400"}


def pull_request(
    number: int, head: str, title: str, branch: str, repository: str, **fields: Any
) -> dict[str, Any]:
    """As `GET /repos/{owner}/{repo}/pulls` lists one, without the links that nobody follows."""
    owner = repository.partition("/")[0]
    user = {"login": owner, "id": 7, "type": "User", "site_admin": False}
    repo = {"id": 1296269, "full_name": repository, "private": False, "fork": False}
    fork: str | None = fields.pop("fork", repository)
    from_repo = None if fork is None else {**repo, "full_name": fork, "fork": fork != repository}
    return {
        "id": number,
        "number": number,
        "state": "open",
        "locked": False,
        "title": title or f"Change {number}",
        "user": user,
        "body": None,
        "head": {
            "label": f"{(fork or 'unknown').partition('/')[0]}:{branch or number}",
            "ref": branch or str(number),
            "sha": head,
            "user": user,
            "repo": from_repo,
        },
        "base": {"label": f"{owner}:main", "ref": "main", "sha": "0" * 40, "user": user, "repo": repo},
        "draft": False,
        "created_at": "2026-01-26T19:01:12Z",
        **fields,
    }


def _list_pulls(server: GitHubServer, asked: Asked, repository: str) -> Reply:
    query = parse_qs(urlsplit(asked.path).query)
    base = query.get("base", [""])[0]
    found = [
        pull
        for _, pull in sorted(server.pulls.items(), reverse=True)
        if pull["state"] == query.get("state", ["open"])[0] and base in ("", pull["base"]["ref"])
    ]
    return server.page(asked, found) if repository == server.repository else Reply(404, problem("Not Found"))


def _combined(server: GitHubServer, asked: Asked, _: str, commit: str) -> Reply:
    latest = {one["context"]: one for one in server.statuses.get(commit, ())}
    return Reply(
        200,
        {"state": "pending", "statuses": list(latest.values()), "sha": commit, "total_count": len(latest)},
    )


def _set_status(server: GitHubServer, asked: Asked, _: str, commit: str) -> Reply:
    if len(asked.body.get("description") or "") > 140:
        return Reply(422, problem("Validation Failed"))
    status = {"url": "", "id": 1, "target_url": None, "context": "default", **asked.body}
    server.statuses.setdefault(commit, []).append(status)
    return Reply(201, status)


def _list_comments(server: GitHubServer, asked: Asked, _: str, number: str) -> Reply:
    return server.page(asked, [one for one in server.comments.values() if one["issue"] == int(number)])


def _add_comment(server: GitHubServer, asked: Asked, _: str, number: str) -> Reply:
    if len(asked.body["body"]) > 65_536:
        return Reply(422, problem("Body is too long (maximum is 65536 characters)"))
    identifier = max(server.comments, default=0) + 1
    user = {"login": server.login or "github-actions[bot]", "type": "User" if server.login else "Bot"}
    server.comments[identifier] = {
        "id": identifier,
        "issue": int(number),
        "user": user,
        "body": asked.body["body"],
    }
    return Reply(201, server.comments[identifier])


def _edit_comment(server: GitHubServer, asked: Asked, _: str, identifier: str) -> Reply:
    server.comments[int(identifier)]["body"] = asked.body["body"]
    return Reply(200, server.comments[int(identifier)])


def _remove_comment(server: GitHubServer, asked: Asked, _: str, identifier: str) -> Reply:
    del server.comments[int(identifier)]
    return Reply(204)


def _user(server: GitHubServer, asked: Asked) -> Reply:
    if server.login is None:
        return Reply(403, problem("Resource not accessible by integration"))
    return Reply(200, {"login": server.login, "type": "User"})


_REPO = r"(?:/api/v3)?/repos/([^/]+/[^/]+)"
_ROUTES = (
    ("GET", rf"{_REPO}/pulls", _list_pulls),
    ("GET", rf"{_REPO}/commits/([0-9a-f]+)/status", _combined),
    ("POST", rf"{_REPO}/statuses/([0-9a-f]+)", _set_status),
    ("GET", rf"{_REPO}/issues/(\d+)/comments", _list_comments),
    ("POST", rf"{_REPO}/issues/(\d+)/comments", _add_comment),
    ("PATCH", rf"{_REPO}/issues/comments/(\d+)", _edit_comment),
    ("DELETE", rf"{_REPO}/issues/comments/(\d+)", _remove_comment),
    ("GET", r"(?:/api/v3)?/user", _user),
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    known: GitHubServer

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        reply = self.known.answer(
            Asked(self.command, self.path, self.headers.get("Authorization") or "", body)
        )
        document = reply.document
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(reply.status)
        for name, value in {**LIMITS, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(0 if reply.status == 204 else len(content)))
        self.end_headers()
        if reply.status != 204:
            self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def github_server(**known: Any) -> Iterator[GitHubServer]:
    server = GitHubServer(**known)
    handler = type("Handler", (_Handler,), {"known": server})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        server.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


@dataclass(frozen=True)
class Hosted:
    """A bare repository as GitHub keeps one, with a ref for each pull request, and a checkout to work in."""

    bare: Path
    work: Checkout
    github: GitHubServer

    @classmethod
    def create(cls, folder: Path, files: Mapping[str, str], github: GitHubServer) -> Hosted:
        work = Checkout.create(folder / "work", files)
        bare = folder / "hosted.git"
        work.git("clone", "--quiet", "--bare", str(work.top), str(bare))
        work.git("remote", "add", "origin", f"file://{bare}")
        return cls(bare, work, github)

    def propose(
        self,
        number: int,
        files: Mapping[str, str | bytes],
        start: str = "main",
        title: str = "",
        **fields: Any,
    ) -> str:
        """Open a pull request, or push to one; its head."""
        self.work.git("switch", "--quiet", "--detach", start)
        head = self.work.commit(files)
        return self.point(number, head, title, **fields)

    def point(self, number: int, head: str, title: str = "", **fields: Any) -> str:
        self.work.git("push", "--quiet", "--force", "origin", f"{head}:refs/pull/{number}/head")
        self.github.open(number, head, title, **fields)
        return head

    def merge(self, number: int) -> str:
        """Press the button: main's new tip."""
        self.work.git("switch", "--quiet", "main")
        self.work.git(
            "merge", "--quiet", "--no-ff", "-m", f"Merge #{number}", self.github.pulls[number]["head"]["sha"]
        )
        self.work.git("push", "--quiet", "origin", "main")
        self.github.pulls[number]["state"] = "closed"
        return self.work.head()
