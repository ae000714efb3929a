"""A revision that follows one that is not there."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "missing-parent"
NEEDS: Needs = "history"
LENIENCE: Lenience = "none"
MEANING = "A `down_revision` names a revision that no file defines."
REASON = (
    "Alembic cannot build the history: every command stops with a `KeyError`, on every machine but the "
    "one where the missing file still lies. Most often that file was written and not added, or it stayed "
    "on another branch."
)
MENDING = (
    "Add the missing file with `git add`, or bring it over from its branch. If it is gone for good, point "
    "`down_revision` at the revision that came before it. Alembic takes whole ids here, no part of one "
    "and no label."
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py, and no file with revision = "77aa"
revision = "3f2a"
down_revision = "77aa"
"""
GOOD = """\
# migrations/versions/77aa_add_user.py
revision = "77aa"
down_revision = None

# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"
"""


def find(facts: Facts) -> Iterator[Finding]:
    for revision, parent in facts.graph.missing_parents:
        yield Finding(
            NAME,
            f"{with_file(revision)} follows {parent or 'an empty id'}, which no revision file defines",
            _hint(facts, parent),
            environment=facts.environment.config,
            path=revision.path,
            line=revision.parents_line,
            revision=revision.id,
            details={"missing": parent},
            identity={"object": f"{parent} before {revision.id}"},
        )


def _hint(facts: Facts, parent: str) -> str:
    if not parent:
        return (
            "if it is the first revision, write down_revision = None; else write the id of the one before it"
        )
    for revision in facts.unstaged:
        if revision.id == parent:
            return f"git add {shlex.quote(revision.path)}"
    if whole := facts.graph.resembling(parent):
        return f'write the whole id: down_revision = "{whole.id}"'
    if facts.graph.unreadable:
        return f"mend {facts.graph.unreadable[0].path} first: it may be the file that defines {parent}"
    return (
        f"`git add` the file of {parent} if it was not added yet, "
        "or point down_revision at a revision that is there"
    )
