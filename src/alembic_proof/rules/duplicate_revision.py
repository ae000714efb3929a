"""An id, or a branch label, that two revisions claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import listing, with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.rules.base import Lenience, Needs

NAME = "duplicate-revision"
NEEDS: Needs = "history"
LENIENCE: Lenience = "none"
MEANING = "Two revision files have the same id, or declare the same branch label."
REASON = (
    "Alembic warns of a second file with an id, and then forgets the first: which of the two a database "
    "runs hangs on the order of their names. A second revision that declares a branch label stops every "
    "command."
)
MENDING = (
    "Delete the copy. If both are wanted, give one a new `revision` and let it follow the other. A branch "
    "label is declared once: the revisions that descend from there have it by themselves."
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"

# migrations/versions/add_birthday.py
revision = "3f2a"
down_revision = "77aa"
"""
GOOD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"

# migrations/versions/9c1b_add_birthday.py
revision = "9c1b"
down_revision = "3f2a"
"""


def find(facts: Facts) -> Iterator[Finding]:
    for group in facts.graph.duplicates:
        paths = [revision.path for revision in group]
        yield _finding(
            facts,
            group[-1],
            f"revision {group[0].id} is defined {_times(len(group))}: in {listing(paths)}",
            f"delete {paths[-1]} if it is a copy; else give it a new `revision`, "
            "and let one of them follow the other",
            {"paths": paths},
            f"{len(group)} files of revision {group[0].id}",
        )
    for label, group in facts.graph.label_clashes:
        yield _finding(
            facts,
            group[-1],
            f"branch label {label} stands for more than one revision: {listing(map(with_file, group))}",
            f"declare {label} in one revision alone: it holds for all that descend from there",
            {"label": label, "paths": [revision.path for revision in group]},
            f"{len(group)} revisions of label {label}",
        )


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _finding(
    facts: Facts, revision: Revision, message: str, hint: str, details: dict[str, object], thing: str
) -> Finding:
    return Finding(
        NAME,
        message,
        hint,
        environment=facts.environment.config,
        path=revision.path,
        line=revision.line,
        revision=revision.id,
        details=details,
        identity={"object": thing},
    )
