"""Imports what every project needs while the tool still prepares the job: SQLAlchemy with its dialect, and Alembic.

No driver: those are changed as they are imported, and one that is there already has given its functions away.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sysconfig

_ALWAYS = ("sqlalchemy.orm", "alembic.command", "alembic.config")
_DIALECTS = "sqlalchemy.dialects."


def preload(dialects: list[str]) -> None:
    """Import from the interpreter's own packages alone; what fails here fails again where it can be told."""
    for name in (*_ALWAYS, *(one for one in dialects if one.startswith(_DIALECTS))):
        if _is_installed(name.partition(".")[0]):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def used_dialects(modules: dict[str, object]) -> list[str]:
    """What to preload the next time, from the modules of this run."""
    return sorted(name for name in modules if name.startswith(_DIALECTS))


def _is_installed(name: str) -> bool:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return False
    paths = sysconfig.get_paths()
    folders = [os.path.join(paths[one], "") for one in ("purelib", "platlib", "stdlib")]
    return spec.origin.startswith(tuple(folders))
