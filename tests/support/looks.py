"""A server that plays what a revision's statements do, as the probe would tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from alembic_proof.locks.blocking import Blocking, blocking
from alembic_proof.locks.observed import read

NAMES = ("account", "order", "event", "event_1", "other.role", "richest")
KINDS = {"event": "p", "richest": "m"}
PARENTS = {"event_1": "event"}


def oid(name: str) -> int:
    return 20000 + NAMES.index(name)


def index_of(name: str) -> int:
    return oid(name) + 100


@dataclass
class Server:
    """One connection, with the tables of NAMES, each with an index. Every statement adds what is seen after it."""

    transaction: int = 1
    lock_timeout: str = "0"
    messages: list[dict[str, Any]] = field(default_factory=list)
    _held: dict[int, set[str]] = field(default_factory=dict)
    _nodes: dict[int, int] = field(default_factory=dict)
    _scans: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._see(None, None, everything=True)

    def run(
        self,
        sql: str | None,
        line: int | None = None,
        *,
        locks: dict[str | int, str] | None = None,
        scans: tuple[str, ...] = (),
        rewrites: tuple[str, ...] = (),
    ) -> Server:
        """A statement in a transaction that goes on, which takes locks, scans tables and writes some anew."""
        self._do(locks or {}, scans, rewrites)
        self._see(sql, line)
        return self

    def run_alone(
        self,
        sql: str,
        line: int | None = None,
        *,
        scans: tuple[str, ...] = (),
        rewrites: tuple[str, ...] = (),
    ) -> Server:
        """A statement that is a transaction of its own, as in an `autocommit_block`."""
        self._do({}, scans, rewrites)
        self.commit()
        self._see(sql, line, everything=True)
        return self

    def commit(self) -> Server:
        self.transaction += 1
        self._held.clear()
        return self

    def judged(self, small: tuple[str, ...] = ()) -> Blocking:
        return blocking(read(self.messages, small))

    def _do(self, locks: dict[str | int, str], scans: tuple[str, ...], rewrites: tuple[str, ...]) -> None:
        for name, mode in locks.items():
            self._held.setdefault(name if isinstance(name, int) else oid(name), set()).add(f"{mode}Lock")
        for name in (*scans, *rewrites):
            self._held.setdefault(oid(name), set()).add("AccessShareLock")
            self._scans[oid(name)] = self._scans.get(oid(name), 0) + 1
        for name in rewrites:
            self._nodes[oid(name)] = self._nodes.get(oid(name), oid(name)) + 1000

    def _see(self, sql: str | None, line: int | None, *, everything: bool = False) -> None:
        fresh = not self.messages or self.messages[-1]["seen"]["transaction"] != str(self.transaction)
        seen = {
            "transaction": str(self.transaction),
            "lock_timeout": self.lock_timeout,
            "held": [
                [one, mode, *self._state(one)] for one, modes in self._held.items() for mode in sorted(modes)
            ],
            "relations": self._relations() if everything or fresh else None,
        }
        self.messages.append({"sql": sql, "parameters": False, "line": line, "seen": seen})

    def _relations(self) -> list[list[Any]]:
        found = []
        for full in NAMES:
            schema, _, name = full.rpartition(".")
            parent = oid(PARENTS[full]) if full in PARENTS else None
            kind = KINDS.get(full, "r")
            found.append([oid(full), kind, schema or "public", name, None, parent, *self._state(oid(full))])
            found.append([index_of(full), "i", schema or "public", f"{name}_key", oid(full), None, 1, 0])
        return found

    def _state(self, relation: int) -> tuple[int, int]:
        return self._nodes.get(relation, relation), self._scans.get(relation, 0)
