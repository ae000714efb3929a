"""One cache for the whole folder, so that few make a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_cache() -> Iterator[Path]:
    with servers.open_folder() as folder:
        yield folder


@pytest.fixture(autouse=True)
def cache(shared_cache: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALEMBIC_PROOF_CACHE", str(shared_cache))
    return shared_cache
