"""GitHub: the open pull requests of a repository, the statuses of commits, and comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from alembic_proof.errors import HostingError, UsageError
from alembic_proof.hosting.api import Api

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["success", "failure", "error", "pending"]
MOST_IN_DESCRIPTION = 140
MOST_IN_COMMENT = 65_536


@dataclass(frozen=True)
class PullRequest:
    """An open pull request: its `head` is the commit, `label` the branch as GitHub calls it, "owner:branch".

    `head_repository` is None where the fork is gone.
    """

    number: int
    title: str
    head: str
    label: str
    base: str
    head_repository: str | None = None
    draft: bool = False


@dataclass(frozen=True)
class Status:
    """What is shown beside a commit."""

    state: State
    description: str


@dataclass(frozen=True)
class Comment:
    """A comment on a pull request. `by_program` says that no person's account wrote it."""

    number: int
    author: str
    body: str
    by_program: bool


@dataclass(frozen=True)
class GitHub:
    """One repository, "owner/name", on one server."""

    api: Api
    repository: str
    server: str = "https://github.com"
    run: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> GitHub:
        """As GitHub's own variables have it. Raises `UsageError` for what is missing or cannot be meant."""
        repository = environ.get("GITHUB_REPOSITORY", "")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
            raise UsageError(
                f"GITHUB_REPOSITORY is {repository!r}, which is no repository"
                if repository
                else "GITHUB_REPOSITORY is not set: which repository's pull requests are meant is unknown",
                "outside GitHub Actions: GITHUB_REPOSITORY=OWNER/NAME GITHUB_TOKEN=$(gh auth token) alembic-proof ...",
            )
        server = environ.get("GITHUB_SERVER_URL") or "https://github.com"
        url = environ.get("GITHUB_API_URL") or _api_of(server)
        api = Api(url, environ.get("GITHUB_TOKEN"))
        return cls(api, repository, server.rstrip("/"), environ.get("GITHUB_RUN_ID") or None)

    @property
    def run_page(self) -> str | None:
        """The page of the workflow run that we are in."""
        return f"{self.server}/{self.repository}/actions/runs/{self.run}" if self.run else None

    def open_pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        """Those that are to go into a branch, by number. Raises `HostingError`."""
        query = f"state=open&base={quote(branch, safe='')}&per_page=100"
        documents = self.api.pages(f"repos/{self.repository}/pulls?{query}")
        found = {pull.number: pull for pull in map(_pull_request, documents) if pull.base == branch}
        return tuple(found[number] for number in sorted(found))

    def status(self, commit: str, context: str) -> Status | None:
        """What is shown beside a commit under this name; None where nothing is, or the token may not see it.

        Raises `HostingError`.
        """
        try:
            document = self.api.get(f"repos/{self.repository}/commits/{commit}/status?per_page=100")
        except HostingError as error:
            if error.status in (403, 404):
                return None
            raise
        statuses = document.get("statuses") if isinstance(document, dict) else None
        for one in statuses or ():
            if one.get("context") == context:
                return Status(one.get("state"), one.get("description") or "")
        return None

    def set_status(self, commit: str, context: str, status: Status) -> None:
        """Show a status beside a commit. Raises `HostingError`."""
        body = {"state": status.state, "description": status.description, "context": context}
        if self.run_page:
            body["target_url"] = self.run_page
        try:
            self.api.ask("POST", f"repos/{self.repository}/statuses/{commit}", body)
        except HostingError as error:
            if error.status in (403, 404):
                raise HostingError(
                    f"the job's token may not set statuses ({error.message})",
                    "add `permissions: statuses: write` to the job in the workflow",
                    error.status,
                ) from None
            raise

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Those of a pull request, the oldest first. Raises `HostingError`."""
        path = f"repos/{self.repository}/issues/{number}/comments?per_page=100"
        return tuple(map(_comment, self.api.pages(path)))

    def user(self) -> str | None:
        """Whose token it is; None for a program's, such as a job's own. Raises `HostingError`."""
        try:
            document = self.api.get("user")
        except HostingError as error:
            if error.status in (403, 404):
                return None
            raise
        return document.get("login") if isinstance(document, dict) else None

    def add_comment(self, number: int, body: str) -> None:
        path = f"repos/{self.repository}/issues/{number}/comments"
        self.api.ask("POST", path, {"body": body}, repeatable=False)

    def edit_comment(self, comment: int, body: str) -> None:
        self.api.ask("PATCH", f"repos/{self.repository}/issues/comments/{comment}", {"body": body})

    def remove_comment(self, comment: int) -> None:
        self.api.ask("DELETE", f"repos/{self.repository}/issues/comments/{comment}")


def _api_of(server: str) -> str:
    if urlsplit(server).hostname == "github.com":
        return "https://api.github.com"
    return f"{server.rstrip('/')}/api/v3"


def _pull_request(document: Any) -> PullRequest:
    try:
        head, repository = document["head"], document["head"]["repo"]
        return PullRequest(
            int(document["number"]),
            str(document.get("title") or ""),
            str(head["sha"]),
            str(head.get("label") or head.get("ref") or ""),
            str(document["base"]["ref"]),
            str(repository["full_name"]) if repository else None,
            bool(document.get("draft")),
        )
    except (KeyError, TypeError, ValueError):
        raise HostingError(
            "GitHub described a pull request in a way that is not understood",
            "see that GITHUB_API_URL is the address of GitHub's REST API",
        ) from None


def _comment(document: Any) -> Comment:
    user = document.get("user") or {}
    author, kind = str(user.get("login") or ""), user.get("type")
    return Comment(int(document["id"]), author, str(document.get("body") or ""), kind == "Bot")
