from __future__ import annotations

import pytest

from alembic_proof.findings import Finding
from alembic_proof.rules import unused_baseline_entry
from alembic_proof.suppressions.baseline import Entry


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("model-drift", "model-drift no longer finds this: fax differs"),
        ("multiple-heads", "multiple-heads cannot be left out: fax differs"),
        ("gone-rule", "gone-rule cannot be left out: fax differs"),
    ],
)
def test_an_entry_that_nothing_needs(rule: str, said: str) -> None:
    entry = Entry(rule, "alembic.ini", (("object", "column t.fax"),), "fax differs")
    assert list(unused_baseline_entry.find([entry])) == [
        Finding(
            "unused-baseline-entry",
            said,
            "write the baseline anew and add it: alembic-proof baseline",
            "info",
            environment="alembic.ini",
            path="alembic-proof-baseline.toml",
            identity={"object": "column t.fax", "rule": rule},
        )
    ]
