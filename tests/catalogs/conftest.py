"""One server and one pair of databases for all of a process's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Databases
from support import servers
from support.schemas import Pair, make_pair

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def pair() -> Iterator[Pair]:
    with servers.open_folder() as folder, Databases(None, folder) as databases:
        yield make_pair(databases)
