"""The connections that this program makes itself lead where their call says, whatever the variables say."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import connection as Connection  # noqa: N812

# libpq lets an address or a service from here beat the host of the call (manual: Environment Variables).
_DETOURS = (
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGTARGETSESSIONATTRS",
    "PGREQUIREPEER",
    "PGLOADBALANCEHOSTS",
)
_lock = threading.Lock()


def connect(**parameters: Any) -> Connection:
    """Connect as `psycopg2.connect` does. Raises what it raises."""
    with _lock, _without_detours():
        connection: Connection = psycopg2.connect(**parameters)
        return connection


@contextmanager
def _without_detours() -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in _DETOURS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
