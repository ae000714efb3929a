"""Servers are made once for each test process: a cluster costs half a second, a database a twentieth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    with servers.open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def tcp_server() -> Iterator[servers.TcpServer]:
    with servers.tcp_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def maria_server() -> Iterator[servers.MariaServer]:
    with servers.mariadb() as server:
        yield server
