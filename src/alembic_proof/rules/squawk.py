"""What squawk, a linter for PostgreSQL's migrations, says of a revision's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.rules.base import Lenience, Needs

NAME = "squawk"
NEEDS: Needs = "squawk"
LENIENCE: Lenience = "any"
MEANING = "squawk, where it is installed, warns of a statement that a new revision runs."
REASON = (
    "squawk knows what SQL tends to cause later: a 32-bit key that runs out, a column whose name others still use. It "
    "is given the very statements that were run on the throwaway PostgreSQL, with what stood in one transaction "
    "together. What it can only guess and a server was asked for (locks that are held for long, rewrites) is left to "
    "`blocks-writes`, `blocks-reads`, `rewrites-table` and `no-lock-timeout`."
)
MENDING = (
    "Do what it advises, or say in a comment why not: `ignore[squawk:ban-drop-column] REASON`. `.squawk.toml` at the "
    'top of the repository leaves rules of its out for good: `excluded_rules = ["prefer-bigint-over-int"]`. '
    "`pip install alembic-proof[squawk]` installs squawk; where it is not, nothing is asked."
)
BAD = """\
def upgrade() -> None:
    op.create_table("event", sa.Column("id", sa.Integer(), primary_key=True))
"""
GOOD = """\
def upgrade() -> None:
    op.create_table("event", sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True))
"""


def find(facts: Facts) -> Iterator[Finding]:
    squawked = facts.squawked
    for one in squawked.warnings if squawked else ():
        said = one.said
        yield Finding(
            NAME,
            f"{one.rule}: {one.message}",
            one.advice or f"see https://squawkhq.com/docs/{one.rule}",
            "warning",
            path=said.path,
            line=said.line,
            revision=said.revision,
            details={
                "rule": one.rule,
                "sql": said.sql,
                "version": squawked.version if squawked else "",
            },
            identity={"object": one.rule, "revision": said.revision},
        )
