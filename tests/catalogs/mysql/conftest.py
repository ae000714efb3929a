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
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with (
        servers.mariadb() as server,
        Databases(server.url(), tmp_path_factory.mktemp("cache")) as databases,
    ):
        yield make_pair(databases, "mysql")
