"""A revision that depends on one that is not there."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "unknown-dependency"
NEEDS: Needs = "history"
LENIENCE: Lenience = "none"
MEANING = "A `depends_on` names neither a revision nor a branch label."
REASON = (
    "Alembic looks the name up before it does anything else: every command stops with a `KeyError`. In a "
    "file it takes whole ids and declared labels; parts of ids, and `label@head`, work on the command "
    "line alone."
)
MENDING = (
    "Write the whole id, or the label as `branch_labels` has it. If the revision was written and not "
    "added, `git add` its file."
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py, and no revision or label of that name
revision = "3f2a"
down_revision = "77aa"
depends_on = "accounts@head"
"""
GOOD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"
depends_on = "accounts"

# migrations/versions/acc0_accounts.py
revision = "acc0"
down_revision = None
branch_labels = ("accounts",)
"""


def find(facts: Facts) -> Iterator[Finding]:
    for revision, name in facts.graph.missing_dependencies:
        yield Finding(
            NAME,
            f"{with_file(revision)} depends on {name or 'an empty name'}, "
            "which is neither a revision nor a branch label",
            _hint(facts, name),
            environment=facts.environment.config,
            path=revision.path,
            line=revision.line,
            revision=revision.id,
            details={"missing": name},
            identity={"object": f"{name} in {revision.id}"},
        )


def _hint(facts: Facts, name: str) -> str:
    for revision in facts.unstaged:
        if revision.id == name or name in revision.labels:
            return f"git add {shlex.quote(revision.path)}"
    if whole := facts.graph.resembling(name.partition("@")[2] or name):
        return f'write the whole id: depends_on = "{whole.id}"'
    label = name.partition("@")[0]
    if label != name and facts.graph.is_label(label):
        return f'write the label alone: depends_on = "{label}"'
    return (
        f"`git add` the file of {name} if it was not added yet, "
        "or name a revision's whole id or a label in depends_on"
    )
