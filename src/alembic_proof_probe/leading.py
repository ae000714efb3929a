"""Hands out one throwaway database for each database that the project names, and knows which ones it gave."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from alembic_proof_probe.channel import Channel

# libpq takes what a call leaves out from these, and a host address from here beats the host of the call.
LIBPQ_DETOURS = (
    "PGCHANNELBINDING",
    "PGGSSENCMODE",
    "PGHOSTADDR",
    "PGLOADBALANCEHOSTS",
    "PGREQUIREAUTH",
    "PGREQUIREPEER",
    "PGREQUIRESSL",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSSLMODE",
    "PGSSLNEGOTIATION",
    "PGTARGETSESSIONATTRS",
)


class Refused(ConnectionRefusedError):
    """A connection to `target` that cannot be led to a throwaway database."""

    def __init__(self, target: str) -> None:
        super().__init__(f"alembic-proof lets no connection through to {target}")
        self.target = target


class NoDatabase(Exception):
    """The tool has no throwaway database of that dialect; it knows why."""


class Broker:
    """One throwaway database for each distinct (dialect, host, port, name) that the project connects to.

    `refused` collects what was turned away, for the report.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = threading.RLock()
        self._given: dict[tuple[str, ...], dict[str, Any]] = {}
        self.generation = 0
        self.refused: list[str] = []

    def database(self, dialect: str, *identity: str, role: Optional[str] = None) -> dict[str, Any]:
        """The throwaway database that stands for `identity`; asks the tool for one the first time."""
        for name in LIBPQ_DETOURS:
            os.environ.pop(name, None)
        with self._lock:
            for database in self._given.values():
                if database["dialect"] == dialect and _names(database, identity):
                    return database
            key = (dialect, *identity)
            if key not in self._given:
                self.adopt(key, self._asked(ask="database", dialect=dialect, role=role, identity=identity))
            return self._given[key]

    def adopt(self, key: tuple[str, ...], database: dict[str, Any]) -> None:
        self._given[key] = database

    def all(self) -> list[dict[str, Any]]:
        return list(self._given.values())

    def by_name(self, name: str) -> Optional[dict[str, Any]]:
        """The throwaway database that calls itself `name` (SQLite: whose file that is), or None."""
        for database in self._given.values():
            if name == database["name"] or (database["path"] and os.path.realpath(name) == database["path"]):
                return database
        return None

    def recreate(self, database: dict[str, Any]) -> None:
        """Make a throwaway database empty again. Connections to it from before are stale."""
        self._asked(ask="recreate", name=database["name"])
        database["template"] = None
        self.forget_connections()

    def forget_connections(self) -> None:
        """Have pools connect anew: the tool ends connections to a database that it copies."""
        self.generation += 1

    def prepare(self, database: dict[str, Any]) -> None:
        """Have the settings' starting schema put into a throwaway database."""
        self._asked(ask="prepare", name=database["name"])

    def refuse(self, target: str) -> Refused:
        self.refused.append(target)
        return Refused(target)

    def _asked(self, **question: Any) -> dict[str, Any]:
        answer = self._channel.ask(**question)
        if "error" in answer:
            raise NoDatabase(answer["error"])
        return answer


def _names(database: dict[str, Any], identity: tuple[str, ...]) -> bool:
    """Whether an identity is that of a throwaway database itself: a connection that was led already."""
    if database["dialect"] == "sqlite":
        return bool(identity[0] == database["path"])
    return bool(identity[-1] == database["name"])  # nobody else has such a name
