"""A revision that was written and not added."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "unstaged-revision"
NEEDS: Needs = "git"
LENIENCE: Lenience = "setting"
MEANING = "A revision lies in the working tree, and the index lacks it."
REASON = (
    "It works on this machine alone: the commit goes out without it, and every other database stays behind."
)
MENDING = "Add it with `git add`, or delete it, or move it out of the versions folder while it is a draft."
BAD = """\
$ git status --short
M  app/models.py
?? migrations/versions/3f2a9c_add_nickname.py
"""
GOOD = """\
$ git status --short
M  app/models.py
A  migrations/versions/3f2a9c_add_nickname.py
"""


def find(facts: Facts) -> Iterator[Finding]:
    for revision in facts.unstaged:
        yield Finding(
            NAME,
            f"revision {revision.id} is in the working tree and not in the index: {revision.path}",
            f"git add {shlex.quote(revision.path)}",
            path=revision.path,
            line=revision.line,
            revision=revision.id,
            identity={"object": revision.id},
        )
