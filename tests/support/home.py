"""Tells when a test writes to the real home of whoever runs it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.truncate",
    "sqlite3.connect",
}
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class HomeGuard:
    """Notes what this process writes below `homes`, but for what lies below `allowed`.

    The checkout and the virtual environment may themselves lie in somebody's home.
    """

    def __init__(self, homes: set[Path], allowed: set[Path]) -> None:
        self._homes = tuple(f"{home.resolve()}{os.sep}" for home in homes if home.resolve() != Path("/"))
        self._allowed = tuple(f"{folder.resolve()}{os.sep}" for folder in allowed)
        self._touched: set[str] | None = None
        sys.addaudithook(self._audit)  # for good: an audit hook cannot be taken away

    @contextmanager
    def watching(self) -> Iterator[set[str]]:
        self._touched = touched = set()
        try:
            yield touched
        finally:
            self._touched = None

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._touched is None:
            return
        writes = event in _WRITES or (event == "open" and _opens_to_write(arguments))
        if writes and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(self._homes) and not path.startswith(self._allowed):
                self._touched.add(path)


def _opens_to_write(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITE_FLAGS)
