"""Puts the scripts of `hooks/` where Git looks for them, and takes them away again."""

from __future__ import annotations

import os
import shlex
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.git.repository import Repository

STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "post-merge")

_MARK = "# Runs alembic-proof as the Git hook that this file is named after."
_UNFILLED = "installed_by=''"


def install(repository: Repository, stages: Sequence[str] = STAGES) -> tuple[str, ...]:
    """Write the hook of each stage; one line for each says what was done.

    A hook that was there before is kept beside it and runs first. Doing this again changes nothing.
    Raises `UsageError` where Git looks in a folder that other repositories use as well.
    """
    folder = _hooks_folder(repository)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stage in stages:
            _refuse_a_third(folder / stage)
        return tuple(_install_one(folder / stage, _script(stage, repository, folder)) for stage in stages)
    except OSError as error:
        raise _unwritable(error) from error


def uninstall(repository: Repository, stages: Sequence[str] = STAGES) -> tuple[str, ...]:
    """Remove the hook of each stage, and put back the one that was there before; one line for each."""
    folder = _hooks_folder(repository)
    try:
        return tuple(_uninstall_one(folder / stage) for stage in stages)
    except OSError as error:
        raise _unwritable(error) from error


def _install_one(hook: Path, script: str) -> str:
    if _is_ours(hook):
        if hook.read_text() == script:
            return f"{hook}: already installed"
        _write(hook, script)
        return f"{hook}: updated"
    if not _exists(hook):
        _write(hook, script)
        return f"{hook}: installed"
    earlier = _earlier(hook)
    hook.rename(earlier)
    _write(hook, script)
    return f"{hook}: installed; the hook that was there is now {earlier.name} and runs first"


def _refuse_a_third(hook: Path) -> None:
    earlier = _earlier(hook)
    if _exists(hook) and _exists(earlier) and not _is_ours(hook):
        raise UsageError(
            f"{hook} is not alembic-proof's, and an earlier hook is already kept in {earlier.name}",
            f"keep one of the two: remove {earlier}, or call it from {hook.name} and remove it",
        )


def _uninstall_one(hook: Path) -> str:
    if not _is_ours(hook):
        return f"{hook}: not alembic-proof's, left as it is" if _exists(hook) else f"{hook}: not installed"
    hook.unlink()
    earlier = _earlier(hook)
    if not _exists(earlier):
        return f"{hook}: removed"
    earlier.rename(hook)
    return f"{hook}: removed; the hook that was there before is back"


def _hooks_folder(repository: Repository) -> Path:
    scope, named = _hooks_path(repository)
    if scope in ("global", "system"):
        own = shlex.quote(str(_own_folder(repository)))
        raise UsageError(
            f"core.hooksPath names {named} for all your repositories, so a hook there would run in each",
            f"give this repository a folder of its own: git config core.hooksPath {own}",
        )
    # Relative to the top, where Git itself is when it runs a hook.
    return repository.top / named if named else _own_folder(repository)


def _hooks_path(repository: Repository) -> tuple[str, str]:
    """The scope and the value of `core.hooksPath`, both empty where nobody has set it."""
    question = ("config", "--type=path", "--show-scope", "-z", "--get-all", "core.hooksPath")
    words = os.fsdecode(repository.git(*question, ok=(0, 1))).split("\0")[:-1]
    # Git is asked with a core.hooksPath of our own on its command line.
    settings = [pair for pair in zip(words[::2], words[1::2], strict=True) if pair[0] != "command"]
    return settings[-1] if settings else ("", "")


def _own_folder(repository: Repository) -> Path:
    common = repository.git("rev-parse", "--git-common-dir").removesuffix(b"\n")
    return repository.top / os.fsdecode(common) / "hooks"


def _script(stage: str, repository: Repository, folder: Path) -> str:
    shipped = Path(__file__).parents[1] / "hooks"
    checkout = Path(__file__).parents[3] / "hooks"
    script = ((shipped if shipped.is_dir() else checkout) / stage).read_text()
    return script.replace(_UNFILLED, f"installed_by={_installed_by(repository, folder)}", 1)


def _installed_by(repository: Repository, folder: Path) -> str:
    # A folder outside .git may be committed, and one person's path says nothing on another's machine.
    if folder.is_relative_to(repository.top) and not folder.is_relative_to(repository.git_dir):
        return "''"
    return shlex.quote(str(Path(sysconfig.get_path("scripts"), "alembic-proof")))


def _is_ours(hook: Path) -> bool:
    return hook.is_file() and _MARK in hook.read_text(errors="replace")


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _earlier(hook: Path) -> Path:
    return hook.with_name(f"{hook.name}.before-alembic-proof")


def _write(hook: Path, script: str) -> None:
    hook.unlink(missing_ok=True)  # it may be a link to a file that others use
    hook.write_text(script)
    hook.chmod(0o755)


def _unwritable(error: OSError) -> UsageError:
    return UsageError(
        f"Git's hooks cannot be changed: {error.strerror}: {error.filename}",
        "make the folder writable for you, or name another one: git config core.hooksPath FOLDER",
    )
