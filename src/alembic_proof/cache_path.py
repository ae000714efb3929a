"""Where the cache folder is. Apart from `cache`, so that looking it up imports nothing slow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "ALEMBIC_PROOF_CACHE"


def cache_path(environ: Mapping[str, str]) -> Path:
    """The folder that `ALEMBIC_PROOF_CACHE` names, else the user's own; it need not exist."""
    named = environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_cache_path("alembic-proof")
