"""Everything of MariaDB's that is compared: what is said of it, and that the operation mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

pytestmark = pytest.mark.mariadb

OTHER = "CREATE TABLE other (id int PRIMARY KEY, code int UNIQUE); "
COLUMNS = {"id": "int NOT NULL", "x": "int", "name": "varchar(50)"}


def item(*parts: str, options: str = "", **columns: str) -> str:
    """The table, with a column's definition replaced or added, and with keys and constraints."""
    listed = (f"{name} {definition}" for name, definition in {**COLUMNS, **columns}.items())
    return f"CREATE TABLE item ({', '.join((*listed, *parts))}) {options}; "


ITEM = item()
# Name: what the revisions make, what the models make, what is found.
CASES = {
    "a table that the revisions lack": (
        OTHER,
        OTHER + ITEM,
        "table item is in the models and in no revision",
    ),
    "a table's engine": (
        item(options="ENGINE=MyISAM ROW_FORMAT=Dynamic"),
        item(options="ENGINE=InnoDB"),
        "table item differs: engine InnoDB in the models, MyISAM in the revisions",
    ),
    "a table's collation, and its columns'": (
        item(options="CHARACTER SET latin1"),
        ITEM,
        "table item differs: collation utf8mb4_general_ci in the models, latin1_swedish_ci in the revisions",
    ),
    "a table's collation, and columns that have their own": (
        item(name="varchar(50) COLLATE utf8mb4_bin CHECK (name <> '')"),
        item(name="varchar(50) COLLATE utf8mb4_bin CHECK (name <> '')", options="COLLATE utf8mb4_unicode_ci"),
        "table item differs: collation utf8mb4_unicode_ci in the models, utf8mb4_general_ci in the revisions",
    ),
    "a table's row format": (
        ITEM,
        item(options="ROW_FORMAT=COMPACT"),
        "table item differs: row format COMPACT in the models, DYNAMIC in the revisions",
    ),
    "a table's other options": (
        item(options="STATS_PERSISTENT=1"),
        item(options="STATS_AUTO_RECALC=0"),
        "table item differs: options stats_auto_recalc=0 in the models, stats_persistent=1 in the revisions",
    ),
    "a table's comment": (
        item(options="COMMENT 'it''s 50% a:b \\\\ one'"),
        item(options="COMMENT 'two ''50%'' c:d \\\\'"),
        "table item differs: comment two '50%' c:d \\ in the models, it's 50% a:b \\ one in the revisions",
    ),
    "a table's partitions": (
        ITEM,
        item(options="PARTITION BY HASH (id) PARTITIONS 3"),
        "table item differs: partitioning HASH (`id`) PARTITIONS 3 in the models, none in the revisions",
    ),
    "a table's partitions that the models lack": (
        item(options="PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (5))"),
        ITEM,
        "table item differs: partitioning none in the models, RANGE (`id`) in the revisions",
    ),
    "a column that the revisions lack": (
        ITEM,
        item(y="int DEFAULT 1"),
        "column item.y is in the models and in no revision",
    ),
    "a column that the models lack, and what stands on it": (
        item("KEY ix (y)", y="int"),
        ITEM,
        "column item.y is made by the revisions and is not in the models",
    ),
    "a type": (
        ITEM,
        item(name="varchar(60)"),
        "column item.name differs: type varchar(60) in the models, varchar(50) in the revisions",
    ),
    "a type's sign": (
        ITEM,
        item(x="int unsigned"),
        "column item.x differs: type int(10) unsigned in the models, int(11) in the revisions",
    ),
    "an enum's values": (
        item(name="enum('a')"),
        item(name="enum('a','b')"),
        "column item.name differs: type enum('a','b') in the models, enum('a') in the revisions",
    ),
    "JSON": (
        item(name="longtext"),
        item(name="json"),
        "column item.name differs: type json in the models, longtext in the revisions",
    ),
    "a column's collation": (
        ITEM,
        item(name="varchar(50) COLLATE utf8mb4_bin"),
        "column item.name differs: collation utf8mb4_bin in the models, default in the revisions",
    ),
    "whether NULL is let in": (
        ITEM,
        item(x="int NOT NULL"),
        "column item.x differs: nullable no in the models, yes in the revisions",
    ),
    "a default": (
        item(name="varchar(50) DEFAULT 'it''s'"),
        item(name="varchar(50) DEFAULT 'a:b'"),
        "column item.name differs: default 'a:b' in the models, 'it''s' in the revisions",
    ),
    "a default that the models lack": (
        item(x="int DEFAULT 1"),
        ITEM,
        "column item.x differs: default none in the models, 1 in the revisions",
    ),
    "a default that is computed": (
        item(name="varchar(50) DEFAULT (uuid())"),
        item(name="varchar(50) DEFAULT (lower('A'))"),
        "column item.name differs: default lcase('A') in the models, uuid() in the revisions",
    ),
    "ON UPDATE": (
        item(t="timestamp NULL DEFAULT NULL"),
        item(t="timestamp NULL DEFAULT NULL ON UPDATE current_timestamp"),
        "column item.t differs: on update current_timestamp() in the models, none in the revisions",
    ),
    "a generated column's expression": (
        item(x="int AS (id + 1) STORED"),
        item(x="int AS (id + 2) STORED"),
        "column item.x differs: generated `id` + 2 STORED in the models, `id` + 1 STORED in the revisions",
    ),
    "where a generated column is kept": (
        item(x="int AS (id + 1) VIRTUAL"),
        item(x="int AS (id + 1) STORED"),
        "column item.x differs: generated `id` + 1 STORED in the models, `id` + 1 VIRTUAL in the revisions",
    ),
    "a column that is generated no more": (
        item(x="int AS (id + 1)"),
        ITEM,
        "column item.x differs: generated none in the models, `id` + 1 VIRTUAL in the revisions",
    ),
    "AUTO_INCREMENT": (
        item("PRIMARY KEY (id)"),
        item("PRIMARY KEY (id)", id="int NOT NULL AUTO_INCREMENT"),
        "column item.id differs: auto_increment yes in the models, none in the revisions",
    ),
    "a column that is not seen": (
        item(x="int INVISIBLE"),
        ITEM,
        "column item.x differs: visibility visible in the models, invisible in the revisions",
    ),
    "a column's comment": (
        item(x="int COMMENT 'one'"),
        item(x="int COMMENT 'it''s\\n:two'"),
        "column item.x differs: comment it's\n:two in the models, one in the revisions",
    ),
    "a column that keeps its own check": (
        item(x="int CHECK (x > 0)"),
        item(x="bigint CHECK (x > 0)"),
        "column item.x differs: type bigint(20) in the models, int(11) in the revisions",
    ),
    "a primary key's columns": (
        item("PRIMARY KEY (id)", x="int NOT NULL"),
        item("PRIMARY KEY (id, x)", x="int NOT NULL"),
        (
            "primary key PRIMARY on item differs: PRIMARY KEY (`id`,`x`) in the models, "
            "PRIMARY KEY (`id`) in the revisions"
        ),
    ),
    "a primary key that the revisions lack": (
        ITEM,
        item("PRIMARY KEY (id)"),
        "primary key PRIMARY on item is in the models and in no revision",
    ),
    "a unique constraint that the revisions lack": (
        ITEM,
        item("UNIQUE KEY uq (x, name)"),
        "unique constraint uq on item is in the models and in no revision",
    ),
    "a unique constraint's columns": (
        item("UNIQUE KEY uq (x)"),
        item("UNIQUE KEY uq (x, name)"),
        (
            "unique constraint uq on item differs: UNIQUE KEY (`x`,`name`) in the models, "
            "UNIQUE KEY (`x`) in the revisions"
        ),
    ),
    "a foreign key that the revisions lack": (
        OTHER + ITEM,
        OTHER + item("CONSTRAINT fk FOREIGN KEY (x) REFERENCES other (id) ON DELETE CASCADE"),
        "foreign key fk on item is in the models and in no revision",
    ),
    "a foreign key that the models lack, with its index": (
        OTHER + item("CONSTRAINT fk FOREIGN KEY (x) REFERENCES other (id)"),
        OTHER + ITEM,
        "foreign key fk on item is made by the revisions and is not in the models",
    ),
    "a foreign key's actions": (
        OTHER + item("FOREIGN KEY (x) REFERENCES other (id) ON DELETE SET NULL"),
        OTHER + item("FOREIGN KEY (x) REFERENCES other (id) ON UPDATE CASCADE"),
        (
            "foreign key item_ibfk_1 on item differs: FOREIGN KEY (`x`) REFERENCES `other` (`id`) ON UPDATE CASCADE "
            "in the models, FOREIGN KEY (`x`) REFERENCES `other` (`id`) ON DELETE SET NULL in the revisions"
        ),
    ),
    "a foreign key's target": (
        OTHER + item("CONSTRAINT fk FOREIGN KEY (x) REFERENCES other (id)"),
        OTHER + item("CONSTRAINT fk FOREIGN KEY (x) REFERENCES other (code)"),
        (
            "foreign key fk on item differs: FOREIGN KEY (`x`) REFERENCES `other` (`code`) in the models, "
            "FOREIGN KEY (`x`) REFERENCES `other` (`id`) in the revisions"
        ),
    ),
    "a check that the revisions lack": (
        ITEM,
        item("CONSTRAINT ck CHECK (name <> 'a:b')"),
        "check constraint ck on item is in the models and in no revision",
    ),
    "a check": (
        item("CONSTRAINT ck CHECK (x > 0)"),
        item("CONSTRAINT ck CHECK (x > 1)"),
        "check constraint ck on item differs: CHECK (`x` > 1) in the models, CHECK (`x` > 0) in the revisions",
    ),
    "a column's own check": (
        item(x="int CHECK (x > 0)"),
        item(x="int CHECK (x > 1)"),
        "check constraint x on item differs: CHECK (`x` > 1) in the models, CHECK (`x` > 0) in the revisions",
    ),
    "a column's own check that the models lack": (
        item(x="int CHECK (x > 0)"),
        ITEM,
        "check constraint x on item is made by the revisions and is not in the models",
    ),
    "an index that the revisions lack": (
        ITEM,
        item("KEY ix (x)"),
        "index ix on item is in the models and in no revision",
    ),
    "an index that the models lack": (
        item("KEY ix (x)"),
        ITEM,
        "index ix on item is made by the revisions and is not in the models",
    ),
    "an index's prefix": (
        item("KEY ix (name(5))"),
        item("KEY ix (name(6))"),
        "index ix on item differs: KEY (`name`(6)) in the models, KEY (`name`(5)) in the revisions",
    ),
    "an index's direction": (
        item("KEY ix (x, name)"),
        item("KEY ix (x, name DESC)"),
        "index ix on item differs: KEY (`x`,`name` DESC) in the models, KEY (`x`,`name`) in the revisions",
    ),
    "an index's kind": (
        item("KEY ix (name)"),
        item("FULLTEXT KEY ix (name)"),
        "index ix on item differs: FULLTEXT KEY (`name`) in the models, KEY (`name`) in the revisions",
    ),
    "a spatial index": (
        item(p="point NOT NULL"),
        item("SPATIAL KEY sp (p)", p="point NOT NULL"),
        "index sp on item is in the models and in no revision",
    ),
    "an index that is ignored": (
        item("KEY ix (x)"),
        item("KEY ix (x) IGNORED"),
        "index ix on item differs: visibility IGNORED in the models, visible in the revisions",
    ),
    "an index that is ignored and that the revisions lack": (
        ITEM,
        item("KEY ix (x) IGNORED"),
        "index ix on item is in the models and in no revision",
    ),
    "an index's comment": (
        item("KEY ix (x) COMMENT 'one `x`'"),
        item("KEY ix (x) COMMENT 'it''s two'"),
        (
            "index ix on item differs: KEY (`x`) COMMENT 'it''s two' in the models, "
            "KEY (`x`) COMMENT 'one `x`' in the revisions"
        ),
    ),
    "a sequence's options": (
        "CREATE SEQUENCE ticket",
        "CREATE SEQUENCE ticket INCREMENT 5 CACHE 7",
        (
            "sequence ticket differs: options start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 5 "
            "cache 7 nocycle in the models, start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 1 "
            "cache 1000 nocycle in the revisions"
        ),
    ),
}


# What a downgrade leaves otherwise: MariaDB keeps the index that it made for a key, and gives a column's own CHECK
# another name when it comes back as one of the table; an index goes with its column.
LEAVING: dict[str, tuple[str, ...]] = {
    "a column that the models lack, and what stands on it": ("index ix",),
    "a foreign key that the revisions lack": ("index fk",),
    "a column's own check": ("check constraint CONSTRAINT_1",),
}


@pytest.mark.parametrize("case", CASES)
def test_a_difference_is_one_finding_and_its_operation_mends_it(pair: Pair, case: str) -> None:
    revisions, models, message = CASES[case]
    assert pair.mended(revisions, models, leaving=LEAVING.get(case, ())) == message


def test_a_view_where_the_models_have_a_table(pair: Pair) -> None:
    pair.fill("CREATE VIEW item AS SELECT 1 AS id", ITEM)

    (finding,) = pair.findings()

    assert finding.message == "table item differs: kind table in the models, view in the revisions"
    assert finding.details["operations"] == [
        "# item is a view: drop it and create the table, or leave it out by include_object in env.py"
    ]
