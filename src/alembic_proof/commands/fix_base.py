"""Which revisions `fix` leaves where they are: those on the base, and on every branch that is released."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from alembic_proof.commands.merged import with_merged
from alembic_proof.errors import GitError, UsageError
from alembic_proof.git import Base, parents_of_next_commit
from alembic_proof.git.stored import short_name
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from alembic_proof.commands.request import Subject
    from alembic_proof.facts import Facts
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.history.revision_file import Revision

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Standing:
    """What is fixed in the working tree of `subject`.

    `base` is the ref that the change goes into, at its newest commit, or None: then what is committed is fixed.
    """

    subject: Subject
    base: Base | None

    @property
    def name(self) -> str:
        return short_name(self.base.ref) if self.base else "HEAD"

    def fixed(self, facts: Facts) -> frozenset[str]:
        """The ids that are not to be moved. Raises `GitError` for a released ref that is not here."""
        commits = dict.fromkeys((*self._of_base, *self._released))
        known: set[str] = set()
        for commit in commits:
            known.update(self._history(facts, commit).by_id)
        return frozenset(known & facts.graph.by_id.keys())

    def not_here(self, facts: Facts) -> tuple[Revision, ...]:
        """What the base has gained since the change left it, and the working tree lacks."""
        if self.base is None or self.subject.merged is None:
            return ()
        history = self._history(facts, self.base.commit)
        left = self._history(facts, self.subject.merged.commit)
        known = facts.graph.by_id.keys() | left.by_id.keys()
        return tuple(history.by_id[one] for one in history.order if one not in known)

    @cached_property
    def _of_base(self) -> list[str]:
        return [self.base.commit] if self.base else parents_of_next_commit(self.subject.repository)

    @cached_property
    def _released(self) -> list[str]:
        repository = self.subject.repository
        commits = []
        for name in self.subject.settings.released:
            refs = repository.refs(name) if _PATTERN.search(name) else [name]
            try:
                commits += [repository.resolve(ref) for ref in refs]
            except GitError as error:
                raise GitError(
                    f"the settings name {name} as released, and Git knows no such commit here", error.hint
                ) from None
        return commits

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        return {}

    def _history(self, facts: Facts, commit: str) -> RevisionGraph:
        subject = self._subjects.setdefault(commit, replace(self.subject, merged=Base(self.name, commit)))
        base = with_merged(subject, facts).base
        assert base is not None
        return base.graph


def standing(subject: Subject) -> Standing:
    """Raises `GitError` where Git does not know the base any more."""
    merged = subject.merged
    if merged is None:
        return Standing(subject, None)
    return Standing(subject, Base(merged.ref, subject.repository.resolve(merged.ref)))


def unknown_sides(standing: Standing, heads: tuple[str, ...]) -> UsageError:
    """What to say where nobody said which of the heads are on the base, and all may be."""
    branch = _default_branch(standing.subject) or "BRANCH"
    return UsageError(
        f"no base is known, so nobody can tell which of {listing(heads)} others have run already",
        f"name the branch that the change goes into: alembic-proof fix --base {branch}; "
        "or join them with a merge revision: alembic-proof fix --merge",
    )


def _default_branch(subject: Subject) -> str | None:
    named = subject.repository.run("rev-parse", "--verify", "--quiet", "--abbrev-ref", "origin/HEAD")
    return named.stdout.decode(errors="replace").strip() or None if named.status == 0 else None
