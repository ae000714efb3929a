"""A tree that lies in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alembic_proof.git.links import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class DictTree:
    """The part of `alembic_proof.git.tree.Tree` that is only read. `links` has targets by path."""

    files: Mapping[str, bytes]
    links: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, str], links: Mapping[str, str] | None = None) -> DictTree:
        return cls({path: text.encode() for path, text in files.items()}, links or {})

    @classmethod
    def of_folder(cls, folder: Path) -> DictTree:
        found = (path for path in folder.rglob("*") if path.is_file())
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in found})

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted({*self.files, *self.links}))

    def real_path(self, path: str) -> str | None:
        return follow(path, self.links)

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        reals = {path: self.real_path(path) for path in paths}
        return {path: self.files[real] for path, real in reals.items() if real in self.files}

    def write_to(self, folder: Path) -> None:
        for path, source in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(source)
