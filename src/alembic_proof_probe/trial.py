"""Tries new revisions by themselves: up, down and up again, each from the state that its parents leave."""

from __future__ import annotations

import copy
import importlib.util
import os
import traceback
from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

from alembic_proof_probe import failures, locks, statements
from alembic_proof_probe.on_rows import Rows
from alembic_proof_probe.states import Place, Places, Spoiled, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.leading import Broker
    from alembic_proof_probe.paths import TreeMap

Step = Callable[[], None]
_Anew = Callable[
    [str], Step
]  # one of a revision's functions by its name, as another run of Alembic would have it
_Key = tuple[str, int]  # a revision, and the how manyeth time that this run of env.py came to it


class Trial:
    """The revisions of `order["revisions"]`, tried as Alembic comes to them. Tells of each as an event."""

    def __init__(self, order: dict[str, Any], channel: Channel, broker: Broker, tree_map: TreeMap) -> None:
        self._wanted = set(order["revisions"])
        self._irreversible = order["irreversible"]
        self._with_rows = order["rows"]
        self._channel = channel
        self._broker = broker
        self._tree_map = tree_map
        self._places = Places(channel, broker)
        self._met: Counter[str] = Counter()
        self._done: set[_Key] = set()
        self._on_rows: dict[
            _Key, Optional[dict[str, Any]]
        ] = {}  # None where it waits for a database made anew
        self._reached: Optional[tuple[Place, State]] = None  # where the revision before has left the database

    def begin(self) -> None:
        """Another run of env.py starts; what was told of is not tried again."""
        self._reached = None
        self._met.clear()

    def around(self, step: Any, context: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        """What Alembic is to call for a step in place of the revision's own function."""
        revision = step.revision
        if revision.revision not in self._wanted or not step.is_upgrade:
            self._reached = None
            return function
        self._met[revision.revision] += 1  # env.py may run it for several databases or schemas
        key = (revision.revision, self._met[revision.revision])
        if key in self._done:
            self._reached = None
            return function

        def tried(**options: Any) -> None:
            self._try(key, revision, context, partial(function, **options), options)

        return tried

    def _try(self, key: _Key, revision: Any, context: Any, upgrade: Step, options: dict[str, Any]) -> None:
        place = self._places.of(context.connection)
        place.mark()
        anew = partial(_anew, context, revision.module, options)
        if key in self._on_rows and self._on_rows[key] is None:
            self._run_on_rows(key, revision, place, anew)
            raise Spoiled
        before = self._reached[1] if self._reached and self._reached[0] is place else place.state()
        self._reached = None
        place.hold()
        downgrade = getattr(_loaded_anew(revision.module), "downgrade", None)
        told = {
            "revision": revision.revision,
            "path": self._path(revision),
            "line": _first_line(downgrade),
            "dialect": place.family,
        }
        with _memory(context) as memory:
            look = locks.Locks(place.connection) if place.family == "postgresql" else None
            watching = statements.watching(place.connection, revision.module.__file__, look)
            with watching as told["statements"]:
                failure = self._upgraded(context, upgrade)
            if failure is not None:
                self._done.add(key)
                self._channel.tell(event="tried", **told, failure=failure)
                place.back_to(before)
                context.impl.memo.update(memory)
                upgrade()  # as a part of the whole history, which it has to be
                return
            after = place.state()
            spoken = [one for one in told["statements"] if one["sql"] is not None]
            if self._wants_rows(key, place, before, after, spoken, context):
                for step in (partial(self._run_on_rows, key, revision, place, anew), anew("upgrade")):
                    if not place.undo(before):
                        raise Spoiled
                    step()
            place.commit()
            self._done.add(key)
            told["rows"] = self._on_rows.get(key)
            trip = RoundTrip(self, place, before, after)
            try:
                told.update(self._round_trip(revision, downgrade, anew, trip))
            finally:
                self._channel.tell(event="tried", **told, **trip.told)
            self._reached = place, after

    def _path(self, revision: Any) -> str:
        file = os.path.realpath(revision.module.__file__)
        return self._tree_map.name_in_tree(file) or str(revision.path)

    def _upgraded(self, context: Any, upgrade: Step) -> Optional[dict[str, Any]]:
        """Upgrade; what stopped it, if something did."""
        try:
            _as_another_run(context, upgrade)
        except Exception as error:
            return self.described(error)
        return None

    def _wants_rows(
        self, key: _Key, place: Place, before: State, after: State, ran: list[dict[str, Any]], context: Any
    ) -> bool:
        """Whether the revision is to be tried on rows now; from then on it waits until it was."""
        if not self._with_rows or key in self._on_rows:
            return False
        touches = Rows(place, self._channel).touched(before, after, ran, context.version_table)
        self._on_rows[key] = None if touches else {}
        return touches

    def _run_on_rows(self, key: _Key, revision: Any, place: Place, anew: _Anew) -> None:
        rows = Rows(place, self._channel)
        undo = partial(self._quietly, anew("downgrade")) if hasattr(revision.module, "downgrade") else None
        self._on_rows[key] = rows.run(revision.module.__file__, anew("upgrade"), undo, self.described)

    def _quietly(self, downgrade: Step) -> None:
        """Without what a downgrade says of itself."""
        try:
            downgrade()
        except Exception as error:
            if self.declares(error) is None:
                raise

    def _round_trip(self, revision: Any, downgrade: Any, anew: _Anew, trip: RoundTrip) -> dict[str, Any]:
        declared = self._irreversible
        if declared is True or (declared and revision.revision in declared):
            return {"irreversible": "the settings say so"}
        if downgrade is None:
            return {"irreversible": "it has no downgrade()"}
        trip.run(anew("downgrade"), anew("upgrade"))
        return {}

    def described(self, error: BaseException) -> dict[str, Any]:
        return failures.described(error, self._tree_map, self._broker)

    def declares(self, error: BaseException) -> Optional[str]:
        """How the project's own code says that a revision cannot be undone, or None.

        Alembic raises the same classes where a dialect cannot do what it is asked.
        """
        from alembic.util import CommandError

        if not isinstance(error, (NotImplementedError, CommandError)):
            return None
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        if self._tree_map.name_in_tree(frame.f_code.co_filename) is None:
            return None
        text = str(error).strip()
        return f"its downgrade raises {type(error).__name__}{': ' if text else ''}{text}"


def _loaded_anew(module: Any) -> Any:
    """A revision as another run of Alembic would load it: types and tables in it remember what was done with them."""
    spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    return fresh


def _anew(context: Any, module: Any, options: dict[str, Any], name: str) -> Step:
    """One of a revision's functions, as another run of Alembic would call it."""

    def step() -> None:
        _as_another_run(context, partial(getattr(_loaded_anew(module), name), **options))

    return step


def _as_another_run(context: Any, step: Step) -> None:
    """Run a step as if Alembic had been started for it: what it remembers is which types it has made."""
    context.impl.memo.clear()
    step()


@contextmanager
def _memory(context: Any) -> Iterator[dict[str, Any]]:
    """What Alembic remembers of types that it has made; after the block that, and what came to it."""
    memory = copy.deepcopy(context.impl.memo)
    try:
        yield memory
    finally:
        for kind, names in memory.items():
            context.impl.memo.setdefault(kind, set()).update(names)


def _first_line(function: Any) -> Optional[int]:
    code = getattr(function, "__code__", None)
    return None if code is None else code.co_firstlineno


class RoundTrip:
    """Down and up again, from the state `after` a first upgrade and back to it. `told` is what was seen."""

    def __init__(self, trial: Trial, place: Place, before: State, after: State) -> None:
        self._trial = trial
        self._place = place
        self._before = before
        self._after = after
        self.told: dict[str, Any] = {}

    def run(self, downgrade: Step, upgrade: Step) -> None:
        """Leave the database as it was found. Raises `Spoiled` where that cannot be had."""
        if self._down(downgrade) and self._up(upgrade):
            self._place.commit()
        else:
            self._place.back_to(self._after)

    def _down(self, downgrade: Step) -> bool:
        try:
            downgrade()
        except Exception as error:
            declared = self._trial.declares(error)
            if declared is None:
                self.told["downgrade_failure"] = self._trial.described(error)
            else:
                self.told["irreversible"] = declared
            return False
        self.told["incomplete"] = self._place.changes(self._before, self._place.state())
        return True

    def _up(self, upgrade: Step) -> bool:
        try:
            upgrade()
        except Exception as error:
            self.told["again_failure"] = self._trial.described(error)
            return False
        again = self._place.state()
        self.told["again"] = self._place.changes(self._after, again)
        return not self.told["again"]


__all__ = ["Spoiled", "Trial"]
