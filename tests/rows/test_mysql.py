"""Rows that MariaDB takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Databases
from support import servers
from support.rows import filled

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.mariadb

SQL = """\
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, name varchar(30) NOT NULL UNIQUE, ok tinyint(1), t tinyint,
    e enum('a', 'it''s'), st set('p', 'q'), u char(36) NOT NULL, n decimal(9, 2) unsigned NOT NULL, d datetime(6),
    ts timestamp NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp, j json, b blob, vb varbinary(4),
    bi bit(3), y year, ti time, g geometry, po point, f float, x int CHECK (x > 5 AND x < 9), lt longtext,
    CHECK (char_length(name) > 3));
CREATE TABLE b (id bigint unsigned PRIMARY KEY, a_id int NOT NULL, k varchar(1) NOT NULL CHECK (k IN ('x', 'y')),
    twice int GENERATED ALWAYS AS (a_id * 2), w text CHECK (w REGEXP '^[A-Z]{2}-[0-9]+$'), up bigint unsigned,
    FOREIGN KEY (a_id) REFERENCES a (id), FOREIGN KEY (up) REFERENCES b (id), UNIQUE (a_id, k));
CREATE TABLE `or der` (`sel ect` int, `x y` text NOT NULL CHECK (`x y` <> ''));
CREATE TABLE p (id int, at date NOT NULL) PARTITION BY RANGE (year(at)) (PARTITION p0 VALUES LESS THAN (2010))"""


def test_types_constraints_and_keys(tmp_path: Path) -> None:
    with servers.mariadb() as server, Databases(server.url(), tmp_path) as databases:
        database = databases.create("mysql")
        with filled(database, SQL) as (found, session):
            joined = session.rows("SELECT count(*) FROM a JOIN b ON b.a_id = a.id")
        with filled(database) as (again, _):
            pass

    assert found.empty == {}
    assert {name: len(rows) for (_, name), rows in found.rows.items()} == {
        "a": 4,
        "b": 4,
        "or der": 4,
        "p": 4,
    }
    assert joined == [(4,)]
    assert found == again
