"""Histories of revisions, as parsed and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof.environments import Environment
from alembic_proof.facts import Facts
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.revision_file import Revision, Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

ENVIRONMENT = Environment(
    config="alembic.ini",
    kind="ini",
    directory="",
    script_location="migrations",
    version_locations=("migrations/versions",),
)


def path_of(identifier: str) -> str:
    return f"migrations/versions/{identifier}.py"


def source_of(revision: Revision) -> bytes:
    """A file that says what the revision says, as Alembic would write it."""
    down = revision.parents[0] if len(revision.parents) == 1 else revision.parents or None
    lines = (
        f'"""{revision.message}"""',
        "",
        f"revision = {revision.id!r}",
        f"down_revision = {down!r}",
        f"branch_labels = {revision.labels or None!r}",
        f"depends_on = {revision.depends_on or None!r}",
        "",
    )
    return "\n".join(lines).encode()


def revision(identifier: str, *parents: str, path: str = "", **fields: Any) -> Revision:
    """A revision in a file of its own, with the lines that `source_of` gives it."""
    return Revision(path or path_of(identifier), identifier, parents, line=3, parents_line=4, **fields)


def facts_of(revisions: Iterable[Revision | Unreadable], **known: Any) -> Facts:
    return Facts(known.pop("environment", ENVIRONMENT), RevisionGraph.build(revisions), **known)


def parsed(text: str, path: str = "migrations/versions/a.py") -> Revision | Unreadable | None:
    return parse(path, text.encode())
