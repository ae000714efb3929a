"""A merge revision as `alembic merge` writes it: the project's template, file names and post-write hooks.

env.py is not run, whatever `revision_environment` says: it would ask for a database, and what joins heads has no
operations.
"""

from __future__ import annotations

from typing import Any


def write(config: Any, heads: list[str], message: str) -> str:
    """Write the revision that joins these heads; its file."""
    from alembic import util
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory.from_config(config)
    written = directory.generate_revision(util.rev_id(), message, head=heads, config=config)
    assert written is not None
    return str(written.path)
