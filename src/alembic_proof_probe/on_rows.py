"""One revision on rows: the tool says what to run, what the revision does to it is told."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Callable, Optional

from alembic_proof_probe import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.states import Place, State

Step = Callable[[], None]
_HELD = "alembic_proof_rows"
_TRIED = "alembic_proof_try"


class Rows:
    """The rows of one revision's trial, in the transaction of `place`."""

    def __init__(self, place: Place, channel: Channel) -> None:
        self._place = place
        self._connection = place.connection
        self._channel = channel
        self._holds = place.family == "postgresql" and self._can_hold()

    def touched(self, before: State, after: State, ran: list[dict[str, Any]], versions: str) -> bool:
        """Whether a revision that did this touches tables that may hold rows."""
        done = self._have(
            "touched", before=before.message(), after=after.message(), statements=ran, versions=versions
        )
        return bool(done["tables"])

    def run(
        self, file: str, upgrade: Step, downgrade: Optional[Step], described: Callable[[BaseException], Any]
    ) -> dict[str, Any]:
        """Put rows in, apply the revision and undo it. The state is for the caller to undo."""
        told = self._have("fill")
        if not told["filled"]:
            return told
        with statements.watching(self._connection, file) as ran:
            error = self._failure(upgrade)
        if error is not None:
            told["failure"] = described(error)
            told["row"] = self._have("blame", failure=told["failure"])["row"]
            return told
        told["losses"] = self._have("look", state=self._place.state().message(), statements=ran)["losses"]
        error = self._failure(downgrade) if downgrade is not None else None
        if error is not None:
            told["downgrade_failure"] = described(error)
            told["downgrade_row"] = self._have("blame", failure=told["downgrade_failure"])["row"]
        return told

    def _failure(self, step: Step) -> Optional[Exception]:
        """What ended a step, all that waits for a commit looked at; undone where the server can."""
        self._hold(_HELD)
        try:
            step()
            if self._place.family == "postgresql":
                self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        except Exception as error:
            self._undo(_HELD)
            return error
        return None

    def _have(self, work: str, **question: Any) -> dict[str, Any]:
        answer = self._ask(begin=work, **question)
        while "done" not in answer:
            answer = self._ask(said=self._said(answer))
        done: dict[str, Any] = answer["done"]
        return done

    def _ask(self, **question: Any) -> dict[str, Any]:
        answer = self._channel.ask(ask="rows", database=self._place.name, **question)
        if "error" in answer:
            raise RuntimeError(answer["error"])  # which the tool has to say
        return answer

    def _said(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """What came of a query, a statement or a function of the project's that the tool wants to be run."""
        if "several" in wanted:
            return {"several": list(self._said_of_each(wanted["several"]))}
        self._hold(_TRIED)
        try:
            if "call" in wanted:
                _called(wanted["call"])(self._connection)
                said: dict[str, Any] = {}
            elif "query" in wanted:
                said = {"rows": [[*row] for row in self._execute(wanted["query"])]}
            else:
                self._execute(wanted["try"])
                said = {}
        except Exception as error:
            self._undo(_TRIED)
            return {"refused": str(getattr(error, "orig", error)).strip() or type(error).__name__}
        self._release(_TRIED)
        return said

    def _said_of_each(self, steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Up to the first statement that is refused."""
        for step in steps:
            said = self._said(step)
            yield said
            if "refused" in said and "try" in step:
                return

    def _execute(self, sql: str) -> Any:
        return self._connection.exec_driver_sql(sql, execution_options={"no_parameters": True})

    def _can_hold(self) -> bool:
        """Whether there is a transaction: env.py may have asked for none."""
        try:
            self._execute(f"SAVEPOINT {_TRIED}")
            self._execute(f"RELEASE SAVEPOINT {_TRIED}")
        except Exception:
            return False
        return True

    def _hold(self, name: str) -> None:
        if self._holds:
            self._execute(f"SAVEPOINT {name}")

    def _undo(self, name: str) -> None:
        if not self._holds:
            return
        try:
            self._execute(f"ROLLBACK TO SAVEPOINT {name}")
        except Exception:  # the revision ended the transaction itself
            self._connection.connection.rollback()

    def _release(self, name: str) -> None:
        if self._holds:
            self._execute(f"RELEASE SAVEPOINT {name}")


def _called(path: str) -> Callable[[Any], Any]:
    module, _, names = path.partition(":")
    target: Any = importlib.import_module(module)
    for name in names.split("."):
        target = getattr(target, name)
    function: Callable[[Any], Any] = target
    return function
