"""The dialects whose catalogs are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import mysql, postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.catalogs.base import Catalog

CATALOGS: Mapping[str, Catalog] = {"postgresql": postgresql, "sqlite": sqlite, "mysql": mysql}
