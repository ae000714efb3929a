"""One repository with its working tree, and the questions about it that Git answers."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.environment import index_to_obey, without_repository
from alembic_proof.git.program import SECONDS, failure, parse_version, run_git
from alembic_proof.git.scratch import new_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.processes import Completed

_DISCOVERY = (
    "rev-parse",
    "--is-bare-repository",
    "--is-inside-work-tree",
    "--is-shallow-repository",
    "--show-object-format",
    "--show-cdup",
    "--absolute-git-dir",  # last: alone of them it may hold a newline
)
_EMPTY_TREES = {  # Git knows these trees without having them
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


class NoRepositoryError(GitError):
    """The folder lies in no working tree of a Git repository."""


@dataclass(frozen=True)
class Repository:
    """A repository that has a working tree. Nothing asked of it writes to it.

    `index_file` is the index that Git names to a hook while it makes a commit, None otherwise.
    Lists of paths are sorted, relative to `top`, with `/`; bytes that are not UTF-8 come as `os.fsdecode`
    gives them.
    """

    top: Path
    git_dir: Path
    index_file: Path | None = None
    shallow: bool = False
    object_format: str = "sha1"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def find(cls, cwd: Path, environ: Mapping[str, str] | None = None) -> Repository:
        """The repository whose working tree holds `cwd`, found as Git finds it.

        `environ` is the environment that was inherited, by default this process's. Its `GIT_DIR` and
        `GIT_WORK_TREE` count only where Git finds no repository without them: hooks inherit them, and people
        set them for a repository that lies elsewhere than its files.

        Raises `GitError` if there is none, if it is bare, or if Git does not trust its owner.
        """
        given = os.environ if environ is None else environ
        clean = without_repository(given)
        try:
            found = _discover(cwd, clean)
        except NoRepositoryError:
            named = {name: given[name] for name in ("GIT_DIR", "GIT_WORK_TREE") if name in given}
            if not named:
                raise
            found = _discover(cwd, {**clean, **named})
        index_file = index_to_obey(given.get("GIT_INDEX_FILE"), found.top, found.git_dir)
        environment = {**clean, "GIT_DIR": str(found.git_dir), "GIT_WORK_TREE": str(found.top)}
        if index_file:
            environment["GIT_INDEX_FILE"] = str(index_file)
        return cls(found.top, found.git_dir, index_file, found.shallow, found.object_format, environment)

    def submodule(self, path: str) -> Repository | None:
        """The repository of the submodule at `path`, or None where it is not checked out."""
        folder = Path(os.path.realpath(self.top / path))
        if not (folder / ".git").exists():
            return None
        found = Repository.find(folder, without_repository(self.environment))
        return found if found.top == folder else None

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        seconds: float = SECONDS,
    ) -> Completed:
        """Run Git, at the top unless `cwd` says otherwise, whatever its exit status."""
        # Even what only reads may write objects: a sparse index gets its trees when it is read.
        with new_objects(self.git_dir) as objects:
            environment = {**self.environment, **objects, **(env or {})}
            return run_git(args, cwd=cwd or self.top, env=environment, stdin=stdin, seconds=seconds)

    def git(
        self,
        *args: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ok: tuple[int, ...] = (0,),
        seconds: float = SECONDS,
    ) -> bytes:
        """What Git prints. Raises `GitError` where its exit status is not in `ok`."""
        completed = self.run(*args, stdin=stdin, env=env, cwd=cwd, seconds=seconds)
        if completed.status not in ok:
            raise failure(completed, args, cwd or self.top)
        return completed.stdout

    def version(self) -> tuple[int, int]:
        """Git's major and minor version."""
        return parse_version(self.git("version").decode(errors="replace"))

    @property
    def has_head(self) -> bool:
        """False until the branch has its first commit."""
        return self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").status == 0

    @property
    def empty_tree(self) -> str:
        return _EMPTY_TREES[self.object_format]

    def resolve(self, ref: str) -> str:
        """The full id of the commit that `ref` names. Raises `GitError` where Git knows none."""
        if ref and not ref.startswith("-") and "\0" not in ref:
            completed = self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
            if completed.status == 0:
                return completed.stdout.decode().strip()
        raise GitError(f"Git knows no commit {ref!r} here", self.fetch_hint())

    def fetch_hint(self) -> str:
        """What to do about history that is not here."""
        if self.shallow:
            return "the clone is shallow: set `fetch-depth: 0` for actions/checkout, or git fetch --unshallow"
        return "fetch it (git fetch --all), or name a branch, tag or commit that `git log --all` shows"

    def remotes(self) -> dict[str, str]:
        """The URL of each remote, as it is configured."""
        listed = self.git("config", "--null", "--get-regexp", r"^remote\..*\.url$", ok=(0, 1))
        pairs = (os.fsdecode(one).split("\n", 1) for one in listed.split(b"\0") if one)
        return {key.removeprefix("remote.").removesuffix(".url"): url for key, url in pairs}

    def staged_paths(self) -> tuple[str, ...]:
        """Where the index differs from HEAD; of a rename, both names."""
        base = "HEAD" if self.has_head else self.empty_tree
        return self._paths(
            *("diff-index", "--cached", "--ita-invisible-in-index", "--ignore-submodules=none"),
            *("--name-only", "--no-renames", "-z", base, "--"),
        )

    def changed_paths(self, old: str, new: str) -> tuple[str, ...]:
        """Where two commits differ; of a rename, both names. Raises `GitError` for an unknown ref."""
        return self._paths(
            *("diff-tree", "-r", "--ignore-submodules=none", "--name-only", "--no-renames", "-z"),
            *(self.resolve(old), self.resolve(new), "--"),
        )

    def unstaged_paths(self) -> tuple[str, ...]:
        """Tracked files whose content on disk is not the index's, those that are gone from disk included."""
        # `diff-files` also lists files of which only the time changed.
        status = self.git(
            *("status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames"),
            "--ignore-submodules=dirty",
        )
        return _sorted_paths(entry[3:] for entry in status.split(b"\0") if entry[1:2].strip())

    def untracked_paths(self) -> tuple[str, ...]:
        """Files that are neither tracked nor ignored."""
        listed = self._paths("ls-files", "--others", "--exclude-standard", "-z")
        return tuple(path for path in listed if not path.endswith("/"))  # a repository inside this one

    def ignored_files(self) -> tuple[str, ...]:
        """Files that are ignored; a folder that is ignored whole ends in `/` and stands for what it holds."""
        listed = self._paths(
            *("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"),
        )
        return _without_contents(listed)

    def refs(self, pattern: str, *options: str) -> tuple[str, ...]:
        """The full names of the refs that match, as `git for-each-ref` does; branches may be named short."""
        short = not pattern.startswith("refs/")
        full = [f"refs/{kind}/{pattern}" for kind in ("heads", "remotes")] if short else [pattern]
        form = ("--format=%(refname) %(symref)", "--sort=version:refname")
        listed = os.fsdecode(self.git("for-each-ref", *form, *options, "--", *full))
        return tuple(line.strip() for line in listed.splitlines() if line.endswith(" "))

    def _paths(self, *args: str) -> tuple[str, ...]:
        return _sorted_paths(self.git(*args).split(b"\0"))


@dataclass(frozen=True)
class _Found:
    top: Path
    git_dir: Path
    shallow: bool
    object_format: str


def _discover(cwd: Path, env: Mapping[str, str]) -> _Found:
    completed = run_git(_DISCOVERY, cwd=cwd, env={**env, "LC_ALL": "C"})
    if completed.status != 0:
        raise _discovery_error(cwd, completed.error_text)
    bare, _, shallow, object_format, rest = os.fsdecode(completed.stdout).split("\n", 4)
    if bare == "true":
        raise NoRepositoryError(
            f"the Git repository at {cwd} is bare: it has no working tree",
            "run alembic-proof in a clone of it, or in a worktree (git worktree add FOLDER)",
        )
    to_top, newline, git_dir = rest.removesuffix("\n").partition("\n")
    if not newline:  # Git names no way to a top from inside its own folder
        raise NoRepositoryError(
            f"{cwd} lies in Git's own folder, not in a working tree",
            "run alembic-proof where the files are",
        )
    return _Found(
        Path(os.path.realpath(cwd / to_top)),
        Path(os.path.realpath(git_dir)),
        shallow == "true",
        object_format if object_format in _EMPTY_TREES else "sha1",  # Git before 2.25 repeats the question
    )


def _discovery_error(cwd: Path, text: str) -> GitError:
    distrusted = re.search(r"(?:dubious ownership in|unsafe) repository (?:at |\()'(.*?)'", text, re.DOTALL)
    if distrusted:
        folder = distrusted[1]
        return GitError(
            f"Git does not trust {folder}: it belongs to another user",
            f"if you do, run: git config --global --add safe.directory {shlex.quote(folder)}",
        )
    if "not a git repository" in text:
        return NoRepositoryError(
            f"{cwd} is not in a Git repository",
            "run alembic-proof in the repository that holds the models and revisions (git init makes one)",
        )
    return GitError(f"Git cannot read the repository at {cwd}", "run `git status` there to see why", text)


def _sorted_paths(paths: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted({os.fsdecode(path) for path in paths if path}))


def _without_contents(paths: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in paths:
        if not (kept and kept[-1].endswith("/") and path.startswith(kept[-1])):
            kept.append(path)
    return tuple(kept)
