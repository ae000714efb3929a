"""Files that are to be edited and that hold work of somebody's which is nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.errors import UsageError
from alembic_proof.history.parent_tokens import NotEditableError, with_parents
from alembic_proof.history.revision_file import Revision, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.commands.writing import FileChange
    from alembic_proof.git import Repository


def refuse_dirty(repository: Repository, changes: Iterable[FileChange]) -> None:
    """Raises `UsageError` for a revision file with changes that are not staged, or staged over a committed one.

    A file that Git does not know yet, or that is new in the index, is as it should be before a commit; so is one of
    which nothing but the parents was changed.
    """
    edited = [change for change in changes if change.before is not None]
    if not edited:
        return
    unstaged, staged = set(repository.unstaged_paths()), set(repository.staged_paths())
    for change in edited:
        path, before = change.path, change.before or b""
        index = _content(repository, f":0:{path}") if path in unstaged | staged else None
        if path in unstaged and not _alike(path, index, before):
            raise _dirty(path, "not staged", "commit, stage or stash them")
        committed = _content(repository, f"HEAD:{path}") if path in staged else None
        if committed is not None and index is not None and not _alike(path, committed, index):
            raise _dirty(path, "staged and not committed", "commit or stash them")


def _dirty(path: str, how: str, what: str) -> UsageError:
    return UsageError(
        f"{path} has changes that are {how}",
        f"{what} first, so that they are not mixed up with what is fixed; nothing was written",
    )


def _content(repository: Repository, name: str) -> bytes | None:
    found = repository.run("cat-file", "blob", name)
    return found.stdout if found.status == 0 else None


def _alike(path: str, one: bytes | None, other: bytes) -> bool:
    """Whether two texts differ in nothing but their parents and line ends."""
    if one is None:
        return False
    texts = [_without_parents(path, text.replace(b"\r\n", b"\n")) for text in (one, other)]
    return texts[0] == texts[1]


def _without_parents(path: str, source: bytes) -> bytes:
    known = parse(path, source)
    if not isinstance(known, Revision):
        return source
    try:
        return with_parents(path, source, ("-",))
    except NotEditableError:
        return source
