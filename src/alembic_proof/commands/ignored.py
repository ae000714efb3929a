"""What Git ignores and a project needs to start: no commit could hold it, so it is put beside the judged tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from alembic_proof.git import Tree

# Files that programs read when they start: settings, generated modules, what an installer leaves.
KEPT_SUFFIXES = (".py", ".pyi", ".so", ".env", ".toml", ".ini", ".cfg", ".json", ".yaml", ".yml", ".flaskenv")
KEPT_SIZE = 2**20  # bytes
_METADATA = (".egg-info/", ".dist-info/")


def put_beside(top: Path, tree: Tree, ignored: Iterable[str]) -> tuple[str, ...]:
    """Of the paths that Git ignores, those that go with the tree; a folder ends in `/` and goes whole."""
    paths = tree.paths()
    taken = set(paths)
    folders = {path.rpartition("/")[0] for path in taken}
    return tuple(
        path
        for path in ignored
        if path.rstrip("/") not in taken
        and _is_among(path.rstrip("/").rpartition("/")[0], folders)
        and (path.endswith(_METADATA) or _is_kept(top / path))
    )


def _is_among(folder: str, folders: set[str]) -> bool:
    """Whether it is one of the folders, or holds one."""
    return not folder or folder in folders or any(one.startswith(f"{folder}/") for one in folders)


def _is_kept(path: Path) -> bool:
    named = path.name.endswith(KEPT_SUFFIXES) or path.name.startswith(".env")
    return named and path.is_file() and path.stat().st_size <= KEPT_SIZE
