"""What PostgreSQL's catalogs say of a sequence: each field alone differs, is found, and is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

# Name: what the revisions make, what the models make, what is found.
CASES = {
    "a sequence": (
        "SELECT 1",
        "CREATE SEQUENCE ticket START 5",
        "sequence ticket is in the models and in no revision",
    ),
    "a sequence's options": (
        "CREATE SEQUENCE ticket AS integer",
        "CREATE SEQUENCE ticket INCREMENT 2 CACHE 10 CYCLE",
        (
            "sequence ticket differs: options AS bigint INCREMENT 2 CACHE 10 CYCLE in the models, "
            "AS integer in the revisions"
        ),
    ),
    "a sequence's usual options": (
        "CREATE SEQUENCE ticket START 2 INCREMENT 2 MINVALUE 2 MAXVALUE 9 CACHE 10 CYCLE",
        "CREATE SEQUENCE ticket",
        (
            "sequence ticket differs: options AS bigint in the models, "
            "AS bigint START 2 INCREMENT 2 MINVALUE 2 MAXVALUE 9 CACHE 10 CYCLE in the revisions"
        ),
    ),
    "a sequence's persistence": (
        "CREATE SEQUENCE ticket",
        "CREATE UNLOGGED SEQUENCE ticket",
        "sequence ticket differs: persistence unlogged in the models, logged in the revisions",
    ),
    **{
        f"a sequence's {option}": (
            "CREATE SEQUENCE ticket",
            f"CREATE SEQUENCE ticket {option}",
            f"sequence ticket differs: options AS bigint {option} in the models, AS bigint in the revisions",
        )
        for option in ("START 7", "INCREMENT 2", "MAXVALUE 99", "CACHE 5", "CYCLE")
    },
    "a sequence's least value": (
        "CREATE SEQUENCE ticket",
        "CREATE SEQUENCE ticket MINVALUE -3 START 1",
        "sequence ticket differs: options AS bigint MINVALUE -3 in the models, AS bigint in the revisions",
    ),
    "a sequence's comment": (
        "CREATE SEQUENCE ticket; COMMENT ON SEQUENCE ticket IS 'one'",
        "CREATE SEQUENCE ticket; COMMENT ON SEQUENCE ticket IS 'two'",
        "sequence ticket differs: comment two in the models, one in the revisions",
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    assert pair.mended(revisions, models) == message
