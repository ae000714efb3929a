"""What a database's catalogs say at a moment, read on the project's own connection, and the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from alembic_proof_probe import databases
from alembic_proof_probe.incremental import Incremental

if TYPE_CHECKING:
    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.leading import Broker

Rows = list[list[Any]]

_LOCAL = "SELECT current_setting('search_path'), current_setting('role'), current_setting('lock_timeout')"
_SET_LOCAL = """
SELECT set_config('search_path', :path, true), set_config('role', :role, true),
       set_config('lock_timeout', :timeout, true)"""


_BEGUN = "SELECT transaction_timestamp()::text"
# What a transaction gives back, but for what it took from a sequence.
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences"""


class Spoiled(Exception):
    """A database is in a state from which there is no way back: it has to be made anew."""


class State:
    """The rows of each catalog query, or those of one table in it; their order says nothing."""

    def __init__(self, parts: dict[tuple[str, int], Rows], queries: list[str]) -> None:
        self.parts = parts
        self._queries = queries

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        if self.parts == other.parts:
            return True
        keys = {key for key in (*self.parts, *other.parts) if self.parts.get(key) != other.parts.get(key)}
        return self._of(keys) == other._of(keys)

    __hash__ = None  # type: ignore[assignment]

    def _of(self, keys: set[tuple[str, int]]) -> list[tuple[str, str]]:
        return sorted((query, repr(row)) for query, of in keys for row in self.parts.get((query, of), ()))

    def message(self) -> dict[str, Rows]:
        rows: dict[str, Rows] = {query: [] for query in self._queries}
        for (query, _), found in self.parts.items():
            rows[query].extend(found)
        return rows


class Place:
    """One connection of the project's to one throwaway database.

    `queries` say which rows a state is made of; without any the tool is to be asked for it, which sees what is
    committed.
    """

    def __init__(self, connection: Any, channel: Channel, name: str, queries: dict[str, Any]) -> None:
        self.connection = connection
        self.family = databases.family(connection)
        self._channel = channel
        self.name = name
        self._queries: list[str] = queries["queries"]
        of_tables = queries["of_tables"]
        self._incremental = Incremental(self._rows, self._queries, of_tables) if of_tables else None
        self._local: list[Any] = []  # what env.py set for its transaction alone
        self._counted: Rows = []  # the sequences at the mark
        self._marked: Rows = []  # the transaction that began there

    def state(self) -> State:
        """The rows of all catalog queries."""
        if self._incremental is not None:
            return State(self._incremental.read(), self._queries)
        rows: dict[str, Rows]
        if self._queries:
            rows = {query: self._rows(query) for query in self._queries}
        else:
            rows = self._channel.ask(ask="state", database=self.name)["state"]
        return State({(query, 0): sorted(found, key=repr) for query, found in rows.items()}, list(rows))

    def changes(self, before: State, after: State) -> list[dict[str, Any]]:
        """What differs between two states in more than its spelling."""
        if before == after:
            return []
        told = {"before": before.message(), "after": after.message()}
        changes: list[dict[str, Any]] = self._channel.ask(ask="changes", database=self.name, **told)[
            "changes"
        ]
        return changes

    def commit(self) -> None:
        """End the transaction, and so its locks. What env.py set for the transaction alone is set again."""
        if self.family != "postgresql":
            self._driver().commit()
            return
        assert self._incremental is not None
        (self._local,) = self._rows(_LOCAL)
        self._incremental.before_commit()
        self._driver().commit()
        self._set_local()
        self._incremental.after_commit()

    def _set_local(self) -> None:
        if self._rows(_LOCAL) != [self._local]:
            from sqlalchemy import text

            path, role, timeout = self._local
            self.connection.execute(text(_SET_LOCAL), {"path": path, "role": role, "timeout": timeout})

    def mark(self) -> None:
        """End the transaction at a moment that `undo` may be asked to lead back to."""
        self.commit()
        if self.family == "sqlite":
            self._channel.ask(ask="save", database=self.name)
        elif self.family == "postgresql":
            self._counted, self._marked = self._rows(_SEQUENCES), self._rows(_BEGUN)

    def hold(self) -> None:
        """Remember the state that was read since the mark, before anything is done."""
        if self._incremental is not None:
            self._incremental.hold()

    def undo(self, state: State) -> bool:
        """Undo all that was done since the mark, or not all of it; whether that led to `state`."""
        if self.family == "mysql":
            return False
        if self._incremental is None:
            self._driver().rollback()
            self._channel.ask(ask="restore", database=self.name)
            return not self.changes(state, self.state())
        is_same = self._rows(_BEGUN) == self._marked
        self._driver().rollback()
        self._set_local()
        self._marked = self._rows(_BEGUN)  # whatever comes may be undone as well
        self._count_back()
        if is_same:  # nobody committed in between, so that all is undone
            self._incremental.again()
        return is_same

    def _count_back(self) -> None:
        now = self._rows(_SEQUENCES)
        for name, value, called in self._counted:
            if [name, value, called] not in now and any(name == one for one, *_ in now):
                escaped = name.replace("'", "''")
                self._rows(f"SELECT setval('{escaped}'::regclass, {value}, {called})")

    def back_to(self, state: State) -> None:
        """Undo what was done since the last commit. Raises `Spoiled` where that does not lead to `state`."""
        self._driver().rollback()
        if self._incremental is not None:
            self._incremental.forget()
        if self.changes(state, self.state()):
            raise Spoiled

    def _driver(self) -> Any:
        """The driver's connection: SQLAlchemy's own transaction goes on, as one of the server's begins anew."""
        return self.connection.connection

    def _rows(self, query: str) -> Rows:
        result = self.connection.exec_driver_sql(query, execution_options={"no_parameters": True})
        return [[*row] for row in result] if result.returns_rows else []


class Places:
    """The place of each connection; asks the tool for a database's catalog queries the first time."""

    def __init__(self, channel: Channel, broker: Broker) -> None:
        self._channel = channel
        self._broker = broker
        self._queries: dict[str, dict[str, Any]] = {}
        self._last: Optional[Place] = None

    def of(self, connection: Any) -> Place:
        if self._last is None or self._last.connection is not connection:
            name = databases.led_database(self._broker, connection)["name"]
            if name not in self._queries:
                self._queries[name] = self._channel.ask(ask="queries", database=name)
            self._last = Place(connection, self._channel, name, self._queries[name])
        return self._last
