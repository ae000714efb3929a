"""Fetching into a repository of our own that borrows the user's objects: theirs stays byte for byte as it was.

A fetch writes objects, refs and, in a shallow clone, the file that says where history ends. All of that goes to a
folder that is gone afterwards, together with what was fetched.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alembic_proof.errors import GitError
from alembic_proof.git.program import failure, run_git
from alembic_proof.git.scratch import objects_of, scratch_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from alembic_proof.git.repository import Repository
    from alembic_proof.processes import Completed

FETCH_SECONDS = 600.0
DEPTHS = (50, 500, None)  # how far a shallow history is deepened, step by step; None is all of it

# What a repository says of itself alone; `branch.` may be thousands of entries that no fetch of ours looks at.
_ITS_OWN = (
    "branch.",
    "core.bare",
    "core.repositoryformatversion",
    "core.worktree",
    "extensions.",
    "include.",
    "includeif.",
)
_NO_FILES = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_PARAMETERS": ""}
_QUIETLY = (
    *("--quiet", "--no-tags", "--no-auto-gc", "--no-recurse-submodules", "--no-write-fetch-head"),
    "--refmap=",  # nothing but what is asked for
)
_NO_SUCH_REF = re.compile(r"couldn't find remote ref (\S+)")


class MissingRefError(GitError):
    """The remote has no such ref."""

    def __init__(self, remote: str, ref: str) -> None:
        super().__init__(
            f"{remote} has no {ref}", f"see what it has: git ls-remote {remote} {ref.rpartition('/')[2]}"
        )
        self.ref = ref


@dataclass(frozen=True)
class Token:
    """A job's token, and the server (scheme and host) that it is for: no other one ever gets it."""

    server: str
    value: str = field(repr=False)


@contextmanager
def borrowing(repo: Repository) -> Iterator[Repository]:
    """A repository of ours with the objects, refs, HEAD, index and settings of `repo`; gone afterwards.

    Whatever is fetched into it can be judged there. Raises `GitError` where it cannot be made.
    """
    with scratch_folder() as folder:
        git_dir = folder / "repository"
        _make(repo, git_dir)
        _copy_history(repo, git_dir)
        index = repo.index_file or repo.git_dir / "index"
        environment = {
            **repo.environment,
            **_settings(repo),
            "GIT_DIR": str(git_dir),
            "GIT_INDEX_FILE": str(index),
        }
        yield replace(repo, git_dir=git_dir, environment=environment)


def tip(repo: Repository, remote: str, branch: str, token: Token | None = None) -> str:
    """The commit that a branch of the remote is at now. Raises `GitError`, `MissingRefError` for no such branch."""
    ref = f"refs/heads/{branch}"
    completed = _reach(repo, remote, token, ("ls-remote", "--exit-code", "--", remote, ref))
    if completed.status == 2:
        raise MissingRefError(remote, ref)
    if completed.status != 0:
        raise _unreachable(completed, remote)
    found = (line.split("\t") for line in completed.stdout.decode().splitlines())
    return next(oid for oid, name in found if name == ref)


def fetch(
    repo: Repository,
    remote: str,
    refspecs: Iterable[str],
    token: Token | None = None,
    depth: int | None = None,
) -> None:
    """Fetch the refspecs, or ids, into a repository that `borrowing` gave, all at once.

    In a shallow one, history is cut `depth` commits behind them, and nowhere without it.
    Raises `GitError`, `MissingRefError` where one of them is not there.
    """
    cut = (f"--depth={depth}",) if depth else ("--unshallow",)
    args = ("fetch", *_QUIETLY, *(cut if is_shallow(repo) else ()), "--stdin", "--", remote)
    asked = "".join(f"{refspec}\n" for refspec in refspecs).encode()
    completed = _reach(repo, remote, token, args, asked)
    if missing := _NO_SUCH_REF.search(completed.error_text):
        raise MissingRefError(remote, missing[1])
    if completed.status != 0:
        raise _unreachable(completed, remote)


def deepen_until_merge_base(
    repo: Repository,
    remote: str,
    refspecs: Iterable[str],
    pairs: Iterable[tuple[str, str]],
    token: Token | None = None,
) -> None:
    """Fetch the refspecs, and in a shallow repository ever more of their history, until the pairs of refs have
    a merge base each, or there is no more of it. Raises `GitError` as `fetch` does.
    """
    asked, wanted = tuple(refspecs), tuple(pairs)
    for depth in DEPTHS:
        fetch(repo, remote, asked, token, depth)
        if not is_shallow(repo):
            return
        wanted = _apart(repo, wanted)
        if not wanted:
            return


def is_shallow(repo: Repository) -> bool:
    return (repo.git_dir / "shallow").is_file()


def into_ours(repo: Repository) -> Mapping[str, str]:
    """Variables with which what Git makes stays in a repository that `borrowing` gave."""
    return {
        "GIT_OBJECT_DIRECTORY": str(repo.git_dir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
    }


def _apart(repo: Repository, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The pairs of refs, or ids, that have no commit in common here."""
    refs = sorted({ref for pair in pairs for ref in pair})
    asked = "".join(f"{ref}\n" for ref in refs).encode()
    listed = repo.git("rev-list", "--ignore-missing", "--parents", "--stdin", stdin=asked).decode()
    parents = {commit: before for commit, *before in map(str.split, listed.splitlines())}
    found = repo.git("cat-file", "--batch-check=%(objectname)", stdin=asked).decode().splitlines()
    tips = {ref: line.partition(" ")[0] for ref, line in zip(refs, found, strict=True)}
    reached = {one: ancestors(parents, tips[one]) for one in {one for one, _ in pairs}}
    return tuple(
        (one, other) for one, other in pairs if reached[one].isdisjoint(ancestors(parents, tips[other]))
    )


def ancestors(parents: Mapping[str, list[str]], tip: str) -> set[str]:
    """A commit and all that come before it, as far as their parents are given."""
    seen = {tip}
    waiting = [tip]
    while waiting:
        new = [parent for parent in parents.get(waiting.pop(), ()) if parent not in seen]
        seen.update(new)
        waiting += new
    return seen


def _make(repo: Repository, git_dir: Path) -> None:
    env = {
        name: value for name, value in repo.environment.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")
    }
    args = ("init", "--quiet", "--bare", "--template=", f"--object-format={repo.object_format}", str(git_dir))
    completed = run_git(args, cwd=git_dir.parent, env={**env, **_NO_FILES})
    if completed.status != 0:
        raise failure(completed, args, git_dir.parent)


def _copy_history(repo: Repository, git_dir: Path) -> None:
    """Refs give a fetch what it need not ask for. Alternates take a path as it is, up to the end of its line."""
    objects = objects_of(repo.git_dir).resolve()
    (git_dir / "objects" / "info").mkdir(exist_ok=True)
    (git_dir / "objects" / "info" / "alternates").write_text(f"{objects}\n")
    refs = repo.git("for-each-ref", "--format=%(objectname) %(refname)")
    (git_dir / "packed-refs").write_bytes(b"# pack-refs with: sorted \n" + refs)
    if repo.has_head:
        (git_dir / "HEAD").write_text(f"{repo.resolve('HEAD')}\n")
    if repo.shallow:
        shutil.copyfile(objects.parent / "shallow", git_dir / "shallow")


def _settings(repo: Repository) -> Mapping[str, str]:
    """The settings that hold in `repo`, files that its place includes among them, as variables."""
    listed = repo.git("config", "--list", "--includes", "-z")
    entries = [os.fsdecode(entry).partition("\n") for entry in listed.split(b"\0") if entry]
    kept = [
        (key, value if equals else "true") for key, equals, value in entries if not key.startswith(_ITS_OWN)
    ]
    return _as_variables({**_NO_FILES, "GIT_CONFIG_COUNT": "0"}, kept)


def _as_variables(env: Mapping[str, str], settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The variables with more settings behind those that they hold: on a command line everybody could read them."""
    variables = dict(env)
    number = int(env.get("GIT_CONFIG_COUNT") or "0")
    for key, value in settings:
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        number += 1
    return {**variables, "GIT_CONFIG_COUNT": str(number)}


def _reach(
    repo: Repository, remote: str, token: Token | None, args: tuple[str, ...], stdin: bytes = b""
) -> Completed:
    env = {**_as_variables(repo.environment, _access(repo, remote, token)), **into_ours(repo), "LC_ALL": "C"}
    return run_git(args, cwd=repo.top, env=env, stdin=stdin, seconds=FETCH_SECONDS)


def _access(repo: Repository, remote: str, token: Token | None) -> list[tuple[str, str]]:
    """The token, where it is this server's and the user's settings bring nothing to get in with."""
    if token is None:
        return []
    resolved = repo.run("ls-remote", "--get-url", "--", remote)
    url = urlsplit(os.fsdecode(resolved.stdout).strip())
    server = f"{url.scheme}://{url.hostname}" + (f":{url.port}" if url.port else "")
    if url.scheme not in ("https", "http") or url.username or server != token.server.rstrip("/").lower():
        return []
    if repo.run("config", "--get-urlmatch", "http.extraheader", url.geturl()).stdout.strip():
        return []
    secret = base64.b64encode(f"x-access-token:{token.value}".encode()).decode()
    return [(f"http.{server}/.extraheader", f"Authorization: Basic {secret}")]


def _unreachable(completed: Completed, remote: str) -> GitError:
    lines = completed.error_text.splitlines()
    reason = next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), f"exit {completed.status}"
    )
    return GitError(
        f"{_without_secret(remote)} cannot be fetched from: {_without_secret(reason)}",
        "see that `git ls-remote` reaches it here; in a CI job, that the job may read the repository "
        "(`permissions: contents: read`)",
        _without_secret("\n".join(lines)) if len(lines) > 1 else "",
    )


def _without_secret(text: str) -> str:
    """URLs without the user and password that they may hold."""
    return re.sub(r"://[^/@\s]*@", "://", text)
