"""What exact drift asks of a dialect: a module or package with these names. `all_catalogs.py` lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from alembic_proof.catalogs.snapshot import Change, Models, Sides, Snapshot, Statement

Rows = Callable[[str], "list[tuple[Any, ...]]"]


class Spelling(Protocol):
    """Spellings of one thing that a server does not print alike, shown equal without asking it."""

    def same(self, one: str | None, other: str | None, *, loosely: bool = False) -> bool:
        """Whether two expressions are one, `loosely` also whatever types their literals are of."""

    def same_constant(self, one: str | None, other: str | None, type_: str) -> bool:
        """Whether two defaults of a column of that type are the same literal."""


class Catalog(Protocol):
    @property
    def ON_A_COPY(self) -> bool:  # noqa: N802
        """Whether the models' database starts as a copy of the revisions', else empty."""

    @property
    def OWN_SCHEMA(self) -> str:  # noqa: N802
        """The query for the connection's own schema, which names leave out."""

    @property
    def UNDOES_DDL(self) -> bool:  # noqa: N802
        """Whether a transaction that made and dropped tables can be rolled back."""

    @property
    def BEYOND(self) -> tuple[str, ...]:  # noqa: N802
        """The queries for what no model describes: kind, schema, table, name and definition of each object."""

    @property
    def OF_TABLES(self) -> str | None:  # noqa: N802
        """The condition of a query that has one row or more for each table, where some can be asked for by oid."""

    @property
    def FIXED_QUERIES(self) -> bool:  # noqa: N802
        """Whether `read` makes the same queries whatever is in the database, and they leave a session as it is."""

    @property
    def spelling(self) -> Spelling: ...

    def prepare(self, settings: Mapping[str, str]) -> tuple[str, ...]:
        """The statements that give a session the settings that the project's own had."""

    def read(self, rows: Rows) -> Snapshot:
        """The whole database; `rows` runs a query."""

    def read_tables(self, rows: Rows, names: Collection[str]) -> Snapshot:
        """The tables of these names, whatever their schema, and the keys to them, where `UNDOES_DDL`."""

    def build(self, wanted: Models, revisions: Snapshot) -> Iterable[Statement]:
        """What makes the models' database, beside one whose content is `revisions`."""

    def may_fail(self, statement: Statement, message: str, code: str | None) -> bool:
        """Whether the server refused to make what revisions made and no model owns: an extension, a view."""

    def mend(self, change: Change, sides: Sides) -> tuple[str, ...]:
        """The operations of a revision that make the revisions' side what the models say, as code.

        A line that starts with `#` says what only a person can tell: what is to become of the rows.
        """

    def beyond_alembic(self, change: Change, operations: Sequence[str]) -> str | None:
        """Why the operations that autogenerate has for a change fail, up or down, where `mend` does not: a clause."""

    def mended(self, change: Change, sides: Sides, operations: tuple[str, ...]) -> Snapshot:
        """What is in the revisions' database after these operations."""
