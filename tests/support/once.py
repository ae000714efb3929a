"""What is costly to make and is made once, whichever of pytest's workers comes first."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.servers import open_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

_CACHE = "TESTS_PROOF_CACHE"


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make` the first time that any worker asks for it."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = root / name, root / f"{name}.done"
    with Path(root, f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@contextmanager
def shared_cache() -> Iterator[None]:
    """A cache folder for alembic-proof that this run's workers share, so that few make a server."""
    if _CACHE in os.environ:  # a worker has it of the process that started it
        yield
        return
    with open_folder() as folder:
        os.environ[_CACHE] = str(folder)
        try:
            yield
        finally:
            del os.environ[_CACHE]


def proof_cache() -> Path:
    return Path(os.environ[_CACHE])
