"""What the models describe, as DDL text that no connection has seen, and what of it env.py's filters leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from alembic_proof_probe import databases
from alembic_proof_probe.migration import target_metadata
from alembic_proof_probe.settled import digests, table_key

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

_KINDS = {
    "CreateTable": "table",
    "CreateEnumType": "enum type",
    "CreateDomainType": "domain",
    "CreateSequence": "sequence",
    "CreateIndex": "index",
    "AddConstraint": "constraint",
}
# What of its session decides what a statement makes.
_SETTINGS = {
    "postgresql": {"search_path": "current_setting('search_path')"},
    "mysql": {
        name: f"@@SESSION.{name}" for name in ("sql_mode", "collation_connection", "default_storage_engine")
    },
}


class Asked:
    """Alembic's own questions on tables, and the answers: only while it compares are both sides at hand."""

    def __init__(self) -> None:
        from alembic.autogenerate.api import AutogenContext

        self.tables: dict[Any, tuple[bool, Any]] = {}
        plain = AutogenContext.run_object_filters

        def run_object_filters(
            context: AutogenContext, thing: Any, name: Any, type_: Any, reflected: bool, compare_to: Any
        ) -> bool:
            answer = plain(context, thing, name, type_, reflected, compare_to)
            if type_ == "table" and not reflected:
                self.tables[thing] = (answer, compare_to)
            return answer

        AutogenContext.run_object_filters = run_object_filters  # type: ignore[method-assign,assignment]


class Description:
    """One context's models: of which database they speak, and in what words."""

    def __init__(self, context: Any, database: str) -> None:
        connection = context.connection
        self.database = database
        self.engine = ""
        self._autogen_context: Any = None
        self._asked: dict[Any, tuple[bool, Any]] = {}
        self._dialect = connection.dialect
        self._metadata = target_metadata(context)
        self._translate = dict(connection.get_execution_options().get("schema_translate_map") or {})
        self.settings = _settings(connection)
        self._settled: frozenset[str] = frozenset()
        self._error: Optional[str] = None
        self._statements = self._all_statements()
        self.digests = digests(self._statements)

    def compared(self, autogen_context: Any, asked: Asked, settled: frozenset[str]) -> None:
        """Alembic has compared, all but the tables that were settled before."""
        self._autogen_context = autogen_context
        self._asked = dict(asked.tables)
        self._settled = settled

    def _all_statements(self) -> list[dict[str, Any]]:
        try:
            return [one for metadata in self._metadata for one in self._statements_of(metadata)]
        except Exception as raised:  # a DDL event that wants answers of a database
            self._error = f"{type(raised).__name__}: {raised}"
            return []

    def message(self, *, compared: bool = True) -> dict[str, Any]:
        """For the tool: the statements that make everything, in order, and the tables with their filters' answer.

        Before Alembic has `compared`, nobody has asked the filters, and all tables are there.
        """
        return {
            "database": self.database,
            "settings": self.settings,
            "statements": self._statements,
            "digests": self.digests,
            "tables": [
                {**self._table(table), **({} if compared else {"included": True})}
                for metadata in self._metadata
                for table in metadata.tables.values()
            ],
            "error": self._error,
        }

    def included(self, question: dict[str, Any]) -> bool:
        """Whether env.py's filters let a column, an index or a constraint through, asked as Alembic asks."""
        table = self._find(question["schema"], question["table"])
        if table is None or question["type"] is None:
            return True
        type_, reflected = question["type"], self._asked.get(table, (True, None))[1]
        ours = _member(table, type_, question["models"], question["columns"])
        if type_ == "unique_constraint" and ours is None:  # MySQL has one thing where models have two
            ours = _member(table, "index", question["models"] or question["revisions"], question["columns"])
            type_ = "index" if ours is not None else type_
        theirs = _member(reflected, type_, question["revisions"], question["columns"])
        context, parents = self._autogen_context, {"table_name": table.name, "schema_name": table.schema}
        if theirs is not None and not context.run_name_filters(theirs.name, type_, parents):
            return False
        if ours is not None:
            return bool(context.run_object_filters(ours, ours.name, type_, False, theirs))
        return theirs is None or bool(context.run_object_filters(theirs, theirs.name, type_, True, None))

    def _statements_of(self, metadata: Any) -> list[dict[str, Any]]:
        from sqlalchemy.engine.mock import MockConnection

        made: list[dict[str, Any]] = []
        keys: list[Any] = []

        def execute(element: Any, *_: Any, **__: Any) -> None:
            keys.extend(_without_keys(element) if self._dialect.supports_alter else ())
            made.append(self._statement(element))

        for table in metadata.tables.values():
            _forget_repeats(table)
        metadata.create_all(MockConnection(self._dialect, execute), checkfirst=False)
        return [*made, *map(self._statement, keys)]

    def _statement(self, element: Any) -> dict[str, Any]:
        kind = _KINDS.get(type(element).__name__)
        thing = getattr(element, "element", None)
        table = _table_of(thing if thing is not None else getattr(element, "target", None))
        return {
            "sql": self._text(element),
            "makes": kind,
            "schema": self._schema(table if table is not None else thing) if kind else None,
            "name": _text_or_none(getattr(thing, "name", None)) if kind else None,
            "table": None if table is None else [self._schema(table), str(table.name)],
        }

    def _text(self, element: Any) -> str:
        if isinstance(element, str):
            return element
        options: dict[str, Any] = {}
        if not hasattr(element, "against"):  # an event's own SELECT or INSERT; DDL takes no such option
            options["compile_kwargs"] = {"literal_binds": True}
        if self._translate:
            options |= {"schema_translate_map": self._translate, "render_schema_translate": True}
        text = str(element.compile(dialect=self._dialect, **options))
        if not getattr(self._dialect.identifier_preparer, "_double_percents", False):
            return text
        return text.replace("%%", "%")

    def _schema(self, thing: Any) -> Optional[str]:
        schema = self._translate.get(thing.schema, thing.schema)
        return _text_or_none(schema)

    def _table(self, table: Any) -> dict[str, Any]:
        schema, name = self._schema(table), str(table.name)
        settled = table_key(schema, name) in self._settled
        return {
            "schema": schema,
            "name": name,
            "settled": settled,
            "included": settled or self._asked.get(table, (False, None))[0],
            "named": sorted(filter(None, map(_given_name, (*table.constraints, *table.indexes)))),
        }

    def _find(self, schema: Optional[str], name: str) -> Any:
        for table in (one for metadata in self._metadata for one in metadata.tables.values()):
            if (self._schema(table), str(table.name)) == (schema, name):
                return table
        return None


def _settings(connection: Any) -> dict[str, str]:
    asked = _SETTINGS.get(databases.family(connection), {})
    if not asked:
        return {}
    row = connection.exec_driver_sql(f"SELECT {', '.join(asked.values())}").fetchone()
    return dict(zip(asked, row))


def _text_or_none(name: Any) -> Optional[str]:
    """A name as plain text; SQLAlchemy marks names that are not there yet with objects of its own."""
    return str(name) if isinstance(name, str) else None


def _forget_repeats(table: Any) -> None:
    """Revisions that build constraints from mapped columns add them to the model's table by the way."""
    names: set[str] = set()
    for constraint in sorted(table.constraints, key=lambda one: one._creation_order):
        if isinstance(constraint.name, str) and constraint.name in names:
            table.constraints.discard(constraint)
        names.add(constraint.name)


def _without_keys(element: Any) -> list[Any]:
    """Take the foreign keys out of a CREATE TABLE, as statements of their own: one that fails is only a part."""
    from sqlalchemy.schema import AddConstraint, CreateTable

    if not isinstance(element, CreateTable):
        return []
    inline = element.include_foreign_key_constraints
    keys = element.element.foreign_key_constraints if inline is None else inline
    element.include_foreign_key_constraints = []
    return [AddConstraint(key) for key in sorted(keys, key=lambda one: one._creation_order)]


def _table_of(thing: Any) -> Any:
    from sqlalchemy import Table

    return thing if isinstance(thing, Table) else getattr(thing, "table", None)


def _given_name(thing: Any) -> Optional[str]:
    """The name of a constraint or an index, where a person and no convention gave it."""
    from sqlalchemy.sql.elements import conv

    by_hand = isinstance(thing.name, str) and not isinstance(thing.name, conv)
    return str(thing.name) if by_hand and not getattr(thing, "_type_bound", False) else None


def _member(table: Any, type_: str, name: Optional[str], columns: list[str]) -> Any:
    """A table's column, index or constraint by its name; one that has none by its columns."""
    if table is None or name is None:
        return None
    if type_ == "column":
        return next((column for column in table.columns if column.name == name), None)
    found = (
        table.indexes if type_ == "index" else [one for one in table.constraints if _type_of(one) == type_]
    )
    named = [one for one in found if one.name == name]
    alike = [one for one in found if [column.name for column in one.columns] == columns]
    return next(iter((*named, *alike)), None)


def _type_of(constraint: Any) -> str:
    kinds = {"UniqueConstraint": "unique_constraint", "ForeignKeyConstraint": "foreign_key_constraint"}
    return kinds.get(type(constraint).__name__, "")
