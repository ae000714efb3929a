"""Writes the missing revision as Alembic does: env.py's configuration, the project's template, its post-write hooks."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from alembic_proof_probe import databases, post_write, types_in_use
from alembic_proof_probe.comparison import description, engine_of, leaves

if TYPE_CHECKING:
    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.migration import Migration, Throwaway
    from alembic_proof_probe.paths import TreeMap

_SAME = ("kind", "schema", "table", "name", "columns")


class NotRendered(Exception):
    """Alembic does not write the revision; it says why."""


class Asked(NamedTuple):
    """What is asked for, and where to ask back."""

    wish: dict[str, Any]
    tree: str
    channel: Channel


def write(
    asked: Asked, migration: Migration, throwaway: Throwaway, tree_map: TreeMap, found: dict[str, Any]
) -> Optional[dict[str, Any]]:
    """The revision for what a comparison `found`: its files and what the hooks said; None where nothing differs."""
    told = {name: found[name] for name in ("operations", "silenced", "comparisons")}
    plan = asked.channel.ask(ask="plan", **told)
    if not found["operations"] and not plan["additions"]:
        return None
    wish = dict(asked.wish)
    if wish["version_path"] is not None:
        wish["version_path"] = os.path.join(asked.tree, wish["version_path"])
    return Writing(migration, throwaway, wish, plan).run(tree_map)


class Writing:
    """One revision. `plan` is the tool's: what goes beside autogenerate's operations, and what in their place."""

    def __init__(
        self, migration: Migration, throwaway: Throwaway, wish: dict[str, Any], plan: dict[str, Any]
    ) -> None:
        from alembic.autogenerate.api import RevisionContext
        from alembic.script import ScriptDirectory

        self._migration = migration
        self._throwaway = throwaway
        self._plan = plan
        self._statements = _statements_class()
        folder = migration.script.dir
        # The history at hand may be one whose modules were not loaded, and a file is named after its parent's.
        migration.script = ScriptDirectory.from_config(migration.config)
        migration.script.dir = folder
        self._revisions = RevisionContext(
            migration.config,
            migration.script,
            {"autogenerate": True, "sql": False, "splice": False, "depends_on": None, **wish},
            process_revision_directives=self._complete,
        )

    def run(self, tree_map: TreeMap) -> dict[str, Any]:
        """The files of the new revision, which do not stay in the tree, and what its hooks complained of."""
        revisions = self._revisions
        self._throwaway.broker.forget_connections()
        self._migration.run_env(
            self._throwaway.before_compare,
            self._work,
            template_args=revisions.template_args,
            revision_context=revisions,
        )
        for script in revisions.generated_revisions:
            for operations in (*script.upgrade_ops_list, *script.downgrade_ops_list):
                self._make_callable(operations)
        with post_write.hooks(tree_map) as complaints:
            paths = [os.path.abspath(path) for path in self._generate()]
        return {"files": [_taken(path, tree_map) for path in paths], "complaints": complaints}

    def _generate(self) -> list[str]:
        from alembic.util import CommandError

        for script in self._revisions.generated_revisions:
            _merge_repeats(script, self._revisions._last_autogen_context)
        try:
            scripts = list(self._revisions.generate_scripts())
        except CommandError as error:
            raise NotRendered(str(error)) from error
        return [script.path for script in scripts if script is not None]

    def _work(self, current: Any, context: Any) -> list[Any]:
        del current
        heads = tuple(script.revision for script in self._migration.script.get_revisions("heads"))
        self._revisions.run_autogenerate(heads, context)
        return []

    def _complete(self, context: Any, _revision: Any, directives: list[Any]) -> None:
        """Before env.py's own hook sees it, put into the script what autogenerate did not see."""
        script = directives[-1]
        upgrade, downgrade = script.upgrade_ops_list[-1], script.downgrade_ops_list[-1]
        engine = engine_of(upgrade)
        replaced = [one for one in self._plan["replaced"] if one["engine"] == engine]
        if replaced:
            _remove(upgrade, replaced)
            downgrade.ops[:] = []
            upgrade.reverse_into(downgrade)
        mine = [one for one in self._plan["additions"] if one["engine"] == engine]
        if databases.family(context.connection) == "postgresql":
            known = {(one[1], one[2]) for one in self._plan["types"] if one[0] == engine}
            types_in_use.keep(upgrade, downgrade, known, {tuple(one) for one in self._plan["dropped"]})
        before = [one for one in mine if one["before"]]
        after = [one for one in mine if not one["before"]]
        upgrade.ops[:] = [*self._done(before, "upgrade"), *upgrade.ops, *self._done(after, "upgrade")]
        downgrade.ops[:] = [
            *self._done(after[::-1], "downgrade"),
            *downgrade.ops,
            *self._done(before[::-1], "downgrade"),
        ]

    def _done(self, additions: list[dict[str, Any]], direction: str) -> list[Any]:
        return [self._statements([one["comment"], *one[direction]]) for one in additions if one[direction]]

    def _make_callable(self, operations: Any) -> None:
        """A function that holds comments alone is none."""
        lines = [line for one in operations.ops for line in getattr(one, "lines", ["code"])]
        if lines and all(line.startswith("#") for line in lines):
            operations.ops.append(self._statements(["pass"]))


def _statements_class() -> Any:
    from alembic.autogenerate import renderers
    from alembic.operations import ops

    class Statements(ops.MigrateOperation):
        """Code that goes into the revision as it is."""

        def __init__(self, code: list[str]) -> None:
            self.lines = [line for one in code for line in _printed(one)]

    @renderers.dispatch_for(Statements)
    def render(_context: Any, statements: Any) -> list[str]:
        return list(statements.lines)

    return Statements


def _printed(code: str) -> list[str]:
    """An operation's lines as Mako's printer wants them: it indents by itself, and an empty line ends a block."""
    lines = [line.strip() for line in code.splitlines()]
    return [*lines, ""] if lines[0].startswith("with ") else lines


def _remove(container: Any, replaced: list[dict[str, Any]]) -> None:
    """Take the operations out that the plan says otherwise."""
    gone = [{name: one[name] for name in _SAME} for one in replaced]
    taken = [
        id(operation)
        for operation, _ in leaves(container)
        if {name: description(operation)[name] for name in _SAME} in gone
    ]
    waiting = [container]
    while waiting:
        one = waiting.pop()
        one.ops[:] = [operation for operation in one.ops if id(operation) not in taken]
        waiting += [operation for operation in one.ops if hasattr(operation, "ops")]
        one.ops[:] = [operation for operation in one.ops if getattr(operation, "ops", True)]


def _merge_repeats(script: Any, autogen_context: Any) -> None:
    """Where env.py loops over schemas, the script has one part; what one of them lacks, the others lack as a rule."""
    for kind in ("upgrade", "downgrade"):
        merged: dict[str, list[Any]] = {}
        for container in getattr(script, f"{kind}_ops_list"):
            token = getattr(container, f"{kind}_token")
            before = merged.setdefault(token, [])
            seen = [_text(autogen_context, one) for one in before]
            before += [one for one in container.ops if _text(autogen_context, one) not in seen]
            container.ops[:] = before


def _text(autogen_context: Any, operation: Any) -> list[str]:
    from alembic.autogenerate import render

    return list(render.render_op(autogen_context, operation))


def _taken(path: str, tree_map: TreeMap) -> dict[str, Optional[str]]:
    """A file's name in the tree and its content; the judged tree is left as it was."""
    with open(path, "rb") as file:
        content = file.read()
    os.unlink(path)
    name = tree_map.name_in_tree(path)
    if name is None:
        raise NotRendered(f"it would lie outside of the repository: {path}")
    return {"path": name, "content": base64.b64encode(content).decode("ascii")}
