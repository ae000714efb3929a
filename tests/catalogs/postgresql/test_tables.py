"""What PostgreSQL's catalogs say of a table: each field alone differs, is found, and is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import open_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.schemas import Pair

METHOD = """
DROP ACCESS METHOD IF EXISTS heap_too CASCADE;
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
"""
ITEM = "CREATE TABLE item (id integer NOT NULL, x integer, name varchar(50)); "
LONG = ITEM.replace("varchar(50)", "text")  # so that there is a TOAST table
RANGE = "CREATE TABLE log (day integer) PARTITION BY RANGE (day); "
LATE = f"{RANGE} CREATE TABLE late PARTITION OF log FOR VALUES FROM"
# Name: what the revisions make, what the models make, what is found.
CASES = {
    "a table's persistence": (
        ITEM,
        ITEM.replace("CREATE", "CREATE UNLOGGED"),
        "table item differs: persistence unlogged in the models, logged in the revisions",
    ),
    "a table's storage options": (
        f"{ITEM} ALTER TABLE item SET (fillfactor=70, autovacuum_enabled=off)",
        f"{ITEM} ALTER TABLE item SET (fillfactor=50)",
        (
            "table item differs: storage options fillfactor=50 in the models, "
            "autovacuum_enabled=off, fillfactor=70 in the revisions"
        ),
    ),
    "a table's comment": (
        f"{ITEM} COMMENT ON TABLE item IS 'one'",
        f"{ITEM} COMMENT ON TABLE item IS 'it''s two: %s'",
        "table item differs: comment it's two: %s in the models, one in the revisions",
    ),
    "a table's row security": (
        ITEM,
        f"{ITEM} ALTER TABLE item ENABLE ROW LEVEL SECURITY; ALTER TABLE item FORCE ROW LEVEL SECURITY",
        "table item differs: row security forced in the models, none in the revisions",
    ),
    "a table's inheritance": (
        f"{ITEM} CREATE TABLE child (id integer NOT NULL, x integer, name varchar(50))",
        f"{ITEM} CREATE TABLE child () INHERITS (item)",
        "table child differs: inheritance item in the models, none in the revisions",
    ),
    "a table's replica identity": (
        ITEM,
        f"{ITEM} ALTER TABLE item REPLICA IDENTITY FULL",
        "table item differs: replica identity FULL in the models, none in the revisions",
    ),
    "a table that is logged again": (
        ITEM.replace("CREATE", "CREATE UNLOGGED"),
        ITEM,
        "table item differs: persistence logged in the models, unlogged in the revisions",
    ),
    "the storage options of a table's TOAST table": (
        LONG,
        f"{LONG} ALTER TABLE item SET (toast.autovacuum_enabled=off)",
        "table item differs: storage options toast.autovacuum_enabled=off in the models, none in the revisions",
    ),
    "a table's storage options, all of them": (
        f"{LONG} ALTER TABLE item SET (fillfactor=70, toast.autovacuum_enabled=off)",
        LONG,
        (
            "table item differs: storage options none in the models, "
            "fillfactor=70, toast.autovacuum_enabled=off in the revisions"
        ),
    ),
    "a table's access method": (
        METHOD + ITEM,
        METHOD + ITEM.replace(");", ") USING heap_too;"),
        "table item differs: access method heap_too in the models, none in the revisions",
    ),
    "a table's comment that is no more": (
        f"{ITEM} COMMENT ON TABLE item IS 'one'",
        ITEM,
        "table item differs: comment none in the models, one in the revisions",
    ),
    "row security that is enabled": (
        ITEM,
        f"{ITEM} ALTER TABLE item ENABLE ROW LEVEL SECURITY",
        "table item differs: row security enabled in the models, none in the revisions",
    ),
    "row security that is forced no more": (
        f"{ITEM} ALTER TABLE item ENABLE ROW LEVEL SECURITY; ALTER TABLE item FORCE ROW LEVEL SECURITY",
        f"{ITEM} ALTER TABLE item ENABLE ROW LEVEL SECURITY",
        "table item differs: row security enabled in the models, forced in the revisions",
    ),
    "a table's replica identity, by an index": (
        f"{ITEM} CREATE UNIQUE INDEX u ON item (id)",
        f"{ITEM} CREATE UNIQUE INDEX u ON item (id); ALTER TABLE item REPLICA IDENTITY USING INDEX u",
        "table item differs: replica identity USING INDEX u in the models, none in the revisions",
    ),
    "a table's other parent": (
        f'{ITEM} CREATE TABLE "The, other" (); CREATE TABLE child () INHERITS (item)',
        f'{ITEM} CREATE TABLE "The, other" (); CREATE TABLE child () INHERITS (item, "The, other")',
        'table child differs: inheritance item, "The, other" in the models, item in the revisions',
    ),
    "a table that inherits no more": (
        f"{ITEM} CREATE TABLE child () INHERITS (item)",
        f"{ITEM} CREATE TABLE child (id integer NOT NULL, x integer, name varchar(50))",
        "table child differs: inheritance none in the models, item in the revisions",
    ),
    "a partition's bound": (
        f"{LATE} (10) TO (20)",
        f"{LATE} (10) TO (30)",
        (
            "table late differs: partition bound FOR VALUES FROM (10) TO (30) in the models, "
            "FOR VALUES FROM (10) TO (20) in the revisions"
        ),
    ),
    "a table that is a partition": (
        f"{RANGE} CREATE TABLE late (day integer)",
        f"{LATE} (10) TO (20)",
        (
            "table late differs: partition bound FOR VALUES FROM (10) TO (20) in the models, none in the revisions; "
            "inheritance log in the models, none in the revisions"
        ),
    ),
    "a table that is no partition any more": (
        f"{LATE} (10) TO (20)",
        f"{RANGE} CREATE TABLE late (day integer)",
        (
            "table late differs: partition bound none in the models, FOR VALUES FROM (10) TO (20) in the revisions; "
            "inheritance none in the models, log in the revisions"
        ),
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    assert pair.mended(revisions, models) == message


# As above, where a person has to see to the rows: what the code says then.
BY_HAND = {
    "a table's partitioning": (
        ITEM,
        ITEM.replace(");", ") PARTITION BY RANGE (id);"),
        (
            "table item differs: kind partitioned table in the models, table in the revisions; "
            "partitioning RANGE (id) in the models, none in the revisions"
        ),
        (
            "# partitioning cannot be altered: rename item, create it PARTITION BY RANGE (id) and with partitions, "
            "copy the rows, drop the old table"
        ),
    ),
    "a partitioning's key": (
        ITEM.replace(");", ") PARTITION BY RANGE (id);"),
        ITEM.replace(");", ") PARTITION BY HASH (id);"),
        "table item differs: partitioning HASH (id) in the models, RANGE (id) in the revisions",
        (
            "# partitioning cannot be altered: rename item, create it PARTITION BY HASH (id) and with partitions, "
            "copy the rows, drop the old table"
        ),
    ),
    "a table that is partitioned no more": (
        ITEM.replace(");", ") PARTITION BY RANGE (id);"),
        ITEM,
        (
            "table item differs: kind table in the models, partitioned table in the revisions; "
            "partitioning none in the models, RANGE (id) in the revisions"
        ),
        (
            "# partitioning cannot be altered: rename item, create it without PARTITION BY, "
            "copy the rows, drop the old table"
        ),
    ),
    "a view where the models have a table": (
        "CREATE VIEW item AS SELECT 1 AS id",
        "CREATE TABLE item (id integer)",
        "table item differs: kind table in the models, view in the revisions",
        "# item is a view: drop it and create the table, or leave it out by include_object in env.py",
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message", "code"), BY_HAND.values(), ids=list(BY_HAND))
def test_what_a_person_has_to_see_to_is_told_in_the_code(
    pair: Pair, revisions: str, models: str, message: str, code: str
) -> None:
    pair.fill(revisions, models)

    (finding,) = pair.findings()

    assert (finding.message, finding.details["operations"]) == (message, [code])


def test_a_table_that_the_revisions_lack(pair: Pair) -> None:
    pair.fill("SELECT 1", "CREATE TABLE item (id integer)")

    (finding,) = pair.findings()  # autogenerate holds the operation

    assert finding.message == "table item is in the models and in no revision"


def test_a_schema_that_the_revisions_lack(pair: Pair) -> None:
    pair.fill(
        "SELECT 1", "CREATE SCHEMA other; CREATE TABLE other.item (id integer); CREATE TABLE other.two ()"
    )

    schema, *tables = pair.findings()

    assert schema.message == "schema other is in the models and in no revision"
    assert schema.details["operations"] == ["op.execute('CREATE SCHEMA other')"]
    assert [one.message for one in tables] == [
        "table other.item is in the models and in no revision",
        "table other.two is in the models and in no revision",
    ]


@pytest.fixture
def tablespace(pair: Pair) -> Iterator[str]:
    """The name of a tablespace, which is the whole server's."""
    with open_session(pair.models) as session:
        session.run("SET allow_in_place_tablespaces = on")
        session.run("CREATE TABLESPACE \"Fast disk\" LOCATION ''")
    yield '"Fast disk"'
    pair.fill("SELECT 1", "SELECT 1")
    with open_session(pair.models) as session:
        session.run('DROP TABLESPACE "Fast disk"')


def test_the_tablespace_of_a_table_and_of_an_index(pair: Pair, tablespace: str) -> None:
    usual = f"{ITEM} CREATE INDEX ix ON item (x)"
    other = f"{ITEM} CREATE INDEX ix ON item (x) TABLESPACE {tablespace}; ALTER TABLE item SET TABLESPACE {tablespace}"
    told = "tablespace Fast disk in the models, default in the revisions"
    untold = "tablespace default in the models, Fast disk in the revisions"

    for revisions, models, said in ((usual, other, told), (other, usual, untold)):
        pair.fill(revisions, models)
        found = pair.findings()
        assert [one.message for one in found] == [
            f"table item differs: {said}",
            f"index ix on item differs: {said}",
        ]
        for finding in found:
            pair.mend(finding)
        assert pair.findings() == []
