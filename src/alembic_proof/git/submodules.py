"""Submodules, written along with the tree that records them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alembic_proof.git.repository import Repository
    from alembic_proof.git.tree import Tree


def write_submodule(
    repo: Repository, path: str, folder: Path, tree_of: Callable[[Repository], Tree]
) -> Iterator[str]:
    """Write the tree of the submodule at `path` to `folder`; yield a line for each one left empty."""
    folder.mkdir(parents=True, exist_ok=True)
    submodule = repo.submodule(path)
    if submodule is None:
        yield f"the submodule {path} is left empty: not checked out (git submodule update --init {path})"
        return
    try:
        tree = tree_of(submodule)
    except GitError as error:
        yield f"the submodule {path} is left empty: {error.message}"
        return
    yield from (f"in the submodule {path}: {note}" for note in tree.write_to(folder))
