"""What SHOW CREATE TABLE prints on MySQL 8, where MariaDB prints it otherwise. The text is from MySQL's manual."""

from __future__ import annotations

from alembic_proof.catalogs.mysql import shown
from alembic_proof.catalogs.snapshot import CHECK, FOREIGN_KEY, INDEX, PRIMARY_KEY, UNIQUE, Place

SQL = """\
CREATE TABLE `item` (
  `id` int NOT NULL AUTO_INCREMENT,
  `a``b` varchar(50) COLLATE utf8mb4_0900_ai_ci DEFAULT 'x,\\n(' COMMENT 'KEY `k` (`z`)',
  `doc` json DEFAULT NULL /*!80023 INVISIBLE */,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq` (`a``b`) /*!80000 INVISIBLE */,
  KEY `fx` ((lower(`a``b`)),`id` DESC) USING BTREE COMMENT 'of `x`',
  FULLTEXT KEY `ft` (`a``b`) /*!50100 WITH PARSER `ngram` */ ,
  KEY `fk` (`id`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other` (`id`) ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT `ck` CHECK ((`id` > 1)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY HASH (`id`)
PARTITIONS 4 */"""


def test_keys_and_constraints() -> None:
    found = [
        (one.kind, one.name, one.aspects.get("definition"), one.aspects.get("visibility"), one.columns)
        for one in shown.entries(Place(None, "item"), shown.parts(SQL))
    ]

    assert found == [
        (FOREIGN_KEY, "fk", "FOREIGN KEY (`id`) REFERENCES `other` (`id`) ON DELETE CASCADE", None, ("id",)),
        (CHECK, "ck", "CHECK ((`id` > 1)) NOT ENFORCED", None, ("id",)),
        (PRIMARY_KEY, "PRIMARY", "PRIMARY KEY (`id`)", None, ("id",)),
        (UNIQUE, "uq", "UNIQUE KEY (`a``b`)", "INVISIBLE", ("a`b",)),
        (INDEX, "fx", "KEY ((lower(`a``b`)),`id` DESC) COMMENT 'of `x`'", None, ("a`b", "id")),
        (INDEX, "ft", "FULLTEXT KEY (`a``b`) WITH PARSER `ngram`", None, ("a`b",)),
        (shown.IMPLIED, "fk", None, None, ("id",)),
    ]


def test_columns_as_they_are_printed_and_what_follows_them() -> None:
    assert shown.parts(SQL).columns == {
        "id": "`id` int NOT NULL AUTO_INCREMENT",
        "a`b": "`a``b` varchar(50) COLLATE utf8mb4_0900_ai_ci DEFAULT 'x,\\n(' COMMENT 'KEY `k` (`z`)'",
        "doc": "`doc` json DEFAULT NULL /*!80023 INVISIBLE */",
    }
    assert shown.after(SQL).partition("PARTITION BY ")[2] == "HASH (`id`)\nPARTITIONS 4"
