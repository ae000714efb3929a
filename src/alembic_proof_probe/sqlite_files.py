"""SQLite opens files itself, and ATTACH opens more of them: which of them the project's code may have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

ATTACH, OK, DENY = 24, 0, 1  # of sqlite3.h
FACTORY = 5  # the place of `factory` among the arguments of `sqlite3.connect`


def is_harmless(path: str) -> bool:
    """Whether SQLite keeps it in memory, or reads it and leaves no trace."""
    if not path.startswith("file:"):
        return path in ("", ":memory:")
    return "mode=memory" in path or path.startswith("file::memory:") or "immutable=1" in path


def watch_attach(broker: Broker, folder: str, module: Any) -> None:
    """Change `sqlite3.dbapi2` so that its connections attach no file but led ones, and those in `folder`."""
    plain, connect = module.Connection, module.connect

    def authorize(action: int, path: Optional[str], *_: Any) -> int:
        if action != ATTACH or (path is not None and _may_attach(broker, folder, path)):
            return OK
        broker.refuse(f"the SQLite file {path or 'that a parameter of ATTACH names'}")
        return DENY

    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        plain.__init__(self, *args, **kwargs)
        self.set_authorizer(authorize)

    def watched(*args: Any, **kwargs: Any) -> Any:
        if len(args) <= FACTORY:
            kwargs.setdefault("factory", module.Connection)
        return connect(*args, **kwargs)

    module.Connection = type("Connection", (plain,), {"__init__": initialise, "__module__": plain.__module__})
    module.connect = watched


def _may_attach(broker: Broker, folder: str, path: str) -> bool:
    inside = os.path.realpath(path).startswith(folder + os.sep) and not path.startswith("file:")
    return inside or is_harmless(path) or broker.by_name(path) is not None
