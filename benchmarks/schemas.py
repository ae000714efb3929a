"""Random schemas as a shop's grown application has them, and the source text of everything in them.

The same types, names and conditions are written into models and into revisions, so that both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

_AREAS = (
    "account address auction basket billing booking brand campaign carrier catalog channel claim contract coupon "
    "courier customer delivery deposit device discount dispute document employee invoice ledger loyalty merchant "
    "message parcel partner payment pricing product refund review shipment stock store supplier voucher"
)
AREAS = _AREAS.split()
THINGS = ("", "item", "event", "note", "rule")
MOST_TABLES = len(AREAS) * len(THINGS)

_WORDS = (
    "amount balance code colour comment contact country currency depth detail digest email extra factor fax "
    "folder grade height hint label length locale margin mode name number origin phase phone place point position "
    "price priority quantity rank rate reason region remark score season sender sign size slug source stage status "
    "street subject summary surname tariff target term title topic total unit url value variant vendor volume weight "
    "width zone"
)
WORDS = _WORDS.split()

LENGTHS = (20, 32, 50, 80, 100, 120, 200, 255)
VALUES = ("new", "open", "held", "paid", "sent", "done", "void")
_PYTHON = {
    "sa.Integer": "int",
    "sa.BigInteger": "int",
    "sa.String": "str",
    "sa.Text": "str",
    "sa.Enum": "str",
    "sa.Boolean": "bool",
    "sa.DateTime": "datetime.datetime",
    "sa.Date": "datetime.date",
    "sa.Numeric": "decimal.Decimal",
    "postgresql.JSONB": "dict[str, Any]",
}


@dataclass(frozen=True)
class Column:
    """`type` is Python source; `default` the SQL text of a server default."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None

    @property
    def kind(self) -> str:
        return self.type.partition("(")[0]

    @property
    def options(self) -> str:
        default = f", server_default=sa.text({self.default!r})" if self.default else ""
        return f"{default}, nullable={self.nullable}"

    def in_revision(self) -> str:
        return f"sa.Column({self.name!r}, {self.type}{self.options})"

    def in_model(self, key: Part | None) -> str:
        python = _PYTHON[self.kind] + (" | None" if self.nullable else "")
        foreign = f", sa.ForeignKey({key.target + '.id'!r}, ondelete={key.detail!r})" if key else ""
        return f"{self.name}: Mapped[{python}] = mapped_column({self.type}{foreign}{self.options})"


@dataclass(frozen=True)
class Part:
    """An index or a constraint; `detail` is a condition, or what a foreign key does ON DELETE."""

    kind: Literal["index", "unique", "check", "key"]
    table: str
    columns: tuple[str, ...]
    detail: str = ""
    target: str = ""

    @property
    def name(self) -> str:
        """What the models' naming convention makes of it."""
        prefix = {"index": "ix", "unique": "uq", "check": "ck", "key": "fk"}[self.kind]
        target = f"_{self.target}" if self.target else ""
        return f"{prefix}_{self.table}_{'_'.join(self.columns)}{target}"

    def in_model(self) -> str:
        columns = ", ".join(map(repr, self.columns))
        if self.kind == "check":
            return f"sa.CheckConstraint({self.detail!r}, name={'_'.join(self.columns)!r})"
        if self.kind == "unique":
            return f"sa.UniqueConstraint({columns})"
        return f"sa.Index(None, {columns}{self._where})"

    def in_table(self) -> str:
        """As an argument of `op.create_table`."""
        name = f"name=op.f({self.name!r})"
        if self.kind == "check":
            return f"sa.CheckConstraint({self.detail!r}, {name})"
        if self.kind == "unique":
            return f"sa.UniqueConstraint({', '.join(map(repr, self.columns))}, {name})"
        keys = f"{list(self.columns)}, [{self.target + '.id'!r}]"
        return f"sa.ForeignKeyConstraint({keys}, {name}, ondelete={self.detail!r})"

    def create(self) -> str:
        name, columns = f"op.f({self.name!r})", list(self.columns)
        if self.kind == "check":
            return f"op.create_check_constraint({name}, {self.table!r}, {self.detail!r})"
        if self.kind == "unique":
            return f"op.create_unique_constraint({name}, {self.table!r}, {columns})"
        if self.kind == "index":
            return f"op.create_index({name}, {self.table!r}, {columns}, unique=False{self._where})"
        keys = f"{self.table!r}, {self.target!r}, {columns}, ['id'], ondelete={self.detail!r}"
        return f"op.create_foreign_key({name}, {keys})"

    def drop(self) -> str:
        if self.kind == "index":
            return f"op.drop_index(op.f({self.name!r}), table_name={self.table!r})"
        kind = {"unique": "unique", "check": "check", "key": "foreignkey"}[self.kind]
        return f"op.drop_constraint(op.f({self.name!r}), {self.table!r}, type_={kind!r})"

    @property
    def _where(self) -> str:
        return f", postgresql_where=sa.text({self.detail!r})" if self.detail else ""


@dataclass
class Table:
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def on(self, column: str) -> list[Part]:
        """The indexes and constraints that a column takes with it."""
        return [part for part in self.parts if column in (*part.columns, part.detail)]

    def enums(self) -> list[Column]:
        return [column for column in self.columns.values() if column.kind == "sa.Enum"]

    def free_word(self, rng: Random) -> str:
        return rng.choice([word for word in WORDS if word not in self.columns])


def schema(tables: int, rng: Random) -> list[Table]:
    """As many tables, each of which refers to earlier ones only."""
    if not 0 < tables <= MOST_TABLES:
        raise ValueError(f"there are names for 1 to {MOST_TABLES} tables, not for {tables}")
    names = [f"{area}_{thing}".rstrip("_") for area in AREAS for thing in THINGS][:tables]
    made: list[Table] = []
    for name in names:
        made.append(_table(name, made, rng))
    return made


def _table(name: str, earlier: list[Table], rng: Random) -> Table:
    table = Table(name, {"id": Column("id", "sa.Integer()", False)})
    for target in rng.sample(earlier, min(len(earlier), rng.choice((0, 1, 1, 2)))):
        column = Column(f"{target.name}_id", "sa.Integer()", rng.random() < 0.3)
        table.columns[column.name] = column
        on_delete = rng.choice(("CASCADE", "RESTRICT"))
        table.parts.append(Part("key", name, (column.name,), on_delete, target.name))
        table.parts.append(Part("index", name, (column.name,)))
    for _ in range(rng.randint(4, 7)):
        add_column(table, column_of(table, rng), rng)
    table.columns["created_at"] = Column("created_at", "sa.DateTime(timezone=True)", False, "now()")
    _add_pairs(table, rng)
    return table


def column_of(table: Table, rng: Random, *, enums: bool = True) -> Column:
    """A new column for the table, of a kind as often as applications have it."""
    name = table.free_word(rng)
    nullable = rng.random() < 0.5
    length = rng.choice(LENGTHS)
    values = ", ".join(map(repr, rng.sample(VALUES, rng.randint(3, 5))))
    kinds = {
        f"sa.String(length={length})": (8, ("''", None, None)),
        "sa.Integer()": (4, ("0", None)),
        "sa.BigInteger()": (1, ("0", None)),
        "sa.Numeric(precision=12, scale=2)": (3, ("0.00", None)),
        "sa.Boolean()": (3, ("false", "true")),
        "sa.DateTime(timezone=True)": (3, ("now()", None, None)),
        "sa.Date()": (1, (None,)),
        "sa.Text()": (2, (None,)),
        "postgresql.JSONB(astext_type=sa.Text())": (1, ("'{}'::jsonb", None)),
        f"sa.Enum({values}, name='{table.name}_{name}')": (2 * enums, (None,)),
    }
    type_ = rng.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
    return Column(name, type_, nullable, rng.choice(kinds[type_][1]))


def add_column(table: Table, column: Column, rng: Random) -> None:
    """Add a column, with an index or a constraint where such a column often has one."""
    table.columns[column.name] = column
    chance = rng.random()
    if column.kind in ("sa.Integer", "sa.Numeric") and chance < 0.4:
        table.parts.append(Part("check", table.name, (column.name,), f"{column.name} >= 0"))
    elif column.kind == "sa.String" and chance < 0.25:
        table.parts.append(Part("unique", table.name, (column.name,)))
    elif column.kind in ("sa.String", "sa.DateTime", "sa.Enum") and chance < 0.5:
        table.parts.append(Part("index", table.name, (column.name,)))


def _add_pairs(table: Table, rng: Random) -> None:
    """Indexes and constraints of two columns, and indexes with a condition."""
    plain = [
        name
        for name, column in table.columns.items()
        if name in WORDS and column.kind != "postgresql.JSONB" and not table.on(name)
    ]
    flags = [name for name in plain if table.columns[name].kind == "sa.Boolean"]
    others = [name for name in plain if name not in flags]
    if len(others) > 1 and rng.random() < 0.5:
        kind: Literal["index", "unique"] = rng.choice(("index", "unique"))
        table.parts.append(Part(kind, table.name, tuple(rng.sample(others, 2))))
    if flags and rng.random() < 0.5:
        table.parts.append(Part("index", table.name, ("created_at",), flags[0]))
