"""One PostgreSQL server and one database for all of a process's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Databases, open_session
from support import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.databases import Database


@pytest.fixture(scope="session")
def _kept() -> Iterator[Database]:
    with servers.open_folder() as folder, Databases(None, folder) as databases:
        yield databases.create("postgresql")


@pytest.fixture
def database(_kept: Database) -> Database:
    """Empty."""
    with open_session(_kept) as session:
        session.run("DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return _kept
