"""What PostgreSQL's catalogs say of an index: each field alone differs, is found, and is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

ITEM = "CREATE TABLE item (id integer NOT NULL, x integer, name varchar(50)); "
IX = f"{ITEM} CREATE INDEX ix ON item"
# Name: what the revisions make, what the models make, what is found.
CASES = {
    "an index": (
        ITEM,
        f"{ITEM} CREATE INDEX ix ON item (lower(name), x DESC NULLS LAST)",
        "index ix on item is in the models and in no revision",
    ),
    "an index that is no more": (
        f"{ITEM} CREATE INDEX ix ON item (x)",
        ITEM,
        "index ix on item is made by the revisions and is not in the models",
    ),
    "an index's method": (
        f"{ITEM} CREATE INDEX ix ON item (x)",
        f"{ITEM} CREATE INDEX ix ON item USING hash (x)",
        "index ix on item differs: hash (x) in the models, btree (x) in the revisions",
    ),
    "an index's uniqueness, included columns, options and predicate": (
        f"{ITEM} CREATE INDEX ix ON item (x)",
        f"{ITEM} CREATE UNIQUE INDEX ix ON item (x) INCLUDE (id) WITH (fillfactor=50) WHERE x > 0",
        (
            "index ix on item differs: "
            "UNIQUE btree (x) INCLUDE (id) WITH (fillfactor='50') WHERE (x > 0) in the models, "
            "btree (x) in the revisions"
        ),
    ),
    "an index's operator class": (
        f"{ITEM} CREATE INDEX ix ON item (name)",
        f"{ITEM} CREATE INDEX ix ON item (name varchar_pattern_ops)",
        "index ix on item differs: btree (name varchar_pattern_ops) in the models, btree (name) in the revisions",
    ),
    "an index's comment": (
        f"{ITEM} CREATE INDEX ix ON item (x)",
        f"{ITEM} CREATE INDEX ix ON item (x); COMMENT ON INDEX ix IS 'why'",
        "index ix on item differs: comment why in the models, none in the revisions",
    ),
    "an index's columns": (
        f"{IX} (x)",
        f"{IX} (x, id)",
        "index ix on item differs: btree (x, id) in the models, btree (x) in the revisions",
    ),
    "an index's expression": (
        f"{IX} (lower(name))",
        f"{IX} (upper(name))",
        (
            "index ix on item differs: btree (upper((name)::text)) in the models, "
            "btree (lower((name)::text)) in the revisions"
        ),
    ),
    "an index's order": (
        f"{IX} (x)",
        f"{IX} (x DESC NULLS LAST)",
        "index ix on item differs: btree (x DESC NULLS LAST) in the models, btree (x) in the revisions",
    ),
    "an index's nulls": (
        f"{IX} (x)",
        f"{IX} (x NULLS FIRST)",
        "index ix on item differs: btree (x NULLS FIRST) in the models, btree (x) in the revisions",
    ),
    "an index's collation": (
        f"{IX} (name)",
        f'{IX} (name COLLATE "C")',
        'index ix on item differs: btree (name COLLATE "C") in the models, btree (name) in the revisions',
    ),
    "an index's uniqueness": (
        f"{IX} (x)",
        f"{IX} (x)".replace("CREATE INDEX", "CREATE UNIQUE INDEX"),
        "index ix on item differs: UNIQUE btree (x) in the models, btree (x) in the revisions",
    ),
    "a unique index's nulls": (
        f"{ITEM} CREATE UNIQUE INDEX ix ON item (x)",
        f"{ITEM} CREATE UNIQUE INDEX ix ON item (x) NULLS NOT DISTINCT",
        (
            "index ix on item differs: UNIQUE btree (x) NULLS NOT DISTINCT in the models, "
            "UNIQUE btree (x) in the revisions"
        ),
    ),
    "an index's included columns": (
        f"{IX} (x)",
        f"{IX} (x) INCLUDE (id)",
        "index ix on item differs: btree (x) INCLUDE (id) in the models, btree (x) in the revisions",
    ),
    "an index's storage options": (
        f"{IX} (x)",
        f"{IX} (x) WITH (fillfactor=50)",
        "index ix on item differs: btree (x) WITH (fillfactor='50') in the models, btree (x) in the revisions",
    ),
    "an index's predicate": (
        f"{IX} (x)",
        f"{IX} (x) WHERE id > 0",
        "index ix on item differs: btree (x) WHERE (id > 0) in the models, btree (x) in the revisions",
    ),
    "an operator class's parameters": (
        "CREATE TABLE item (words tsvector); CREATE INDEX ix ON item USING gist (words)",
        "CREATE TABLE item (words tsvector); CREATE INDEX ix ON item USING gist (words tsvector_ops (siglen=100))",
        (
            "index ix on item differs: gist (words tsvector_ops (siglen='100')) in the models, "
            "gist (words) in the revisions"
        ),
    ),
    "an index that was never finished": (
        f"{IX} (x); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix'::regclass",
        f"{IX} (x)",
        "index ix on item differs: valid in the models, invalid in the revisions",
    ),
    "an index with an odd name": (
        ITEM,
        f'{ITEM} CREATE INDEX "An INDEX ""ix"" ON item USING x" ON item (x)',
        'index An INDEX "ix" ON item USING x on item is in the models and in no revision',
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    assert pair.mended(revisions, models) == message
