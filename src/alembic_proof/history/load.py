"""From a tree to the revision graph of one of its environments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.git.entries import LINK, SUBMODULE
from alembic_proof.git.stored import StoredTree
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.parsed import Parsed, parse_all, parse_new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from alembic_proof.environments import Environment
    from alembic_proof.git.tree import Tree

_REVISION_FILE = re.compile(r"(?!\.#|__init__).*\.py$")  # alembic.script.base._only_source_rev_file


def load_history(tree: Tree, environment: Environment, cache: Path | None = None) -> RevisionGraph:
    """Read and parse the environment's revision files. `cache` is a folder for what may be kept between runs.

    Raises whatever the tree raises when it is read.
    """
    return RevisionGraph.build(_parsed(tree, _real_paths(tree, environment), cache).values())


def load_history_beside(
    tree: Tree, environment: Environment, other: Tree, known: RevisionGraph, cache: Path | None = None
) -> RevisionGraph:
    """The same, and a file that another tree has too is taken from its graph: it is neither read nor parsed again.

    Raises whatever the trees raise when they are read.
    """
    paths = _real_paths(tree, environment)
    files: dict[str, Parsed] = {file.path: file for file in known.revisions}
    files |= {file.path: file for file in known.unreadable}
    same = {path for path in paths if path in files and other.object_id(path) == tree.object_id(path)}
    fresh = _parsed(tree, [path for path in paths if path not in same], cache)
    return RevisionGraph.build(files[path] if path in same else fresh.get(path) for path in paths)


def _real_paths(tree: Tree, environment: Environment) -> list[str]:
    linked = (tree.real_path(path) for path in revision_paths(tree.paths(), environment))
    return [path for path in linked if path is not None]


def _parsed(tree: Tree, paths: list[str], cache: Path | None) -> dict[str, Parsed]:
    if not paths:
        return {}
    if cache is not None and isinstance(tree, StoredTree):  # Git's digests spare the reading
        blobs = {path: blob for path, mode, blob in tree.entries if mode not in (LINK, SUBMODULE)}
        digests = {path: blobs[path] for path in paths if path in blobs}
        return dict(zip(digests, parse_new(digests, tree.read, cache), strict=True))
    contents = tree.read(paths)
    sources = {path: contents[path] for path in paths if path in contents}
    return dict(zip(sources, parse_all(sources, cache), strict=True))


def revision_paths(paths: Iterable[str], environment: Environment) -> tuple[str, ...]:
    """The files that Alembic would load as revisions, in its order: a folder's files, then those below."""
    paths = tuple(paths)
    found: dict[str, None] = {}
    for location in environment.version_locations:
        inside = [path for path in paths if _is_revision_of(path, location, recursive=environment.recursive)]
        found.update(dict.fromkeys(sorted(inside, key=_walking_order)))
    return tuple(found)


def _is_revision_of(path: str, location: str, *, recursive: bool) -> bool:
    prefix = f"{location}/" if location else ""
    if not path.startswith(prefix):
        return False
    folder, _, name = path[len(prefix) :].rpartition("/")
    if not _REVISION_FILE.match(name) or folder.endswith("__pycache__"):
        return False
    return recursive or not folder


def _walking_order(path: str) -> list[tuple[bool, str]]:
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]
