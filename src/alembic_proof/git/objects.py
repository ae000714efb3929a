"""Objects read from the repository, and new ones kept out of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.errors import GitError
from alembic_proof.git.entries import index_info
from alembic_proof.git.scratch import new_objects, scratch_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alembic_proof.git.entries import Entry
    from alembic_proof.git.repository import Repository


@dataclass(frozen=True)
class Objects:
    """Objects that the repository lacks: their files, by their path in an object folder.

    Held in memory, so that a tree is a plain value and nothing on disk has to outlive a call.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)

    @contextmanager
    def beside(self, repo: Repository) -> Iterator[Mapping[str, str]]:
        """Variables with which Git sees these objects as well as the repository's."""
        if not self.files:
            yield {}
            return
        with new_objects(repo.git_dir) as env:
            folder = Path(env["GIT_OBJECT_DIRECTORY"])
            for path, content in self.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            yield env

    @classmethod
    def made_in(cls, folder: Path) -> Objects:
        files = (path for path in folder.rglob("*") if path.is_file())
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


@contextmanager
def index_of(repo: Repository, entries: Iterable[Entry]) -> Iterator[Mapping[str, str]]:
    """Variables with which Git has an index of these entries, gone afterwards."""
    with scratch_folder() as folder:
        env = {"GIT_INDEX_FILE": str(folder / "index")}
        repo.git("update-index", "-z", "--index-info", stdin=index_info(entries), env=env)
        yield env


def read_blobs(repo: Repository, oids: Iterable[str], objects: Objects) -> dict[str, bytes]:
    """What the blobs hold, by their ids. Raises `GitError` if one is missing."""
    asked = "".join(f"{oid}\n" for oid in sorted(set(oids)))
    if not asked:
        return {}
    with objects.beside(repo) as env:
        return dict(parse_batch(repo.git("cat-file", "--batch", "--buffer", stdin=asked.encode(), env=env)))


def parse_batch(output: bytes) -> Iterator[tuple[str, bytes]]:
    """The ids and contents that `git cat-file --batch` prints."""
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        oid, *description = output[start:end].decode().split(" ")
        if len(description) != 2:
            raise GitError(f"the repository lacks object {oid}", "run `git fsck` to see what else it lacks")
        stop = end + 1 + int(description[1])
        yield oid, output[end + 1 : stop]
        start = stop + 1
