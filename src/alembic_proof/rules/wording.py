"""Phrases that findings share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.history.revision_file import Revision


def listing(items: Iterable[str]) -> str:
    """One thing, two things with "and", or more with commas as well."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def with_file(revision: Revision) -> str:
    return f"{revision.id} ({revision.path})"
