"""One cache for all runs, so that few make a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.once import proof_cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = proof_cache()
    monkeypatch.setenv("ALEMBIC_PROOF_CACHE", str(folder))
    return folder
