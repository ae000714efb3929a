"""Histories in Alembic's batch mode, at random, beside models that say the same, each pair as two SQLite files.

A program of its own, for any Python that has Alembic and SQLAlchemy: `batch_histories.py FIRST_SEED COUNT FOLDER`.
"""

import random
import sys
import warnings
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import sqlite

TYPES = (
    *(
        sa.Integer(),
        sa.BigInteger(),
        sa.SmallInteger(),
        sa.Boolean(),
        sa.Float(),
        sa.Numeric(10, 2),
        sa.Numeric(5),
    ),
    *(
        sa.String(20),
        sa.String(40),
        sa.VARCHAR(),
        sa.Text(),
        sa.Unicode(10),
        sa.CHAR(5),
        sa.JSON(),
        sa.LargeBinary(),
    ),
    *(sa.DateTime(), sa.Date(), sa.Time(), sa.TIMESTAMP(), sa.Interval(), sa.Enum("a", "b", name="mood")),
)
DEFAULTS = (
    *(None, None, "0", "abc", "it's", "", sa.text("1"), sa.text("-1"), sa.text("(1 + 1)"), sa.text("'x'")),
    *(sa.text("CURRENT_TIMESTAMP"), sa.text("(datetime('now'))"), sa.func.now(), sa.false(), sa.text("NULL")),
)
NAMES = ("x", "y", "order", "Mixed", "select", "a b", "z")
CONDITIONS = (
    "{} > 1",
    "{} IN ('a', 'b')",
    "{} IS NOT NULL AND {} <> ''",
    "length({}) > 3 OR {} IS NULL",
    "({} > 1)",
)
REFERENCES = (
    {},
    {"ondelete": "CASCADE"},
    {"ondelete": "SET NULL", "onupdate": "CASCADE"},
    {"ondelete": "NO ACTION"},
    {"deferrable": True, "initially": "DEFERRED"},
)


class Constraint:
    def __init__(self, kind, name, columns, make, operation):
        self.kind, self.name, self.columns, self.make, self.operation = kind, name, columns, make, operation


class History:
    """One table: the models' description of it, and the operations that lead there."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.table = self.random.choice(("item", "order", "Item"))
        self.columns = {
            name: self.new_column() for name in self.random.sample(NAMES, self.random.randint(1, 4))
        }
        self.constraints, self.indexes = [], {}
        for _ in range(self.random.randint(0, 2)):
            self.new_constraint()

    def new_column(self):
        pick = self.random.choice
        return {"type_": pick(TYPES), "nullable": pick((True, False)), "server_default": pick(DEFAULTS)}

    def new_constraint(self):
        """A constraint that is not there yet: reflection keeps only one of two that say the same."""
        made = getattr(self, self.random.choice(("check", "unique", "foreign_key")))(
            f"c{self.random.randrange(10**6)}", self.random.choice(list(self.columns))
        )
        if any((one.kind, one.columns) == (made.kind, made.columns) for one in self.constraints):
            return None
        self.constraints.append(made)
        return made

    def check(self, name, column):
        quoted = sqlite.dialect().identifier_preparer.quote(column)
        text = self.random.choice(CONDITIONS).replace("{}", quoted)
        return Constraint(
            "check",
            name,
            [column],
            lambda: sa.CheckConstraint(text, name=name),
            lambda batch: batch.create_check_constraint(name, sa.text(text)),
        )

    def unique(self, name, column):
        columns = [column] if self.random.random() < 0.6 else list(self.columns)[:2]
        return Constraint(
            "unique",
            name,
            columns,
            lambda: sa.UniqueConstraint(*columns, name=name),
            lambda batch: batch.create_unique_constraint(name, columns),
        )

    def foreign_key(self, name, column):
        options, target = self.random.choice(REFERENCES), self.random.choice(("other", self.table))
        return Constraint(
            "foreignkey",
            name,
            [column],
            lambda: sa.ForeignKeyConstraint([column], [target + ".id"], name=name, **options),
            lambda batch: batch.create_foreign_key(name, target, [column], ["id"], **options),
        )

    def metadata(self):
        metadata = sa.MetaData()
        sa.Table("other", metadata, sa.Column("id", sa.Integer, primary_key=True))
        parts = [sa.Column("id", sa.Integer, primary_key=True), *(self.column(name) for name in self.columns)]
        table = sa.Table(self.table, metadata, *parts, *(one.make() for one in self.constraints))
        for name, column in self.indexes.items():
            sa.Index(name, table.c[column])
        return metadata

    def column(self, name):
        options = dict(self.columns[name])
        return sa.Column(name, options.pop("type_"), **options)

    def step(self, batch):
        steps = ("add", "drop", "alter", "alter", "constrain", "unconstrain", "rename", "index", "unindex")
        getattr(self, self.random.choice(steps))(batch)

    def unused(self):
        used = {name for one in self.constraints for name in one.columns} | set(self.indexes.values())
        return [name for name in self.columns if name not in used]

    def add(self, batch):
        name = self.random.choice([one for one in NAMES if one not in self.columns])
        self.columns[name] = {**self.new_column(), "nullable": True}
        batch.add_column(self.column(name))

    def drop(self, batch):
        if len(self.columns) > 1 and self.unused():
            name = self.random.choice(self.unused())
            del self.columns[name]
            batch.drop_column(name)

    def alter(self, batch):
        name, new = self.random.choice(list(self.columns)), self.new_column()
        aspect = self.random.choice(list(new))
        self.columns[name][aspect] = new[aspect]
        batch.alter_column(name, **{aspect: new[aspect]})

    def constrain(self, batch):
        made = self.new_constraint()
        if made is not None:
            made.operation(batch)

    def unconstrain(self, batch):
        if self.constraints:
            gone = self.constraints.pop()
            batch.drop_constraint(gone.name, type_=gone.kind)

    def rename(self, batch):
        if self.unused():
            old, new = (
                self.random.choice(self.unused()),
                self.random.choice([name for name in NAMES if name not in self.columns]),
            )
            self.columns[new] = self.columns.pop(old)
            batch.alter_column(old, new_column_name=new)

    def index(self, batch):
        name, column = f"ix{self.random.randrange(10**6)}", self.random.choice(list(self.columns))
        self.indexes[name] = column
        batch.create_index(name, [column])

    def unindex(self, batch):
        if self.indexes:
            batch.drop_index(self.indexes.popitem()[0])


def make(seed, folder):
    history = History(seed)
    revisions, models = (sa.create_engine(f"sqlite:///{folder}/{seed}.{side}") for side in ("rev", "mod"))
    history.metadata().create_all(revisions)
    with revisions.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        for _ in range(history.random.randint(1, 6)):
            recreate = history.random.choice(("auto", "always"))
            with op.batch_alter_table(history.table, recreate=recreate) as batch:
                history.step(batch)
    history.metadata().create_all(models)
    names = [*(one.name for one in history.constraints), *history.indexes]
    Path(folder, f"{seed}.names").write_text("\n".join(names))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(first, first + count):
        make(number, sys.argv[3])
