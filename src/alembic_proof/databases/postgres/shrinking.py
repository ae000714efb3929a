"""Makes a slot smaller, which only a server on it can do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alembic_proof.databases.postgres import programs
from alembic_proof.databases.postgres.cluster import OwnCluster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from alembic_proof.databases.postgres.programs import Programs


def shrink(folder: Path, cache: Path, by: int, environ: Mapping[str, str] = os.environ) -> None:
    """Drop the least used of a slot's kept databases until they take less by so many bytes.

    Nothing is done where the programs that made the slot are gone. Raises `DatabaseError`.
    """
    identity, _, number = folder.name.rpartition("-")
    made_by = _of_identity(identity, environ)
    if made_by is None:
        return
    cluster = OwnCluster(made_by, cache, 60.0, int(number))
    try:
        if cluster.folder == folder:
            cluster.shrink(by)
    finally:
        cluster.close()


def _of_identity(identity: str, environ: Mapping[str, str]) -> Programs | None:
    found = (find() for find in (programs.embedded, lambda: programs.local(environ)))
    return next((one for one in found if one is not None and one.identity == identity), None)
