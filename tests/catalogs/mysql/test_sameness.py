"""What two MariaDB databases may have otherwise and is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

pytestmark = pytest.mark.mariadb

OTHER = "CREATE TABLE other (id int PRIMARY KEY); "
ITEM = "CREATE TABLE item (x int, name varchar(50))"
CASES = {
    "the order of columns": (
        "CREATE TABLE item (a int, b text)",
        "CREATE TABLE item (b text, a int)",
    ),
    "the names of constraints that nobody named": (
        (
            f"{OTHER} CREATE TABLE item (x int, UNIQUE KEY a (x), CONSTRAINT b CHECK (x > 0), "
            "CONSTRAINT c FOREIGN KEY (x) REFERENCES other (id))"
        ),
        f"{OTHER} CREATE TABLE item (x int UNIQUE, CHECK (x > 0), FOREIGN KEY (x) REFERENCES other (id))",
    ),
    "a check at the column and at the table": (
        "CREATE TABLE item (x int CHECK (x in (1,2)), y json)",
        "CREATE TABLE item (x int, y json, CONSTRAINT ck CHECK ((x) IN (1, 2)))",
    ),
    "the index that the server makes for a foreign key": (
        (
            f"{OTHER} CREATE TABLE item (x int, y int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES other (id), "
            "CONSTRAINT fk_y FOREIGN KEY (y) REFERENCES other (id)); CREATE INDEX ix ON item (y)"
        ),
        (
            f"{OTHER} CREATE TABLE item (x int, y int); CREATE INDEX ix ON item (y); "
            "ALTER TABLE item ADD FOREIGN KEY (x) REFERENCES other (id) ON DELETE RESTRICT ON UPDATE NO ACTION; "
            "ALTER TABLE item ADD FOREIGN KEY (y) REFERENCES other (id)"
        ),
    ),
    "what goes without saying": (
        (
            "CREATE TABLE item (a INTEGER DEFAULT NULL, b BOOL DEFAULT true, c DECIMAL(9,2) DEFAULT 1.5, d TEXT, "
            "e DATETIME DEFAULT NOW(), f varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, "
            "KEY ix (a) USING BTREE, CHECK (f <> _latin1'x')) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4"
        ),
        (
            "CREATE TABLE item (a int, b tinyint(1) DEFAULT '1', c numeric(9,2) DEFAULT '1.50', d text DEFAULT NULL, "
            "e datetime DEFAULT current_timestamp, f varchar(5), KEY ix (a), CHECK (f <> 'x')) ROW_FORMAT=DYNAMIC"
        ),
    ),
    "partitions of a range, which revisions add as time goes by": (
        (
            "CREATE TABLE item (x int) PARTITION BY RANGE (x) (PARTITION a VALUES LESS THAN (1), "
            "PARTITION b VALUES LESS THAN (9))"
        ),
        "CREATE TABLE item (x int) PARTITION BY RANGE (x) (PARTITION z VALUES LESS THAN (5))",
    ),
    "what models cannot say: views, triggers, routines, events, other tables": (
        (
            f"{ITEM}; CREATE VIEW v AS SELECT 1; CREATE TRIGGER t BEFORE INSERT ON item FOR EACH ROW SET NEW.x = 1; "
            "CREATE PROCEDURE p() SELECT 1; CREATE TABLE legacy (id int); CREATE SEQUENCE ticket"
        ),
        ITEM,
    ),
}


@pytest.mark.parametrize(("revisions", "models"), CASES.values(), ids=list(CASES))
def test_it_is_no_difference(pair: Pair, revisions: str, models: str) -> None:
    pair.fill(revisions, models)

    assert pair.findings() == []


def test_a_name_that_a_person_gave_counts(pair: Pair) -> None:
    pair.fill(
        "CREATE TABLE item (x int, CONSTRAINT a CHECK (x > 0), KEY ix_a (x), UNIQUE KEY uq_a (x, x2), x2 int)",
        "CREATE TABLE item (x int, CONSTRAINT b CHECK (x > 0), KEY ix_b (x), UNIQUE KEY uq_b (x, x2), x2 int)",
    )
    named = ("b", "ix_b", "uq_b")

    found = pair.findings(*named)

    assert [finding.message for finding in found] == [
        "unique constraint uq_b on item differs: name uq_b in the models, uq_a in the revisions",
        "check constraint b on item differs: name b in the models, a in the revisions",
        "index ix_b on item differs: name ix_b in the models, ix_a in the revisions",
    ]
    for finding in found:
        pair.mend(finding)
    assert pair.findings(*named) == []
