"""The workshops of one run, one for each source of databases that it comes to need."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from alembic_proof.errors import ProofError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.proving import Proved
    from alembic_proof.commands.request import Subject
    from alembic_proof.commands.reusing import Reuse
    from alembic_proof.commands.trials import Trial
    from alembic_proof.commands.workshop import Workshop
    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts
    from alembic_proof.interpreter import Interpreter
    from alembic_proof.probe import Message, Probe


@dataclass
class Workshops:
    """One workshop for each source of databases, opened when it is first needed and closed together.

    Those of different places share no server, so that their runs may go on side by side.
    """

    subject: Subject
    place: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)
    _open: dict[str | None, Workshop] = field(default_factory=dict)
    _opening: Lock = field(default_factory=Lock)
    _early: dict[Environment, Probe] = field(default_factory=dict)

    def __enter__(self) -> Workshops:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def begin(self, environment: Environment, reuse: Reuse) -> None:
        """Start an environment's probe ahead of everything, where no proof of an earlier run could stand."""
        if not reuse.is_first(environment):
            return
        from alembic_proof.commands.starting import early_probe

        with suppress(ProofError):  # whoever needs it will be told when asking for it
            early = early_probe(reuse, environment)
            if early is not None:
                self._early[environment] = self._stack.enter_context(early)

    def prove(
        self, facts: Facts, interpreter: Interpreter, reuse: Reuse, writing: Message | None = None
    ) -> Proved:
        """Prove on what the user chose; where an extension lacks there, on the provider that has it."""
        # Slow to import, and of no use to a run whose proofs all stand.
        from alembic_proof.commands.outcomes import MissingExtension
        from alembic_proof.commands.proving import prove

        choice = self.subject.settings.database
        try:
            early = self._early.pop(facts.environment, None)
            return prove(self._workshop(choice), facts, interpreter, reuse, early, writing)
        except MissingExtension as error:
            if error.alternative is None:
                raise
            return prove(self._workshop(error.alternative), facts, interpreter, reuse, writing=writing)

    @contextmanager
    def trial(
        self, facts: Facts, interpreter: Interpreter, reuse: Reuse, new: frozenset[str]
    ) -> Iterator[Trial]:
        """A trial of the `new` revisions that goes on beside what is done in the block, and ends with it."""
        from alembic_proof.commands.trials import Trial, Trying

        def trying(choice: str | None) -> Trying:
            return Trying(self._workshop(choice), facts, interpreter, reuse, new)

        with Trial(trying, self.subject.settings.database) as trial:
            yield trial

    def _workshop(self, choice: str | None) -> Workshop:
        from alembic_proof.cache import cache_folder
        from alembic_proof.commands.workshop import open_workshop

        with self._opening:
            if choice not in self._open:
                cache = self._stack.enter_context(cache_folder())
                opening = open_workshop(self.subject, cache, choice, self.place)
                self._open[choice] = self._stack.enter_context(opening)
            return self._open[choice]
