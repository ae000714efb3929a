"""Real Git repositories for tests to work in."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 60


@dataclass(frozen=True)
class Checkout:
    """The working tree of a repository, and what people do in one."""

    top: Path

    @classmethod
    def create(cls, top: Path, files: Mapping[str, str | bytes] | None = None, *options: str) -> Checkout:
        """A new repository, with the files as its first commit where there are any."""
        top.mkdir(parents=True, exist_ok=True)
        checkout = cls(top)
        checkout.git("init", "--quiet", *options)
        if files:
            checkout.commit(files)
        return checkout

    @classmethod
    def clone(cls, source: Path, top: Path, *options: str) -> Checkout:
        """A clone over Git's own protocol, so that `--depth` counts."""
        _git(("clone", "--quiet", *options, f"file://{source}", str(top)), source.parent)
        return cls(top)

    def git(
        self,
        *args: str,
        env: Mapping[str, str] | None = None,
        folder: str = "",
        stdin: str = "",
        ok: tuple[int, ...] = (0,),
    ) -> str:
        """What Git prints, run at the top or in a folder below it."""
        return _git(args, self.top / folder, env, stdin, ok)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def add(self, files: Mapping[str, str | bytes]) -> None:
        self.write(files)
        self.git("add", "--all", "--", *(f":(literal){name}" for name in files))

    def commit(self, files: Mapping[str, str | bytes], message: str = "Change") -> str:
        """Write, stage and commit the files; the new commit's id."""
        self.add(files)
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self, ref: str = "HEAD") -> str:
        return self.git("rev-parse", ref).strip()

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("switch", "--quiet", "--create", name, start)

    def switch(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def hook(self, name: str, script: str) -> None:
        """Install a hook, a program with its `#!` line."""
        folder = self.top / self.git("rev-parse", "--git-path", "hooks").strip()
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)

    def state(self) -> dict[str, str | bytes]:
        """Every file, link and folder, Git's own among them: two states are equal if nothing was written."""
        return folder_state(self.top)


def folder_state(folder: Path) -> dict[str, str | bytes]:
    """What lies in a folder, by relative path: a file's mode and content, a link's target."""
    return {str(path.relative_to(folder)): _state(path) for path in sorted(folder.rglob("*"))}


def _state(path: Path) -> str | bytes:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    mode = f"{path.stat().st_mode:o}"
    return mode if path.is_dir() else mode.encode() + b"\n" + path.read_bytes()


def _git(
    args: tuple[str, ...],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    ok: tuple[int, ...] = (0,),
) -> str:
    completed = subprocess.run(
        ("git", *args),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin.encode(),
        capture_output=True,
        timeout=SECONDS,
    )
    assert completed.returncode in ok, os.fsdecode(completed.stdout + completed.stderr)
    return os.fsdecode(completed.stdout)
