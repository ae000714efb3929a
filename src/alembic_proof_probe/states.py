"""What a database's catalogs say at a moment, read on the project's own connection, and the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof_probe import databases

if TYPE_CHECKING:
    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.leading import Broker

State = dict[str, list[list[Any]]]  # the rows of each query

_LOCAL = "SELECT current_setting('search_path'), current_setting('role')"
_SET_LOCAL = "SELECT set_config('search_path', :path, true), set_config('role', :role, true)"


# What a transaction gives back, but for what it took from a sequence.
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences"""


class Spoiled(Exception):
    """A database is in a state from which there is no way back: it has to be made anew."""


class Place:
    """One connection of the project's to one throwaway database.

    `queries` say which rows a state is made of; without any the tool is to be asked for it, which sees what is
    committed.
    """

    def __init__(self, connection: Any, channel: Channel, name: str, queries: list[str]) -> None:
        self.connection = connection
        self.family = databases.family(connection)
        self._channel = channel
        self.name = name
        self._queries = queries
        self._local: Any = None  # what env.py set for its transaction alone
        self._counted: set[tuple[Any, ...]] = set()

    def state(self) -> State:
        """The rows of all catalog queries, in an order that does not depend on which object was made first."""
        if self._queries:
            return {query: _sorted(self._rows(query)) for query in self._queries}
        state: State = self._channel.ask(ask="state", database=self.name)["state"]
        return {query: _sorted(rows) for query, rows in state.items()}

    def changes(self, before: State, after: State) -> list[dict[str, Any]]:
        """What differs between two states in more than its spelling."""
        if before == after:
            return []
        asked = self._channel.ask(ask="changes", database=self.name, before=before, after=after)
        changes: list[dict[str, Any]] = asked["changes"]
        return changes

    def commit(self) -> None:
        """End the transaction, and so its locks. What env.py set for the transaction alone is set again."""
        if self.family != "postgresql":
            self._driver().commit()
            return
        self._local = tuple(self.connection.exec_driver_sql(_LOCAL).fetchone())
        self._driver().commit()
        self._set_local()

    def _set_local(self) -> None:
        if tuple(self.connection.exec_driver_sql(_LOCAL).fetchone()) != self._local:
            from sqlalchemy import text

            path, role = self._local
            self.connection.execute(text(_SET_LOCAL), {"path": path, "role": role})

    def mark(self) -> None:
        """End the transaction at a moment that `undo` may be asked to lead back to."""
        self.commit()
        if self.family == "sqlite":
            self._channel.ask(ask="save", database=self.name)
        elif self.family == "postgresql":
            self._counted = self._sequences()

    def _sequences(self) -> set[tuple[Any, ...]]:
        return {tuple(row) for row in self._rows(_SEQUENCES)}

    def undo(self, state: State) -> bool:
        """Undo all that was done since the mark, or not all of it; whether that led to `state`."""
        if self.family == "mysql":
            return False
        self._driver().rollback()
        if self.family == "sqlite":
            self._channel.ask(ask="restore", database=self.name)
        else:
            self._set_local()
            self._count_back()
        return not self.changes(state, self.state())

    def _count_back(self) -> None:
        there = {name for name, *_ in self._sequences() - self._counted}
        for name, value, called in self._counted:
            if name in there:
                escaped = name.replace("'", "''")
                self._rows(f"SELECT setval('{escaped}'::regclass, {value}, {called})")

    def back_to(self, state: State) -> None:
        """Undo what was done since the last commit. Raises `Spoiled` where that does not lead to `state`."""
        self._driver().rollback()
        if self.changes(state, self.state()):
            raise Spoiled

    def _driver(self) -> Any:
        """The driver's connection: SQLAlchemy's own transaction goes on, as one of the server's begins anew."""
        return self.connection.connection

    def _rows(self, query: str) -> list[list[Any]]:
        result = self.connection.exec_driver_sql(query, execution_options={"no_parameters": True})
        return [[_text(value) for value in row] for row in result]


def _text(value: Any) -> Any:
    """asyncpg gives PostgreSQL's "char" as bytes."""
    return value.decode().rstrip("\0") if isinstance(value, bytes) else value


def _sorted(rows: list[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=repr)


class Places:
    """Knows the catalog queries of each throwaway database; asks the tool for them the first time."""

    def __init__(self, channel: Channel, broker: Broker) -> None:
        self._channel = channel
        self._broker = broker
        self._queries: dict[str, list[str]] = {}

    def of(self, connection: Any) -> Place:
        name = databases.led_database(self._broker, connection)["name"]
        if name not in self._queries:
            self._queries[name] = self._channel.ask(ask="queries", database=name)["queries"]
        return Place(connection, self._channel, name, self._queries[name])
