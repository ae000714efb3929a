"""What PostgreSQL's catalogs say of enum types and domains: each field alone differs, is found, and is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import open_session

if TYPE_CHECKING:
    from support.schemas import Pair

MOOD = "CREATE TYPE mood AS ENUM ('sad', 'ok'); "
LESS = MOOD.replace(", 'ok'", "")
MORE = MOOD.replace("'ok'", "'ok', 'glum'")
OTHER_ORDER = MOOD.replace("'sad', 'ok'", "'ok', 'sad'")
USED = """
CREATE TABLE item (mood mood DEFAULT 'sad', moods mood[] DEFAULT '{sad}', x integer, CHECK (mood <> 'sad' OR x > 0));
CREATE INDEX ix ON item (x) WHERE mood = 'sad';
CREATE TABLE log (day integer, mood mood) PARTITION BY RANGE (day);
CREATE TABLE late PARTITION OF log FOR VALUES FROM (10) TO (20);
"""
CODE = "CREATE DOMAIN code AS varchar(3); "
CODE_IN_C = CODE.replace("(3)", '(3) COLLATE "C"')
OF_CODE = "CREATE TABLE item (code code DEFAULT 'a', codes code[])"
# Name: what the revisions make, what the models make, what is found.
CASES = {
    "an enum type": (
        "SELECT 1",
        MOOD,
        "enum type mood is in the models and in no revision",
    ),
    "an enum's labels": (
        MOOD,
        MOOD.replace("'sad', 'ok'", "'glum', 'sad', 'it''s ok', 'ok'"),
        "enum type mood differs: labels 'glum', 'sad', 'it''s ok', 'ok' in the models, 'sad', 'ok' in the revisions",
    ),
    "a domain": (
        "SELECT 1",
        "CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CHECK (VALUE > 0)",
        "domain positive is in the models and in no revision",
    ),
    "a domain's default": (
        "CREATE DOMAIN positive AS integer",
        "CREATE DOMAIN positive AS integer DEFAULT 1",
        "domain positive differs: default 1 in the models, none in the revisions",
    ),
    "a domain's nullability": (
        "CREATE DOMAIN positive AS integer",
        "CREATE DOMAIN positive AS integer NOT NULL",
        "domain positive differs: nullable no in the models, yes in the revisions",
    ),
    "an enum's label that is no more": (
        MOOD,
        MOOD.replace(", 'ok'", ""),
        "enum type mood differs: labels 'sad' in the models, 'sad', 'ok' in the revisions",
    ),
    "an enum's labels in another order": (
        f"{MOOD} {USED}",
        f"{OTHER_ORDER} {USED}",
        "enum type mood differs: labels 'ok', 'sad' in the models, 'sad', 'ok' in the revisions",
    ),
    "an enum's label that is no more, in use": (
        f"{MOOD} {USED}",
        f"{LESS} {USED}",
        "enum type mood differs: labels 'sad' in the models, 'sad', 'ok' in the revisions",
    ),
    "an enum without labels": (
        "CREATE TYPE mood AS ENUM ()",
        MOOD,
        "enum type mood differs: labels 'sad', 'ok' in the models, none in the revisions",
    ),
    "the labels of an enum of another schema": (
        f"CREATE SCHEMA other; {MOOD.replace('mood', 'other.mood')} CREATE TABLE item (mood other.mood)",
        f"CREATE SCHEMA other; {LESS.replace('mood', 'other.mood')} CREATE TABLE item (mood other.mood)",
        "enum type other.mood differs: labels 'sad' in the models, 'sad', 'ok' in the revisions",
    ),
    "an enum's comment": (
        MOOD,
        f"{MOOD} COMMENT ON TYPE mood IS 'one'",
        "enum type mood differs: comment one in the models, none in the revisions",
    ),
    "a domain's type": (
        f"{CODE} {OF_CODE}",
        f"{CODE.replace('(3)', '(4)')} {OF_CODE}",
        "domain code differs: type character varying(4) in the models, character varying(3) in the revisions",
    ),
    "a domain's collation": (
        f"{CODE} {OF_CODE}",
        f"{CODE_IN_C} {OF_CODE}",
        'domain code differs: collation "C" in the models, default in the revisions',
    ),
    "a domain's type, collation and constraints": (
        'CREATE DOMAIN code AS text COLLATE "C"',
        "CREATE DOMAIN code AS varchar(3) CHECK (VALUE <> '')",
        (
            "domain code differs: type character varying(3) in the models, text in the revisions; "
            "CHECK (((VALUE)::text <> ''::text)) in the models, none in the revisions"
        ),
    ),
    "a domain's constraint": (
        f"{CODE} ALTER DOMAIN code ADD CHECK (VALUE <> 'a'); ALTER DOMAIN code ADD CHECK (VALUE <> 'b')",
        f"{CODE} ALTER DOMAIN code ADD CHECK (VALUE <> 'c'); ALTER DOMAIN code ADD CHECK (VALUE <> 'b')",
        (
            "domain code differs: CHECK (((VALUE)::text <> 'b'::text)) CHECK (((VALUE)::text <> 'c'::text)) "
            "in the models, CHECK (((VALUE)::text <> 'a'::text)) CHECK (((VALUE)::text <> 'b'::text)) in the revisions"
        ),
    ),
    "a domain's default that is no more": (
        f"{CODE} ALTER DOMAIN code SET DEFAULT 'x'",
        CODE,
        "domain code differs: default none in the models, 'x'::character varying in the revisions",
    ),
    "a domain's comment": (
        CODE,
        f"{CODE} COMMENT ON DOMAIN code IS 'one'",
        "domain code differs: comment one in the models, none in the revisions",
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    assert pair.mended(revisions, models) == message


def test_a_type_is_made_before_the_columns_that_become_of_it(pair: Pair) -> None:
    table = "CREATE TABLE item (mood text)"
    pair.fill(table, f"{MOOD} {table.replace('text', 'mood')}")

    enum, column = pair.findings()

    assert enum.message == "enum type mood is in the models and in no revision"
    assert column.message == "column item.mood differs: type mood in the models, text in the revisions"
    for finding in (enum, column):
        pair.mend(finding)
    assert pair.findings() == []


def test_rows_keep_their_labels_and_those_without_one_are_told(pair: Pair) -> None:
    told = "# rows that hold 'glum' need another value first:"
    filled = "INSERT INTO item (mood, x) VALUES ('ok', 1), ('sad', 2)"
    pair.fill(
        f"{MORE} {USED} {filled}",
        f"{OTHER_ORDER} {USED}",
    )

    (finding,) = pair.findings()
    pair.mend(finding)

    operations = finding.details["operations"]
    assert isinstance(operations, list)
    assert [one for one in operations if one.startswith("#")] == [
        f"{told} UPDATE item SET mood = ... WHERE mood IN ('glum')",
        f"{told} UPDATE item SET moods = ... WHERE moods && ARRAY['glum']::mood[]",
        f"{told} UPDATE log SET mood = ... WHERE mood IN ('glum')",
    ]
    with open_session(pair.revisions) as session:
        assert session.rows("SELECT mood::text, x FROM item ORDER BY mood") == [("ok", 1), ("sad", 2)]
