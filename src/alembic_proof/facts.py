"""What is known of one Alembic environment when its rules are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic_proof.environments import Environment
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.history.revision_file import Revision


@dataclass(frozen=True)
class Facts:
    """Everything that rules may look at; nothing of it does any work when it is looked at."""

    environment: Environment
    graph: RevisionGraph
    meant_heads: int | tuple[str, ...] | None = None  # how many heads the settings allow, or which (ids or labels)
    unstaged: tuple[Revision, ...] = field(default=())  # in the working tree, and not in the index
