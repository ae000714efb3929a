"""Colours change how a report looks, and no character of it."""

from __future__ import annotations

import click
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.reports.colours import coloured

REPORT = """\
shop/models.py:16: model-drift: column customer.name is missing
    op.add_column('customer', sa.Column('name', sa.String(length=200), nullable=True))
  fix: write the revision and add it

note: env.py dropped 2 operations
1 finding in the index (alembic.ini: 2 revisions, 0.8 s)
"""


def test_the_place_the_rule_and_the_fix_stand_out() -> None:
    assert coloured(REPORT, {"model-drift"}, failed=True).splitlines() == [
        "\x1b[1mshop/models.py:16: \x1b[0m\x1b[31m\x1b[1mmodel-drift\x1b[0m: column customer.name is missing",
        "\x1b[36m    op.add_column('customer', sa.Column('name', sa.String(length=200), nullable=True))\x1b[0m",
        "\x1b[32m\x1b[1m  fix:\x1b[0m write the revision and add it",
        "",
        "\x1b[33mnote: env.py dropped 2 operations\x1b[0m",
        "\x1b[31m1 finding in the index (alembic.ini: 2 revisions, 0.8 s)\x1b[0m",
    ]


def test_a_clean_verdict_is_green() -> None:
    assert (
        coloured("nothing found in the index\n", (), failed=False)
        == "\x1b[32mnothing found in the index\x1b[0m\n"
    )


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "Zs"))), min_size=1))
def test_without_the_colours_it_is_the_same_text(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    assert click.unstyle(coloured(text, {"cycle", "model-drift"}, failed=True)) == text
