"""The shape that every rule has: a module with these names, and no other way to register one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.findings import Finding

Needs = Literal["history", "git", "base", "database", "trial"]
Lenience = Literal["none", "setting", "any"]


class Page(Protocol):
    """What `explain` says of one thing that can be wrong. All names are constants of a module.

    `LENIENCE` says how a project may live with what is found: "any" way, by the "setting" `rules` alone, or
    "none", since nothing can be judged where Alembic cannot follow the history or apply it.
    """

    NAME: str
    LENIENCE: Lenience
    MEANING: str  # one sentence: what is wrong when this is found
    REASON: str  # why it matters: what breaks, and when
    MENDING: str  # what to do about it
    BAD: str  # an example that has it
    GOOD: str  # the same without it


class Rule(Page, Protocol):
    """One thing that can be wrong with a project. Rules are modules; all but `find` are constants.

    `NEEDS` says which facts `find` reads: "history" (parsed revision files alone, so `heads` can run it),
    "git" (what lies in the working tree as well), "base" (what is merged), "database" (what the probe saw), or
    "trial" (what new revisions did by themselves). What they need and is not known skips them.
    """

    NEEDS: Needs

    def find(self, facts: Facts) -> Iterator[Finding]: ...
