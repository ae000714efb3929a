"""What is known of one Alembic environment when its rules are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.environments import Environment
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.models import Model


@dataclass(frozen=True)
class Operation:
    """One operation that a new revision would hold, from Alembic's autogenerate.

    `kind` is the name of Alembic's operation class, `code` the operation as Alembic renders it, `changes` for
    an altered column each aspect's (revisions' side, models' side), `engine` the name of the database where
    env.py has several, `path` and `line` the model's place where it is known.
    """

    kind: str
    code: str
    table: str | None = None
    schema: str | None = None
    column: str | None = None
    name: str | None = None
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    engine: str = ""
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class UpgradeFailure:
    """The revision that did not apply to the throwaway database."""

    revision: str
    path: str
    line: int | None
    kind: str  # the exception's class
    message: str
    statement: str | None = None
    sqlstate: str | None = None
    missing_table: str | None = None  # a table that no revision makes: the history starts elsewhere


@dataclass(frozen=True)
class Schema:
    """What the probe saw: how the upgrade went, and what autogenerate would write."""

    failure: UpgradeFailure | None = None
    operations: tuple[Operation, ...] = ()
    unregistered: tuple[Model, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything that rules may look at; nothing of it does any work when it is looked at.

    `schema` is None until the probe has run. `unstaged` are the revisions that lie in the working tree and
    that the index lacks.
    """

    environment: Environment
    graph: RevisionGraph
    meant_heads: int | tuple[str, ...] | None = None
    unstaged: tuple[Revision, ...] = ()
    schema: Schema | None = None
