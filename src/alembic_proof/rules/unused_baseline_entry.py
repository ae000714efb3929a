"""An entry of the baseline that stands for nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.naming import named
from alembic_proof.suppressions.baseline import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.rules.base import Lenience
    from alembic_proof.suppressions.baseline import Entry

NAME = "unused-baseline-entry"
LENIENCE: Lenience = "setting"
MEANING = (
    "The baseline has an entry for a finding that is no longer there, or that no baseline can leave out."
)
REASON = (
    "An entry leaves out the finding that it names, whenever that comes back. One that is not needed would hide "
    "the same mistake made again."
)
MENDING = "Run `alembic-proof baseline`, which writes the file anew, and `git add` it."
BAD = """\
$ alembic-proof check
alembic-proof-baseline.toml: info: unused-baseline-entry: model-drift no longer finds ...
"""
GOOD = """\
$ alembic-proof baseline
alembic-proof-baseline.toml: 11 findings recorded, 0 new, 1 gone
$ git add alembic-proof-baseline.toml
"""


def find(entries: Iterable[Entry]) -> Iterator[Finding]:
    for entry in entries:
        rule = named(entry.rule)
        possible = rule is not None and rule.LENIENCE == "any"
        yield Finding(
            NAME,
            f"{entry.rule} {'no longer finds this' if possible else 'cannot be left out'}: {entry.message}",
            "write the baseline anew and add it: alembic-proof baseline",
            severity="info",
            environment=entry.environment,
            path=FILE,
            identity={**dict(entry.identity), "rule": entry.rule},
        )
