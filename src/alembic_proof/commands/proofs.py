"""The proof of one environment, and with it what became of its new revisions: earlier runs' where they still stand."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.commands.histories import seen_by_alembic
from alembic_proof.commands.new_revisions import new_revisions
from alembic_proof.commands.request import interpreter_of

if TYPE_CHECKING:
    from alembic_proof.commands.reusing import Reuse
    from alembic_proof.commands.workshops import Workshops
    from alembic_proof.facts import Facts, Proof
    from alembic_proof.interpreter import Interpreter
    from alembic_proof.trials import Trial


def proof_of(reuse: Reuse, facts: Facts, workshops: Workshops) -> tuple[Proof, Facts]:
    """The proof, and the facts with the history that Alembic itself sees. Raises `ProofError`."""
    proving = _Proving(reuse, facts, workshops, interpreter_of(reuse.subject, facts.environment))
    proof = proving.proof()
    paths = proof.revision_paths
    seen = seen_by_alembic(reuse.subject, facts, paths)
    if paths is not None and proof.schema.failure is None:
        folders = tuple(dict.fromkeys(posixpath.dirname(path) for path in paths))
        proof = replace(proof, trials=replace(proving, facts=seen).trials(folders))
    return proof, seen


@dataclass(frozen=True)
class _Proving:
    reuse: Reuse
    facts: Facts
    workshops: Workshops
    interpreter: Interpreter

    def proof(self) -> Proof:
        new = self._new()
        known = self.reuse.recall(self.facts.environment, self.interpreter)
        tried = self._recalled(new)
        if new and tried is None:
            return self._beside_trial(known, new)
        return replace(known or self._proved(), trials=tried)

    def trials(self, folders: tuple[str, ...]) -> tuple[Trial, ...] | None:
        """Of the new ones among revisions that lie elsewhere than the configuration says, in `folders`."""
        new = self._new(folders)
        tried = self._recalled(new)
        if not new or tried is not None:
            return tried
        with self.workshops.trial(self.facts, self.interpreter, self.reuse, new) as trial:
            proof = trial.result().proof
        return proof.trials

    def _new(self, folders: tuple[str, ...] = ()) -> frozenset[str] | None:
        """The revisions that are to be tried by themselves; None where no trial is wanted."""
        subject = self.reuse.subject
        wanted = (
            subject.settings.of(self.facts.environment.config).trial and subject.request.trial is not False
        )
        return new_revisions(subject, self.facts, folders) if wanted else None

    def _recalled(self, new: frozenset[str] | None) -> tuple[Trial, ...] | None:
        """What is known of a trial without another one; None where nothing is."""
        if not new:
            return None if new is None else ()
        tried = self.reuse.recall(self.facts.environment, self.interpreter, new)
        return tried.trials if tried else None

    def _beside_trial(self, known: Proof | None, new: frozenset[str]) -> Proof:
        """The proof, and beside it a trial; where the history does not even run, there is none."""
        with self.workshops.trial(self.facts, self.interpreter, self.reuse, new) as trial:
            proof = known or self._proved()
            if proof.schema.failure is not None:
                return replace(proof, trials=None)
            proved = trial.result()
        tried = proved.proof
        if not tried.notes:  # else another run may do better
            self.reuse.remember(self.facts.environment, self.interpreter, tried, proved.trace, new)
        return replace(proof, trials=tried.trials, notes=(*proof.notes, *tried.notes), reused=False)

    def _proved(self) -> Proof:
        proved = self.workshops.prove(self.facts, self.interpreter, self.reuse)
        self.reuse.remember(self.facts.environment, self.interpreter, proved.proof, proved.trace)
        return proved.proof
