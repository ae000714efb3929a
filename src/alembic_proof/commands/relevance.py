"""Which staged files can change what a check would say. When in doubt, they can."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.environments import Environment

# What no Python module, no configuration and no revision is made of.
HARMLESS = frozenset(
    [
        ".css",
        ".gif",
        ".html",
        ".ico",
        ".jpeg",
        ".jpg",
        ".js",
        ".jsx",
        ".less",
        ".map",
        ".md",
        ".pdf",
        ".png",
        ".rst",
        ".sass",
        ".scss",
        ".svg",
        ".ts",
        ".tsx",
        ".vue",
        ".webp",
        ".woff",
        ".woff2",
    ]
)


def can_affect(path: str, environments: Iterable[Environment]) -> bool:
    """Whether a staged file may have to do with models, revisions, or what loads them."""
    if posixpath.splitext(path)[1].lower() not in HARMLESS:
        return True
    folders = [folder for one in environments for folder in (one.script_location, *one.version_locations)]
    return any(not folder or path.startswith(f"{folder}/") for folder in folders)
