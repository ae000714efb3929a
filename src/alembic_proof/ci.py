"""What a CI job is about: the commit that it judges and the branch that this is to go into.

From the variables and the event that GitHub Actions, or GitLab CI, gives to a job:
https://docs.github.com/actions/reference/workflows-and-actions/variables and
https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BRANCH = "refs/heads/"


@dataclass(frozen=True)
class Change:
    """The commit `head`, called `name` by people, is to be merged into the branch `base` of the repository `project`.

    `head_ref` is where a remote has the commit, if it has a ref of its own; `url` is the remote that has the base,
    where it is not the one that was cloned; `token` may read from `server`.
    """

    project: str
    head: str
    name: str
    base: str
    head_ref: str | None = None
    url: str | None = None
    server: str = ""
    token: str | None = field(default=None, repr=False)


def change_of(environ: Mapping[str, str]) -> Change | None:
    """The change that this job is about; None where it is about none, or this is no CI job."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ, _event(environ.get("GITHUB_EVENT_PATH")))
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    return None


def _event(path: str | None) -> dict[str, Any]:
    try:
        event = json.loads(Path(path or "").read_bytes())
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _github(environ: Mapping[str, str], event: Mapping[str, Any]) -> Change | None:
    """Not for `pull_request_target`: that job has secrets, and checks out the base so as not to run the change."""
    project, sha, token = (environ.get(f"GITHUB_{name}") for name in ("REPOSITORY", "SHA", "TOKEN"))
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    kind = environ.get("GITHUB_EVENT_NAME")
    if not project or not sha:
        return None
    if kind == "pull_request":
        number, head = _at(event, "number"), _at(event, "pull_request", "head", "sha")
        base = _at(event, "pull_request", "base", "ref") or environ.get("GITHUB_BASE_REF")
        if not (number and head and base):
            return None
        ours = f"refs/pull/{number}/head"
        return Change(project, head, f"#{number}", base, ours, server=server, token=token)
    ref = _at(event, "merge_group", "base_ref") if kind == "merge_group" else environ.get("GITHUB_REF", "")
    if kind not in ("merge_group", "push") or not ref or not ref.startswith(_BRANCH):
        return None
    return Change(project, sha, sha[:7], ref.removeprefix(_BRANCH), server=server, token=token)


def _at(event: Mapping[str, Any], *names: str) -> str | None:
    value: Any = event
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return None if value is None else str(value)


def _gitlab(environ: Mapping[str, str]) -> Change | None:
    """A merge train's commit already holds the base and what goes before it."""
    project, sha = environ.get("CI_PROJECT_PATH"), environ.get("CI_COMMIT_SHA")
    target = environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    if not project or not sha:
        return None
    if not target:
        branch = environ.get("CI_COMMIT_BRANCH")
        return Change(project, sha, sha[:7], branch) if branch else None
    on_train = environ.get("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train"
    source = "" if on_train else environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "")
    name = f"!{environ.get('CI_MERGE_REQUEST_IID', '')}"
    theirs = environ.get("CI_MERGE_REQUEST_PROJECT_URL")
    elsewhere = theirs if theirs and theirs != environ.get("CI_PROJECT_URL") else None
    return Change(project, source or sha, name, target, url=elsewhere)
