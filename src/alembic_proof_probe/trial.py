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
from alembic_proof_probe.states import Place, Places, Spoiled, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.leading import Broker
    from alembic_proof_probe.paths import TreeMap

Step = Callable[[], None]


class Trial:
    """The revisions of `order["revisions"]`, tried as Alembic comes to them. Tells of each as an event."""

    def __init__(self, order: dict[str, Any], channel: Channel, broker: Broker, tree_map: TreeMap) -> None:
        self._wanted = set(order["revisions"])
        self._irreversible = order["irreversible"]
        self._channel = channel
        self._broker = broker
        self._tree_map = tree_map
        self._places = Places(channel, broker)
        self._met: Counter[str] = Counter()
        self._done: set[tuple[str, int]] = set()
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
            self._done.add(key)
            self._try(revision, context, partial(function, **options), options)

        return tried

    def _try(self, revision: Any, context: Any, upgrade: Step, options: dict[str, Any]) -> None:
        place = self._places.of(context.connection)
        place.commit()
        before = self._reached[1] if self._reached and self._reached[0] is place else place.state()
        self._reached = None
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
                self._channel.tell(event="tried", **told, failure=failure)
                place.back_to(before)
                context.impl.memo.update(memory)
                upgrade()  # as a part of the whole history, which it has to be
                return
            after = place.state()
            place.commit()
            trip = RoundTrip(self, place, before, after)
            try:
                told.update(self._round_trip(revision, context, downgrade, options, trip))
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

    def _round_trip(
        self, revision: Any, context: Any, downgrade: Any, options: dict[str, Any], trip: RoundTrip
    ) -> dict[str, Any]:
        declared = self._irreversible
        if declared is True or (declared and revision.revision in declared):
            return {"irreversible": "the settings say so"}
        if downgrade is None:
            return {"irreversible": "it has no downgrade()"}
        again = _loaded_anew(revision.module).upgrade
        trip.run(
            partial(_as_another_run, context, partial(downgrade, **options)),
            partial(_as_another_run, context, partial(again, **options)),
        )
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
