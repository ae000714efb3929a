"""Changes of files as `git diff` shows them and `git apply` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.git.entries import Entry
from alembic_proof.git.objects import index_of
from alembic_proof.git.scratch import new_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.git.repository import Repository

_SHOWN = ("--patch", "--text", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color")
# The user's settings would leave out the prefixes, or have others, which `git apply` does not take.
_PLAIN = ("--src-prefix=a/", "--dst-prefix=b/", "--unified=3")


def patch(repo: Repository, changes: Iterable[tuple[str, bytes | None, bytes]]) -> bytes:
    """The changes as one patch. Each is a path from the top, what the file holds (None: nothing), and what it is to."""
    changes = tuple(changes)
    with new_objects(repo.git_dir) as env:
        before = [(path, old) for path, old, _ in changes if old is not None]
        after = [(path, new) for path, _, new in changes]
        trees = [_tree(repo, files, env) for files in (before, after)]
        return repo.git("diff-tree", *_SHOWN, *_PLAIN, *trees, env=env)


def _tree(repo: Repository, files: Iterable[tuple[str, bytes]], env: Mapping[str, str]) -> str:
    """A tree of these files, among the objects of `env`."""
    entries = [Entry(path, "100644", _blob(repo, content, env)) for path, content in files]
    with index_of(repo, entries) as index:
        return repo.git("write-tree", env={**env, **index}).decode().strip()


def _blob(repo: Repository, content: bytes, env: Mapping[str, str]) -> str:
    return repo.git("hash-object", "-w", "--no-filters", "--stdin", stdin=content, env=env).decode().strip()
