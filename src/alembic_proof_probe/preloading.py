"""Imports what every project needs while the tool still prepares the job: SQLAlchemy, Alembic, and the driver."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sysconfig

_ALWAYS = ("sqlalchemy.orm", "alembic.command", "alembic.config")
_DRIVERS = ("psycopg2", "psycopg", "asyncpg", "pg8000", "pymysql", "sqlite3")


def preload(drivers: list[str]) -> None:
    """Import from the interpreter's own packages alone; what fails here fails again where it can be told."""
    for name in (*_ALWAYS, *drivers):
        if _is_installed(name.partition(".")[0]):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def used_drivers(modules: dict[str, object]) -> list[str]:
    """What to preload the next time, from the modules of this run."""
    dialects = [
        name
        for name in modules
        if name.startswith("sqlalchemy.dialects.") and name.rpartition(".")[2] in (*_DRIVERS, "pysqlite")
    ]
    return sorted([*(name for name in _DRIVERS if name in modules), *dialects])


def _is_installed(name: str) -> bool:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return False
    paths = sysconfig.get_paths()
    folders = [os.path.join(paths[one], "") for one in ("purelib", "platlib", "stdlib")]
    return spec.origin.startswith(tuple(folders))
