"""A revision file that cannot be read as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "unreadable-revision"
NEEDS: Needs = "history"
LENIENCE: Lenience = "none"
MEANING = (
    "A revision file is no valid Python, or it does not say in constants which revision it is and what it "
    "follows."
)
REASON = (
    "Alembic imports every revision file for every command: one that fails stops them all. An id that is "
    "computed can differ from one machine to the next, and nobody who reads the history can tell where "
    "the file stands."
)
MENDING = (
    "Finish the merge, or mend the syntax. Write `revision` as a string, and `down_revision` as a string, "
    "a tuple of strings, or None; names that were given constants earlier in the file will do."
)
BAD = """\
revision = "3f2a"
<<<<<<< HEAD
down_revision = "77aa"
=======
down_revision = "9c1b"
>>>>>>> add-birthday
"""
GOOD = """\
revision = "3f2a"
down_revision = "9c1b"
"""


def find(facts: Facts) -> Iterator[Finding]:
    for file in facts.graph.unreadable:
        yield Finding(
            NAME,
            f"{file.path} cannot be read as a revision: {file.reason}",
            file.hint,
            environment=facts.environment.config,
            path=file.path,
            line=file.line,
            identity={"object": file.path, "reason": file.reason},
        )
