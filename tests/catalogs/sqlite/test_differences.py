"""Everything of SQLite's that is compared: what is said of it, and that the operation mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.schemas import Pair

# As SQLAlchemy writes it, so that batch mode sees it whole.
ITEM = """\
CREATE TABLE item (
\tid INTEGER NOT NULL,
\tx INTEGER,
\tname VARCHAR(50),
\tPRIMARY KEY (id)
);
"""
BARE = "CREATE TABLE item (id INTEGER PRIMARY KEY, x INTEGER, name TEXT); "
ON_ITEM = "item differs:"


def item(*parts: str, **columns: str) -> str:
    """The table, with a column's definition replaced, or with constraints added."""
    sql = ITEM
    for name, definition in columns.items():
        (line,) = (line for line in sql.splitlines() if line.startswith(f"\t{name} "))
        sql = sql.replace(line, f"\t{name} {definition},")
    return sql.replace("\tPRIMARY KEY (id)", ",\n\t".join(("\tPRIMARY KEY (id)", *parts)))


# Name: what the revisions make, what the models make, what is found.
CASES = {
    "a table that the revisions lack": (
        "SELECT 1",
        BARE,
        "table item is in the models and in no revision",
    ),
    "WITHOUT ROWID": (
        "CREATE TABLE item (id TEXT PRIMARY KEY NOT NULL)",
        "CREATE TABLE item (id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",
        f"table {ON_ITEM} options WITHOUT ROWID in the models, none in the revisions",
    ),
    "STRICT": (
        "CREATE TABLE item (id INTEGER PRIMARY KEY) STRICT",
        "CREATE TABLE item (id INTEGER PRIMARY KEY)",
        f"table {ON_ITEM} options none in the models, STRICT in the revisions",
    ),
    "a column that the revisions lack": (
        ITEM,
        ITEM.replace("\tx ", "\ty TEXT,\n\tx "),
        "column item.y is in the models and in no revision",
    ),
    "a column that the models lack, and what stands on it": (
        BARE + "CREATE INDEX ix ON item (x); CREATE INDEX ix_name ON item (name)",
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); CREATE INDEX ix_name ON item (name)",
        "column item.x is made by the revisions and is not in the models",
    ),
    "a type": (
        ITEM,
        item(name="VARCHAR(60)"),
        "column item.name differs: type VARCHAR(60) in the models, VARCHAR(50) in the revisions",
    ),
    "an INT that is no rowid": (
        "CREATE TABLE item (id INT NOT NULL PRIMARY KEY)",
        "CREATE TABLE item (id INTEGER NOT NULL PRIMARY KEY)",
        "column item.id differs: type INTEGER in the models, INT in the revisions",
    ),
    "whether NULL is let in": (
        ITEM,
        item(x="INTEGER NOT NULL"),
        "column item.x differs: nullable no in the models, yes in the revisions",
    ),
    "what is done about NULL": (
        item(x="INTEGER NOT NULL ON CONFLICT IGNORE"),
        item(x="INTEGER NOT NULL"),
        "column item.x differs: nullable no in the models, no, ON CONFLICT IGNORE in the revisions",
    ),
    "a default": (
        item(name="VARCHAR(50) DEFAULT 'a:b'"),
        item(name="VARCHAR(50) DEFAULT 'c:d'"),
        "column item.name differs: default 'c:d' in the models, 'a:b' in the revisions",
    ),
    "a default that the models lack": (
        item(x="INTEGER DEFAULT 1"),
        ITEM,
        "column item.x differs: default none in the models, 1 in the revisions",
    ),
    "a default's case": (
        item(name="VARCHAR(50) DEFAULT 'A'"),
        item(name="VARCHAR(50) DEFAULT 'a'"),
        "column item.name differs: default 'a' in the models, 'A' in the revisions",
    ),
    "a number and a string where no affinity makes them one": (
        "CREATE TABLE item (x BLOB DEFAULT 1)",
        "CREATE TABLE item (x BLOB DEFAULT '1')",
        "column item.x differs: default '1' in the models, 1 in the revisions",
    ),
    "a generated column's expression": (
        item(x="INTEGER GENERATED ALWAYS AS (id + 1) STORED"),
        item(x="INTEGER GENERATED ALWAYS AS (id + 2) STORED"),
        "column item.x differs: generated id + 2 STORED in the models, id + 1 STORED in the revisions",
    ),
    "where a generated column is kept": (
        item(x="INTEGER AS (id + 1)"),
        item(x="INTEGER AS (id + 1) STORED"),
        "column item.x differs: generated id + 1 STORED in the models, id + 1 VIRTUAL in the revisions",
    ),
    "a column that is generated no more": (
        item(x="INTEGER AS (id + 1)"),
        ITEM,
        "column item.x differs: generated none in the models, id + 1 VIRTUAL in the revisions",
    ),
    "a collation": (
        ITEM,
        item(name="VARCHAR(50) COLLATE NOCASE"),
        "column item.name differs: collation NOCASE in the models, default in the revisions",
    ),
    "a primary key's columns": (
        "CREATE TABLE item (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a))",
        "CREATE TABLE item (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b))",
        "primary key on item differs: PRIMARY KEY (a, b) in the models, PRIMARY KEY (a) in the revisions",
    ),
    "a primary key's order": (
        "CREATE TABLE item (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a))",
        "CREATE TABLE item (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b))",
        "primary key on item differs: PRIMARY KEY (a, b) in the models, PRIMARY KEY (b, a) in the revisions",
    ),
    "a primary key that the revisions lack": (
        "CREATE TABLE item (a TEXT NOT NULL)",
        "CREATE TABLE item (a TEXT NOT NULL, PRIMARY KEY (a))",
        "primary key PRIMARY KEY (a) on item is in the models and in no revision",
    ),
    "AUTOINCREMENT": (
        ITEM,
        "CREATE TABLE item (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, x INTEGER, name VARCHAR(50))",
        (
            "primary key PRIMARY KEY (id) on item differs: autoincrement AUTOINCREMENT in the models, "
            "none in the revisions"
        ),
    ),
    "a unique constraint that the revisions lack": (
        ITEM,
        item("CONSTRAINT uq UNIQUE (x, name)"),
        "unique constraint uq on item is in the models and in no revision",
    ),
    "a unique constraint that the models lack": (
        item("CONSTRAINT uq UNIQUE (x)"),
        ITEM,
        "unique constraint uq on item is made by the revisions and is not in the models",
    ),
    "a unique constraint's columns": (
        item("CONSTRAINT uq UNIQUE (x)"),
        item("CONSTRAINT uq UNIQUE (x, name)"),
        "unique constraint uq on item differs: UNIQUE (x, name) in the models, UNIQUE (x) in the revisions",
    ),
    "a nameless unique constraint": (
        ITEM,
        item("UNIQUE (x)"),
        "unique constraint UNIQUE (x) on item is in the models and in no revision",
    ),
    "what a unique constraint does": (
        item("CONSTRAINT uq UNIQUE (x)"),
        item("CONSTRAINT uq UNIQUE (x) ON CONFLICT REPLACE"),
        (
            "unique constraint uq on item differs: UNIQUE (x) ON CONFLICT REPLACE in the models, "
            "UNIQUE (x) in the revisions"
        ),
    ),
    "a foreign key that the revisions lack": (
        ITEM,
        item(
            "CONSTRAINT fk FOREIGN KEY(x) REFERENCES item (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
        ),
        "foreign key fk on item is in the models and in no revision",
    ),
    "a foreign key's actions": (
        item("CONSTRAINT fk FOREIGN KEY(x) REFERENCES item (id) ON DELETE SET NULL"),
        item("CONSTRAINT fk FOREIGN KEY(x) REFERENCES item (id) ON UPDATE CASCADE"),
        (
            "foreign key fk on item differs: FOREIGN KEY (x) REFERENCES item (id) ON UPDATE CASCADE in the models, "
            "FOREIGN KEY (x) REFERENCES item (id) ON DELETE SET NULL in the revisions"
        ),
    ),
    "a foreign key's deferral": (
        item("FOREIGN KEY(x) REFERENCES item (id)"),
        item("FOREIGN KEY(x) REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED"),
        (
            "foreign key on item differs: "
            "FOREIGN KEY (x) REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED in the models, "
            "FOREIGN KEY (x) REFERENCES item (id) in the revisions"
        ),
    ),
    "a foreign key's target": (
        item("CONSTRAINT fk FOREIGN KEY(x) REFERENCES item (id)")
        + "CREATE TABLE other (id INTEGER PRIMARY KEY)",
        item("CONSTRAINT fk FOREIGN KEY(x) REFERENCES other (id)")
        + "CREATE TABLE other (id INTEGER PRIMARY KEY)",
        (
            "foreign key fk on item differs: FOREIGN KEY (x) REFERENCES other (id) in the models, "
            "FOREIGN KEY (x) REFERENCES item (id) in the revisions"
        ),
    ),
    "a check that the revisions lack": (
        ITEM,
        item("CONSTRAINT ck CHECK (name <> 'a:b')"),
        "check constraint ck on item is in the models and in no revision",
    ),
    "a check that the models lack": (
        item("CONSTRAINT ck CHECK (x > 0)"),
        ITEM,
        "check constraint ck on item is made by the revisions and is not in the models",
    ),
    "a check": (
        item("CONSTRAINT ck CHECK (x > 0)"),
        item("CONSTRAINT ck CHECK (x > 1)"),
        "check constraint ck on item differs: CHECK (x > 1) in the models, CHECK (x > 0) in the revisions",
    ),
    "a check whose parentheses mean something": (
        item("CONSTRAINT ck CHECK (x > 0 AND (x < 5 OR id > 1))"),
        item("CONSTRAINT ck CHECK (x > 0 AND x < 5 OR id > 1)"),
        (
            "check constraint ck on item differs: CHECK (x > 0 AND x < 5 OR id > 1) in the models, "
            "CHECK (x > 0 AND (x < 5 OR id > 1)) in the revisions"
        ),
    ),
    "a nameless check beside others": (
        item("CHECK (x > 0)", "CHECK (id > 0)"),
        item("CHECK (x > 1)", "CHECK (id > 0)"),
        ("check constraint on item differs: CHECK (x > 1) in the models, CHECK (x > 0) in the revisions"),
    ),
    "a nameless check that the models lack": (
        item("CHECK (x > 0)", "CHECK (id > 0)"),
        item("CHECK (id > 0)"),
        "check constraint CHECK (x > 0) on item is made by the revisions and is not in the models",
    ),
    "an index that the revisions lack": (
        ITEM,
        ITEM + "CREATE INDEX ix ON item (x)",
        "index ix on item is in the models and in no revision",
    ),
    "an index that the models lack": (
        ITEM + "CREATE INDEX ix ON item (x)",
        ITEM,
        "index ix on item is made by the revisions and is not in the models",
    ),
    "an index that is unique": (
        ITEM + "CREATE INDEX ix ON item (x)",
        ITEM + "CREATE UNIQUE INDEX ix ON item (x)",
        "index ix on item differs: UNIQUE (x) in the models, (x) in the revisions",
    ),
    "an index's condition": (
        ITEM + "CREATE INDEX ix ON item (x) WHERE x > 0",
        ITEM + "CREATE INDEX ix ON item (x) WHERE x > 1",
        "index ix on item differs: (x) WHERE x > 1 in the models, (x) WHERE x > 0 in the revisions",
    ),
    "an index's expression": (
        ITEM + "CREATE INDEX ix ON item (lower(name))",
        ITEM + "CREATE INDEX ix ON item (upper(name))",
        "index ix on item differs: (upper(name)) in the models, (lower(name)) in the revisions",
    ),
    "an index's collation": (
        ITEM + "CREATE INDEX ix ON item (name)",
        ITEM + "CREATE INDEX ix ON item (name COLLATE NOCASE)",
        "index ix on item differs: (name COLLATE NOCASE) in the models, (name) in the revisions",
    ),
    "an index's direction": (
        ITEM + "CREATE INDEX ix ON item (x, name)",
        ITEM + "CREATE INDEX ix ON item (x DESC, name)",
        "index ix on item differs: (x DESC, name) in the models, (x, name) in the revisions",
    ),
}


@pytest.mark.parametrize(("revisions", "models", "message"), CASES.values(), ids=list(CASES))
def test_a_difference_is_one_finding_and_its_operation_mends_it(
    pair: Pair, revisions: str, models: str, message: str
) -> None:
    pair.fill(revisions, models)

    (finding,) = pair.findings()

    assert finding.message == message
    pair.mend(finding)
    assert pair.findings() == []


def test_a_view_where_the_models_have_a_table(pair: Pair) -> None:
    pair.fill("CREATE VIEW item AS SELECT 1 AS id", BARE)

    (finding,) = pair.findings()

    assert finding.message == "table item differs: kind table in the models, view in the revisions"
    assert finding.details["operations"] == [
        "# item is a view: drop it and create the table, or leave it out by include_object in env.py"
    ]


def test_a_plain_table_is_altered_in_batch_mode(pair: Pair) -> None:
    pair.fill(
        item("CONSTRAINT ck CHECK (x > 0)", x="INTEGER DEFAULT 1"),
        item(
            "CONSTRAINT ck CHECK (x > 1)",
            "CONSTRAINT fk FOREIGN KEY(x) REFERENCES item (id) ON DELETE CASCADE",
            x="INTEGER DEFAULT 2 NOT NULL",
        ),
    )

    assert [finding.details["operations"] for finding in pair.findings()] == [
        [
            "# fails where a row holds no x: UPDATE those rows first",
            (
                "with op.batch_alter_table('item') as batch_op:\n"
                "    batch_op.alter_column('x', nullable=False, server_default=sa.text('2'))"
            ),
        ],
        [
            (
                "with op.batch_alter_table('item') as batch_op:\n"
                "    batch_op.create_foreign_key('fk', 'item', ['x'], ['id'], ondelete='CASCADE')"
            )
        ],
        [
            (
                "with op.batch_alter_table('item') as batch_op:\n"
                "    batch_op.drop_constraint('ck', type_='check')\n"
                "    batch_op.create_check_constraint('ck', sa.text('x > 1'))"
            )
        ],
    ]


def test_a_table_that_reflection_does_not_see_whole_is_made_anew_with_its_rows(pair: Pair) -> None:
    name = "name TEXT COLLATE NOCASE"
    rest = "CREATE INDEX ix ON item (lower(name)); CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END;"
    rows = "INSERT INTO item VALUES (1, 'a')"
    pair.fill(
        f"CREATE TABLE item (id INTEGER PRIMARY KEY, {name}); {rest} {rows}",
        f"CREATE TABLE item (id INTEGER PRIMARY KEY, {name}, CHECK (name <> '')); {rest}",
    )

    (finding,) = pair.findings()

    assert finding.details["operations"] == [
        (
            'op.execute("CREATE TABLE _alembic_tmp_item (id INTEGER NOT NULL, name TEXT COLLATE NOCASE, '
            "PRIMARY KEY (id), CHECK (name <> ''))\")"
        ),
        "op.execute('INSERT INTO _alembic_tmp_item (id, name) SELECT id, name FROM item')",
        "op.execute('DROP TABLE item')",
        "op.execute('ALTER TABLE _alembic_tmp_item RENAME TO item')",
        "op.execute('CREATE INDEX ix ON item (lower(name))')",
        "op.execute('CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END')",
    ]
    pair.mend(finding)
    assert pair.findings() == []
    assert pair.rows("SELECT id, name FROM item") == [(1, "a")]
