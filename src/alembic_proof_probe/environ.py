"""Which environment variables the project asked for and did not get, and which that answers must not depend on."""

from __future__ import annotations

import os
import sys
from typing import Any, ClassVar

# Libraries that read variables on the project's behalf.
READERS = (
    "decouple",
    "dynaconf",
    "environ",
    "environs",
    "starlette",
    "prettyconf",
    "envparse",
)


class _WatchedEnviron(os._Environ):  # type: ignore[type-arg]
    """`os.environ`, remembering the names that were asked for in vain.

    What lies `aside` is had by name alone: it is not among all variables, nor in what programs inherit.
    """

    tree = ""
    unset: ClassVar[dict[str, None]] = {}
    aside: ClassVar[dict[str, str]] = {}
    read: ClassVar[dict[str, None]] = {}

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            if key in self.aside:
                self.read[key] = None
                return self.aside[key]
            if isinstance(key, str) and _asked_by_project(self.tree):
                self.unset[key] = None
            raise

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self.aside.pop(key, None)

    def __delitem__(self, key: Any) -> None:
        if key in self.aside:
            self.read[key] = None
            del self.aside[key]
        else:
            super().__delitem__(key)


def _asked_by_project(tree: str) -> bool:
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in (
        "os",
        "_collections_abc",
        "collections.abc",
    ):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return False
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return package in READERS or frame.f_code.co_filename.startswith(tree + os.sep)


def watch(tree: str, aside: dict[str, str]) -> None:
    _WatchedEnviron.tree = tree
    _WatchedEnviron.aside.update(aside)
    os.environ.__class__ = _WatchedEnviron


def read_aside() -> list[str]:
    """The names of what lay aside and was asked for all the same."""
    return list(_WatchedEnviron.read)


def unset_names() -> list[str]:
    """The names that are still unset, in the order of the first question."""
    return [name for name in _WatchedEnviron.unset if name not in os.environ]
