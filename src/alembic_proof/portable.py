"""Whether what is kept is to serve another machine as well, as in CI, where each job runs on a new one.

There files have other times and the same content, and the environment holds what CI tells this one job: its number,
its commit, its tokens.
"""

from __future__ import annotations

import hashlib
import os
import stat
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "ALEMBIC_PROOF_PORTABLE"
_ON = ("1", "true", "yes", "on")
# What Python makes of a source, anew on each machine.
_DERIVED = "__pycache__"
# What installers write of a package: its files with their digests, and whether it was made from a folder.
_PACKAGE, _RECORD, _ORIGIN, _FROM_FOLDER = ".dist-info", "RECORD", "direct_url.json", b'"dir_info"'
# Names and prefixes of the variables that a CI system gives to one job, by the variable that tells the system.
_SYSTEMS: Mapping[str, tuple[str, ...]] = {
    "GITHUB_ACTIONS": ("GITHUB_", "RUNNER_", "ACTIONS_"),
    "GITLAB_CI": (
        *("CI_JOB_", "CI_COMMIT_", "CI_PIPELINE_", "CI_BUILD_", "CI_MERGE_REQUEST_", "CI_RUNNER_"),
        *(
            "CI_CONCURRENT_",
            "CI_DEPLOY_",
            "CI_EXTERNAL_PULL_REQUEST_",
            "CI_OPEN_MERGE_REQUESTS",
            "CI_NODE_INDEX",
        ),
        *(
            "CI_REPOSITORY_URL",
            "CI_REGISTRY_PASSWORD",
            "CI_DEPENDENCY_PROXY_PASSWORD",
            "CI_TRIGGER_SHORT_TOKEN",
        ),
        *("GITLAB_USER_", "TRIGGER_PAYLOAD", "CHAT_"),
    ),
    "CIRCLECI": ("CIRCLE_",),
    "BUILDKITE": ("BUILDKITE_",),
    "TRAVIS": ("TRAVIS_",),
    "BITBUCKET_BUILD_NUMBER": ("BITBUCKET_",),
    "CI_SYSTEM_NAME": ("CI_COMMIT_", "CI_PIPELINE_", "CI_STEP_", "CI_WORKFLOW_", "CI_PREV_", "CI_MACHINE"),
    "DRONE": ("DRONE_",),
    "TEAMCITY_VERSION": ("TEAMCITY_", "BUILD_NUMBER"),
    "JENKINS_URL": (
        *("BUILD_ID", "BUILD_NUMBER", "BUILD_TAG", "BUILD_URL", "BUILD_DISPLAY_NAME", "EXECUTOR_NUMBER"),
        *("JOB_URL", "JOB_DISPLAY_URL", "RUN_", "NODE_NAME", "CHANGE_", "BRANCH_NAME", "HUDSON_COOKIE"),
        *("JENKINS_NODE_COOKIE", "JENKINS_SERVER_COOKIE"),
    ),
}
# Of these the ones that are the same in each job, by which projects see that they run in CI, and where.
_STEADY = frozenset(
    (
        *("GITHUB_ACTIONS", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "GITHUB_SERVER_URL", "GITHUB_WORKSPACE"),
        *(
            "GITHUB_REPOSITORY",
            "GITHUB_REPOSITORY_ID",
            "GITHUB_REPOSITORY_OWNER",
            "GITHUB_REPOSITORY_OWNER_ID",
        ),
        *(
            "RUNNER_OS",
            "RUNNER_ARCH",
            "RUNNER_ENVIRONMENT",
            "RUNNER_TEMP",
            "RUNNER_TOOL_CACHE",
            "RUNNER_WORKSPACE",
        ),
        *("BITBUCKET_WORKSPACE", "BITBUCKET_REPO_FULL_NAME", "TEAMCITY_VERSION"),
    )
)
# Containers and services have these anew each time.
_ANYWHERE = ("HOSTNAME", "SYSTEMD_EXEC_PID")


def is_portable(environ: Mapping[str, str]) -> bool:
    """Whether ALEMBIC_PROOF_PORTABLE says so."""
    return environ.get(VARIABLE, "").lower() in _ON


def of_one_job(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that CI gave to this one job, where answers are to outlive it; else none."""
    if not is_portable(environ):
        return {}
    families = [one for system, names in _SYSTEMS.items() if environ.get(system) for one in names]
    return {
        name: value
        for name, value in environ.items()
        if name in _ANYWHERE or (name not in _STEADY and _is_of(name, families))
    }


def _is_of(name: str, families: list[str]) -> bool:
    return any(name == one or (one.endswith("_") and name.startswith(one)) for one in families)


def content_identity(path: str) -> str | None:
    """What tells a file or a folder from another one at the same path, wherever it lies; None where nothing is.

    A file by its content; a folder by what lies in it, and by what the packages in it say that they consist of. What
    Python compiled counts as what it was compiled from. The project itself, which may be installed there with each
    commit, counts by those of its files that are looked at.
    """
    if f"/{_DERIVED}/" in f"{path}/":
        return "derived"
    try:
        seen = os.stat(path)  # noqa: PTH116 - thousands of them
        if stat.S_ISREG(seen.st_mode):
            return _of_file(path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        return _of_folder(path) if stat.S_ISDIR(seen.st_mode) else f"special {seen.st_rdev}"
    except OSError:
        return None


@cache
def _of_file(path: str, _size: int, _written: int, _changed: int) -> str:
    """Read once for as long as the file is the same."""
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        while piece := file.read(2**20):
            digest.update(piece)
    return digest.hexdigest()


def _of_folder(path: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with os.scandir(path) as found:
        entries = sorted((one.name, one.is_dir()) for one in found if one.name != _DERIVED)
    for name, is_folder in entries:
        package = os.path.join(path, name) if name.endswith(_PACKAGE) and is_folder else None  # noqa: PTH118
        if package and any(_FROM_FOLDER in line for line in _lines(package, _ORIGIN)):
            continue
        digest.update(os.fsencode(name) + (b"/\0" if is_folder else b"\0"))
        # Installers differ in whether they list what Python compiled, and in the order.
        files = _lines(package, _RECORD) if package else []
        digest.update(b"".join(sorted(line for line in files if _DERIVED.encode() not in line)))
    return digest.hexdigest()


def _lines(package: str, name: str) -> list[bytes]:
    try:
        with open(os.path.join(package, name), "rb") as file:  # noqa: PTH118,PTH123
            return list(file)
    except OSError:
        return []
