"""Which of the `GIT_*` variables that a hook inherits may reach Git."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# As pre-commit's `no_git_env`: what says how to reach a server or which configuration to read is the user's;
# what says which repository, index or objects to use belongs to whoever started us, perhaps of another one.
_KEPT = frozenset(
    {
        "GIT_ALLOW_PROTOCOL",
        "GIT_ASKPASS",
        "GIT_ATTR_NOSYSTEM",
        "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
        "GIT_NO_LAZY_FETCH",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
    }
)
_KEPT_PREFIXES = ("GIT_CONFIG_", "GIT_HTTP_", "GIT_LFS_", "GIT_SSL_")


def without_repository(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables that would lead Git to another repository, index or object."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }


def index_to_obey(value: str | None, top: Path, git_dir: Path) -> Path | None:
    """The index that `GIT_INDEX_FILE` names, unless it is another repository's.

    `git commit -a` and `git commit FILE` make the commit from an index of their own and name it to the hooks,
    from the top of the working tree. A superproject's hook may call us in a submodule with its own index.
    """
    if not value:
        return None
    path = Path(os.path.realpath(top / value))
    if not path.is_file():
        return None
    owner = next((folder for folder in path.parents if _is_git_dir(folder)), git_dir)
    return path if owner == git_dir else None


def _is_git_dir(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and ((folder / "objects").is_dir() or (folder / "commondir").is_file())
