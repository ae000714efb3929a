"""Alembic's own autogenerate, through env.py's own configuration, and its operations as plain data."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Callable, Optional

from alembic_proof_probe import databases
from alembic_proof_probe.described import Asked, Description
from alembic_proof_probe.migration import Migration, Throwaway, target_metadata

if TYPE_CHECKING:
    from alembic_proof_probe.settled import Settled

_FILTERS = ("include_object", "include_name")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # differs from run to run


class NoMetadata(Exception):
    """env.py gives autogenerate nothing to compare with."""


class NotCommitted(Exception):
    """The revisions ran, and the next connection sees nothing of it."""


class Comparison:
    """One autogenerate run over every context that env.py configures."""

    def __init__(
        self,
        migration: Migration,
        throwaway: Throwaway,
        settled: Settled,
        *,
        exact: bool,
        tell: Optional[Callable[[Description], None]] = None,
    ) -> None:
        """`tell` is told what the first models describe, before they are compared."""
        from alembic.autogenerate.api import RevisionContext

        self.metadata: list[Any] = []
        self.filtered = 0
        self.descriptions: list[Description] = []
        self._asked = Asked() if exact else None
        self._settled = settled
        self._tell = tell
        self._migration = migration
        self._throwaway = throwaway
        self._contexts: list[Any] = []
        arguments = dict.fromkeys(("message", "branch_label", "version_path", "rev_id", "depends_on"))
        self._revisions = RevisionContext(
            migration.config,
            migration.script,
            {**arguments, "autogenerate": True, "sql": False, "head": "heads", "splice": False},
            process_revision_directives=self._keep,
        )
        self._raw: list[tuple[Any, Optional[str]]] = []
        self.silenced: list[dict[str, Any]] = []

    def run(self) -> list[dict[str, Any]]:
        """Compare, and return the operations that a new revision would hold, in Alembic's order."""
        revisions = self._revisions
        self._migration.run_env(
            self._throwaway.before_compare,
            self._work,
            template_args=revisions.template_args,
            revision_context=revisions,
        )
        if not self.metadata:
            raise NoMetadata
        operations = []
        kept: list[int] = []
        for script in revisions.generated_revisions:
            for number, upgrade in enumerate(script.upgrade_ops_list):
                self._name_engine(number, upgrade)
                operations += self._described(upgrade, self._context(number))
                kept += [id(operation) for operation, _ in leaves(upgrade)]
        self.filtered = max(0, len(self._raw) - len(operations))
        self.silenced = [
            {**description(operation), "code": "", "engine": ""}
            for operation, _ in self._raw
            if id(operation) not in kept
        ]
        # Where env.py loops over schemas, each of them lacks the same.
        return [each for number, each in enumerate(operations) if each not in operations[:number]]

    def _name_engine(self, number: int, upgrade: Any) -> None:
        if number < len(self.descriptions):
            self.descriptions[number].engine = engine_of(upgrade)

    def _work(self, current: Any, context: Any) -> list[Any]:
        found = target_metadata(context)
        if not found:
            return []
        self.metadata += [metadata for metadata in found if metadata not in self.metadata]
        script = self._migration.script
        # Where branches depend on one another, the table holds fewer heads than the script directory names.
        heads = tuple(revision.revision for revision in script.get_revisions("heads"))
        if heads and not current:
            raise NotCommitted
        description = None if self._asked is None else self._description(context)
        self._revisions.run_autogenerate(heads, context)
        self._contexts.append(self._revisions._last_autogen_context)
        if self._asked is not None and description is not None:
            if context.opts.get("process_revision_directives"):  # which may have edited the models themselves
                description = self._description_now(context)
            description.compared(self._contexts[-1], self._asked, self._settled.keys)
            self.descriptions.append(description)
        return []

    def _description(self, context: Any) -> Description:
        """What the models describe; of the first ones, whoever can make use of it before they are compared knows."""
        description = self._description_now(context)
        if not self.descriptions:
            self._settled.narrow(description.digests, description.settings, context)
            if self._tell is not None and not any(context.opts.get(one) for one in _FILTERS):
                self._tell(description)
        return description

    def _description_now(self, context: Any) -> Description:
        return Description(
            context, databases.led_database(self._throwaway.broker, context.connection)["name"]
        )

    def _keep(self, _context: Any, _revision: Any, directives: list[Any]) -> None:
        self._raw += leaves(directives[-1].upgrade_ops_list[-1])

    def _context(self, number: int) -> Any:
        return self._contexts[min(number, len(self._contexts) - 1)]

    def _described(self, upgrade: Any, autogen_context: Any) -> list[dict[str, Any]]:
        return [
            {
                **description(operation),
                "code": _rendered(autogen_context, operation, schema),
                "engine": engine_of(upgrade),
            }
            for operation, schema in leaves(upgrade)
        ]


def engine_of(upgrade: Any) -> str:
    """The multidb template names each database's part `NAME_upgrades`."""
    return (getattr(upgrade, "upgrade_token", "") or "").rpartition("_upgrades")[0]


def leaves(container: Any) -> list[tuple[Any, Optional[str]]]:
    """The operations in a container, those of `ModifyTableOps` one by one."""
    found = []
    for operation in container.ops:
        if hasattr(operation, "ops"):
            found += [
                (leaf, operation.schema if hasattr(operation, "schema") else None)
                for leaf, _ in leaves(operation)
            ]
        else:
            found.append((operation, getattr(operation, "schema", None)))
    return found


def _rendered(autogen_context: Any, operation: Any, schema: Optional[str]) -> str:
    from alembic.autogenerate import render
    from alembic.operations import ops

    table: Any = getattr(operation, "table_name", None)
    whole = isinstance(operation, (ops.CreateTableOp, ops.DropTableOp)) or table is None
    unit = operation if whole else ops.ModifyTableOps(table, [operation], schema=schema)
    try:
        return _indented(render.render_op(autogen_context, unit))
    except Exception as error:  # no renderer for a custom operation, or one of the project's that fails
        return f"# {type(operation).__name__} cannot be rendered: {ADDRESS.sub('', str(error))}"


def _indented(lines: list[str]) -> str:
    """The lines as they stand in a revision file: Mako's printer indents what follows a `with`."""
    from mako.pygen import PythonPrinter

    buffer = io.StringIO()
    printer = PythonPrinter(buffer)
    for line in lines:
        printer.writeline(line)
    return buffer.getvalue().strip()


def description(operation: Any) -> dict[str, Any]:
    kind = type(operation).__name__
    column = getattr(operation, "column", None)
    name = getattr(column, "name", None) or getattr(operation, "column_name", None)
    index = getattr(operation, "index_name", None) or getattr(operation, "constraint_name", None)
    table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    return {
        "kind": kind,
        "schema": getattr(operation, "schema", None) or getattr(operation, "kw", {}).get("source_schema"),
        "table": None if table is None else str(table),
        "column": None if name is None else str(name),
        "name": None if index is None else str(index),
        "columns": _columns(operation),
        "changes": _changes(operation) if kind == "AlterColumnOp" else {},
    }


def _columns(operation: Any) -> list[str]:
    """The columns of a constraint that may have no name; those of one that is dropped, Alembic keeps beside it."""
    operation = getattr(operation, "_reverse", None) or operation
    columns = getattr(operation, "local_cols", None) or getattr(operation, "columns", None) or ()
    return [column for column in columns if isinstance(column, str)]


def _changes(operation: Any) -> dict[str, list[str]]:
    """What an `AlterColumnOp` changes: for each aspect the revisions' side and the models' side."""
    changes = {}
    for aspect, unchanged in (
        ("type", None),
        ("nullable", None),
        ("server_default", False),
        ("comment", False),
    ):
        wanted = getattr(operation, f"modify_{aspect}", unchanged)
        if wanted is not unchanged:
            changes[aspect] = [_shown(getattr(operation, f"existing_{aspect}", None)), _shown(wanted)]
    return changes


def _shown(value: Any) -> str:
    if value is None or value is False or value is True:
        return {None: "none", False: "no", True: "yes"}[value]
    argument = getattr(value, "arg", value)  # a `DefaultClause`
    try:
        return str(getattr(argument, "text", argument))
    except Exception:  # a type that no dialect-less compiler can name
        return repr(value)
