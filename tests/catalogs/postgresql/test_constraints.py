"""What PostgreSQL's catalogs say of a constraint: each field alone differs, is found, and is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.catalogs import postgresql
from alembic_proof.catalogs.compare import compare
from alembic_proof.catalogs.snapshot import Models, Sides, Statement
from alembic_proof.databases import open_session
from support.schemas import everything

if TYPE_CHECKING:
    from support.schemas import Pair

ITEM = "CREATE TABLE item (id integer NOT NULL, x integer, name varchar(50)); "
KEYED = "CREATE TABLE item (id integer NOT NULL, x integer NOT NULL); ALTER TABLE item ADD"
TWO_KEYED = f"{KEYED} UNIQUE (x); CREATE TABLE two (x integer UNIQUE);"
REFERRING = f"{KEYED} UNIQUE (x), ADD FOREIGN KEY (id) REFERENCES item (x)"
SPANS = "CREATE TABLE item (span int4range, during tsrange); "
REFERRED = f"{SPANS} ALTER TABLE item ADD PRIMARY KEY (span, during WITHOUT OVERLAPS); "
LINK = "CREATE TABLE link (span int4range, during tsrange); "
OVER_PERIOD = "FOREIGN KEY (span, PERIOD during) REFERENCES item (span, PERIOD during)"
# Name: what the revisions make, what the models make, what is found.
CASES = {
    "a primary key": (
        ITEM,
        f"{ITEM} ALTER TABLE item ADD PRIMARY KEY (id)",
        "primary key item_pkey on item is in the models and in no revision",
    ),
    "a primary key's columns": (
        f"{ITEM} ALTER TABLE item ALTER x SET NOT NULL, ADD CONSTRAINT pk_item PRIMARY KEY (x, id)",
        f"{ITEM} ALTER TABLE item ALTER x SET NOT NULL, ADD PRIMARY KEY (id, x)",
        (
            "primary key item_pkey on item differs: PRIMARY KEY (id, x) in the models, "
            "PRIMARY KEY (x, id) in the revisions"
        ),
    ),
    "a unique constraint's nulls": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x)",
        f"{ITEM} ALTER TABLE item ADD UNIQUE NULLS NOT DISTINCT (x)",
        (
            "unique constraint item_x_key on item differs: UNIQUE NULLS NOT DISTINCT (x) in the models, "
            "UNIQUE (x) in the revisions"
        ),
    ),
    "a unique constraint's deferral": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x)",
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x) DEFERRABLE INITIALLY DEFERRED",
        (
            "unique constraint item_x_key on item differs: UNIQUE (x) DEFERRABLE INITIALLY DEFERRED in the models, "
            "UNIQUE (x) in the revisions"
        ),
    ),
    "a check constraint": (
        ITEM,
        f"{ITEM} ALTER TABLE item ADD CHECK (name <> ':x' AND x > 0)",
        "check constraint item_check on item is in the models and in no revision",
    ),
    "a check constraint that is no more": (
        f'{ITEM} ALTER TABLE item ADD CONSTRAINT "Odd name" CHECK (x > 0)',
        ITEM,
        "check constraint Odd name on item is made by the revisions and is not in the models",
    ),
    "a check constraint's expression": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 1)",
        (
            "check constraint item_x_check on item differs: CHECK ((x > 1)) in the models, "
            "CHECK ((x > 0)) in the revisions"
        ),
    ),
    "a check constraint's validity": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0) NOT VALID",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        (
            "check constraint item_x_check on item differs: CHECK ((x > 0)) in the models, "
            "CHECK ((x > 0)) NOT VALID in the revisions"
        ),
    ),
    "a check constraint that is not enforced": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0) NOT ENFORCED",
        (
            "check constraint item_x_check on item differs: CHECK ((x > 0)) NOT ENFORCED in the models, "
            "CHECK ((x > 0)) in the revisions"
        ),
    ),
    "a constraint's comment": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0); COMMENT ON CONSTRAINT item_x_check ON item IS 'why'",
        "check constraint item_x_check on item differs: comment why in the models, none in the revisions",
    ),
    "a foreign key's action": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x), ADD FOREIGN KEY (id) REFERENCES item (x)",
        (
            f"{ITEM} ALTER TABLE item ADD UNIQUE (x), "
            "ADD FOREIGN KEY (id) REFERENCES item (x) MATCH FULL ON DELETE SET NULL"
        ),
        (
            "foreign key item_id_fkey on item differs: "
            "FOREIGN KEY (id) REFERENCES item(x) MATCH FULL ON DELETE SET NULL "
            "in the models, FOREIGN KEY (id) REFERENCES item(x) in the revisions"
        ),
    ),
    "an exclusion constraint": (
        "CREATE TABLE item (during tsrange)",
        "CREATE TABLE item (during tsrange, EXCLUDE USING gist (during WITH &&))",
        "exclusion constraint item_during_excl on item is in the models and in no revision",
    ),
    "a table of another schema": (
        f"CREATE SCHEMA other; {ITEM.replace('item', 'other.item')}",
        f"CREATE SCHEMA other; {ITEM.replace('item', 'other.item')} ALTER TABLE other.item ADD CHECK (x > 0)",
        "check constraint item_x_check on other.item is in the models and in no revision",
    ),
    "a primary key's included columns": (
        f"{KEYED} PRIMARY KEY (id)",
        f"{KEYED} PRIMARY KEY (id) INCLUDE (x)",
        (
            "primary key item_pkey on item differs: PRIMARY KEY (id) INCLUDE (x) in the models, "
            "PRIMARY KEY (id) in the revisions"
        ),
    ),
    "a primary key's storage options": (
        f"{KEYED} PRIMARY KEY (id) WITH (deduplicate_items=off)",
        f"{KEYED} PRIMARY KEY (id) WITH (fillfactor=50)",
        (
            "primary key item_pkey on item differs: index UNIQUE btree (id) WITH (fillfactor='50') in the models, "
            "UNIQUE btree (id) WITH (deduplicate_items=off) in the revisions"
        ),
    ),
    "a primary key with storage options": (
        KEYED.removesuffix("ALTER TABLE item ADD"),
        f"{KEYED} PRIMARY KEY (id) WITH (fillfactor=50)",
        "primary key item_pkey on item is in the models and in no revision",
    ),
    "a primary key's deferral": (
        f"{KEYED} PRIMARY KEY (id)",
        f"{KEYED} PRIMARY KEY (id) DEFERRABLE",
        (
            "primary key item_pkey on item differs: PRIMARY KEY (id) DEFERRABLE in the models, "
            "PRIMARY KEY (id) in the revisions"
        ),
    ),
    "a key on which foreign keys lean": (
        f"{KEYED} UNIQUE (id, x); CREATE TABLE link (a integer, b integer, FOREIGN KEY (a, b) REFERENCES item (x, id))",
        f"{KEYED} UNIQUE (x, id); CREATE TABLE link (a integer, b integer, FOREIGN KEY (a, b) REFERENCES item (x, id))",
        (
            "unique constraint item_x_id_key on item differs: UNIQUE (x, id) in the models, "
            "UNIQUE (id, x) in the revisions"
        ),
    ),
    "a key without overlaps": (
        f"{SPANS} ALTER TABLE item ADD PRIMARY KEY (span, during)",
        REFERRED,
        (
            "primary key item_pkey on item differs: PRIMARY KEY (span, during WITHOUT OVERLAPS) in the models, "
            "PRIMARY KEY (span, during) in the revisions"
        ),
    ),
    "a foreign key over a period": (
        f"{REFERRED} {LINK}",
        f"{REFERRED} {LINK} ALTER TABLE link ADD {OVER_PERIOD}",
        "foreign key link_span_during_fkey on link is in the models and in no revision",
    ),
    "a unique constraint": (
        ITEM,
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x)",
        "unique constraint item_x_key on item is in the models and in no revision",
    ),
    "a unique constraint that is no more": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x)",
        ITEM,
        "unique constraint item_x_key on item is made by the revisions and is not in the models",
    ),
    "a unique constraint's columns": (
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT u UNIQUE (x)",
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT u UNIQUE (x, id)",
        "unique constraint u on item differs: UNIQUE (x, id) in the models, UNIQUE (x) in the revisions",
    ),
    "a unique constraint's included columns": (
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x)",
        f"{ITEM} ALTER TABLE item ADD UNIQUE (x) INCLUDE (id)",
        (
            "unique constraint item_x_id_key on item differs: UNIQUE (x) INCLUDE (id) in the models, "
            "UNIQUE (x) in the revisions"
        ),
    ),
    "a check constraint's inheritance": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0) NO INHERIT",
        (
            "check constraint item_x_check on item differs: CHECK ((x > 0)) NO INHERIT in the models, "
            "CHECK ((x > 0)) in the revisions"
        ),
    ),
    "a check constraint that is not validated": (
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)",
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0) NOT VALID",
        (
            "check constraint item_x_check on item differs: CHECK ((x > 0)) NOT VALID in the models, "
            "CHECK ((x > 0)) in the revisions"
        ),
    ),
    "a foreign key": (
        f"{KEYED} UNIQUE (x)",
        REFERRING,
        "foreign key item_id_fkey on item is in the models and in no revision",
    ),
    "a foreign key's columns": (
        f"{KEYED} UNIQUE (x), ADD UNIQUE (id), ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES item (x)",
        f"{KEYED} UNIQUE (x), ADD UNIQUE (id), ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES item (id)",
        (
            "foreign key f on item differs: FOREIGN KEY (id) REFERENCES item(id) in the models, "
            "FOREIGN KEY (id) REFERENCES item(x) in the revisions"
        ),
    ),
    "a foreign key's table": (
        f"{TWO_KEYED} ALTER TABLE item ADD FOREIGN KEY (id) REFERENCES item (x)",
        f"{TWO_KEYED} ALTER TABLE item ADD FOREIGN KEY (id) REFERENCES two (x)",
        (
            "foreign key item_id_fkey on item differs: FOREIGN KEY (id) REFERENCES two(x) in the models, "
            "FOREIGN KEY (id) REFERENCES item(x) in the revisions"
        ),
    ),
    "a foreign key's ON UPDATE": (
        REFERRING,
        f"{REFERRING} ON UPDATE CASCADE",
        (
            "foreign key item_id_fkey on item differs: FOREIGN KEY (id) REFERENCES item(x) ON UPDATE CASCADE "
            "in the models, FOREIGN KEY (id) REFERENCES item(x) in the revisions"
        ),
    ),
    "the columns that a foreign key's ON DELETE sets": (
        f"{KEYED} UNIQUE (id, x), ADD FOREIGN KEY (x, id) REFERENCES item (id, x) ON DELETE SET DEFAULT",
        f"{KEYED} UNIQUE (id, x), ADD FOREIGN KEY (x, id) REFERENCES item (id, x) ON DELETE SET DEFAULT (x)",
        (
            "foreign key item_x_id_fkey on item differs: "
            "FOREIGN KEY (x, id) REFERENCES item(id, x) ON DELETE SET DEFAULT (x) in the models, "
            "FOREIGN KEY (x, id) REFERENCES item(id, x) ON DELETE SET DEFAULT in the revisions"
        ),
    ),
    "a foreign key's deferral": (
        f"{REFERRING} DEFERRABLE",
        f"{REFERRING} DEFERRABLE INITIALLY DEFERRED",
        (
            "foreign key item_id_fkey on item differs: "
            "FOREIGN KEY (id) REFERENCES item(x) DEFERRABLE INITIALLY DEFERRED in the models, "
            "FOREIGN KEY (id) REFERENCES item(x) DEFERRABLE in the revisions"
        ),
    ),
    "a foreign key's validity": (
        f"{REFERRING} NOT VALID",
        REFERRING,
        (
            "foreign key item_id_fkey on item differs: FOREIGN KEY (id) REFERENCES item(x) in the models, "
            "FOREIGN KEY (id) REFERENCES item(x) NOT VALID in the revisions"
        ),
    ),
    "a foreign key that is not enforced": (
        REFERRING,
        f"{REFERRING} NOT ENFORCED",
        (
            "foreign key item_id_fkey on item differs: FOREIGN KEY (id) REFERENCES item(x) NOT ENFORCED in the models, "
            "FOREIGN KEY (id) REFERENCES item(x) in the revisions"
        ),
    ),
    "an exclusion constraint's operator": (
        f"{SPANS} ALTER TABLE item ADD EXCLUDE USING gist (during WITH &&)",
        f"{SPANS} ALTER TABLE item ADD EXCLUDE USING gist (during WITH =)",
        (
            "exclusion constraint item_during_excl on item differs: EXCLUDE USING gist (during WITH =) in the models, "
            "EXCLUDE USING gist (during WITH &&) in the revisions"
        ),
    ),
    "an exclusion constraint's predicate and deferral": (
        f"{SPANS} ALTER TABLE item ADD EXCLUDE USING gist (during WITH &&)",
        f"{SPANS} ALTER TABLE item ADD EXCLUDE USING gist (during WITH &&) WHERE (span <> 'empty') DEFERRABLE",
        (
            "exclusion constraint item_during_excl on item differs: EXCLUDE USING gist (during WITH &&) "
            "WHERE ((span <> 'empty'::int4range)) DEFERRABLE in the models, "
            "EXCLUDE USING gist (during WITH &&) in the revisions"
        ),
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    assert pair.mended(revisions, models) == message


def test_a_constraint_that_is_only_not_validated_is_validated(pair: Pair) -> None:
    pair.fill(
        f"{ITEM} ALTER TABLE item ADD CHECK (x > 0) NOT VALID", f"{ITEM} ALTER TABLE item ADD CHECK (x > 0)"
    )

    (finding,) = pair.findings()

    assert finding.details["operations"] == [
        "op.execute('ALTER TABLE item VALIDATE CONSTRAINT item_x_check')"
    ]


def test_an_unnamed_unique_constraint_of_the_same_columns_is_the_same_one(pair: Pair) -> None:
    pair.fill(
        f"{ITEM} ALTER TABLE item ADD CONSTRAINT u UNIQUE (x, id)",
        f"{ITEM} ALTER TABLE item ADD UNIQUE (id, x)",
    )

    (finding,) = pair.findings("another name")

    assert finding.message == (
        "unique constraint item_id_x_key on item differs: UNIQUE (id, x) in the models, UNIQUE (x, id) in the revisions"
    )


def test_a_part_of_a_database_holds_what_mends_it(pair: Pair) -> None:
    revisions, models, _ = CASES["a key on which foreign keys lean"]
    pair.fill(revisions, models)
    with open_session(pair.revisions) as theirs, open_session(pair.models) as ours:
        whole = Sides(postgresql.read(ours.rows), postgresql.read(theirs.rows))
        part = Sides(
            postgresql.read_tables(ours.rows, {"item"}), postgresql.read_tables(theirs.rows, {"item"})
        )

    (change,) = compare(everything(part.models), part, postgresql.spelling)

    assert compare(everything(whole.models), whole, postgresql.spelling) == (change,)
    operations = postgresql.mend(change, part)
    assert operations == postgresql.mend(change, whole)
    assert operations[0] == "op.execute('ALTER TABLE link DROP CONSTRAINT link_a_b_fkey')"


def test_a_part_of_a_database_lies_in_schemas_that_are_there(pair: Pair) -> None:
    pair.fill("CREATE SCHEMA other; CREATE TABLE other.item ()", "SELECT 1")
    wanted = Models((Statement("CREATE TABLE other.item ()", "table", "other", "item"),), ())

    with open_session(pair.revisions) as session:
        part = postgresql.read_tables(session.rows, {"item"})

    assert [one.sql for one in postgresql.build(wanted, part)] == ["CREATE TABLE other.item ()"]
