"""What is judged: a set of files, wherever they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from alembic_proof.git.entries import Entry


class Tree(Protocol):
    """The files of the index, a commit, a merge or the working tree, by paths from the top, with `/`."""

    @property
    def description(self) -> str:
        """What it is, to go into a sentence: "the index", "commit 1a2b3c4"."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how it came to be, a line each."""

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths at which a merge conflicts; their files hold what Git makes of them, markers and all."""

    @property
    def sides(self) -> tuple[Tree, Tree] | None:
        """Of a merge: ours and theirs."""

    def paths(self) -> tuple[str, ...]:
        """Regular files and symbolic links, sorted. What submodules hold is not among them."""

    def real_path(self, path: str) -> str | None:
        """The path with its symbolic links followed, or None where they loop or lead out of the tree."""

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """What the files hold, all in one go, symbolic links followed.

        As Git stores it (before any filter), or as it lies on disk for the working tree. A path that leads
        to no file of the tree is not in the answer.
        """

    def object_id(self, path: str) -> str | None:
        """The id of a regular file's blob; None where the path names no regular file of the tree."""

    def pointers(self) -> tuple[Entry, ...]:
        """Symbolic links and submodules, with what each of them points to."""

    def identity(self) -> str:
        """A hash of every path, mode and content: equal for equal trees of one kind, and never for others."""

    def write_to(self, folder: Path) -> tuple[str, ...]:
        """Write the files as a checkout would, with filters, line endings, modes and links.

        Submodules come along at the commits that are recorded, where they are checked out. The answer is one
        line for each that is not: its folder is left empty.
        """
