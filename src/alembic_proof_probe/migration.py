"""Runs env.py: once to apply the revisions, once more to compare what they built with the models."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Callable, Optional

from alembic_proof_probe import databases, shaping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.channel import Channel
    from alembic_proof_probe.leading import Broker
    from alembic_proof_probe.touching import Touching


class NothingRun(Exception):
    """env.py came to its end and never called `context.run_migrations()`."""


class Unfit(Exception):
    """The database is a copy of one that this history built under other circumstances."""


class NotInTree(Exception):
    """The database is stamped with revisions that the tree does not have."""


class NotAtHead(Exception):
    """The revisions ran, and the database is elsewhere than at the tree's heads."""


def _always(_context: Any) -> bool:
    return True


def _nothing(_context: Any) -> None:
    return None


def _itself(_step: Any, _context: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    return function


class Migration:
    """One environment's runs. `failed` holds the step that raised, and what."""

    def __init__(
        self, config: Any, channel: Channel, broker: Broker, history: Optional[list[list[Any]]] = None
    ) -> None:
        """With `history`, revisions as (id, parents, dependencies, labels), their modules are not loaded."""
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        self.config = config
        self.script = ScriptDirectory.from_config(config)
        self.script.dir = os.path.abspath(
            self.script.dir
        )  # env.py may change the directory before it is read
        if history is not None:
            self.script.revision_map = _revision_map(history)
        self.failed: Optional[tuple[Any, BaseException]] = None
        self._channel = channel
        self._broker = broker
        self._folder = os.getcwd()
        self._before: Callable[[Any], bool] = _always
        self._after: Callable[[Any], None] = _nothing
        self._around: Callable[[Any, Any, Callable[..., Any]], Callable[..., Any]] = _itself
        self._runs = 0
        self._step: Any = None
        plain = MigrationContext.run_migrations

        def run_migrations(context: Any, **options: Any) -> None:
            self._runs += 1
            if self._before(context):
                plain(context, **options)
                self._after(context)

        MigrationContext.run_migrations = run_migrations  # type: ignore[method-assign,assignment]

    def run_env(self, before: Callable[[Any], bool], work: Callable[..., Any], **options: Any) -> None:
        """Run env.py; each of its `run_migrations` asks `before` whether to go on, and then does `work`."""
        from alembic.runtime.environment import EnvironmentContext

        self._before, self._runs = before, 0
        os.chdir(self._folder)
        try:
            with EnvironmentContext(self.config, self.script, fn=work, as_sql=False, **options):
                _run_where_it_can(self.script.run_env)
        finally:
            os.chdir(self._folder)
        if not self._runs:
            raise NothingRun

    def upgrade(self, before: Callable[[Any], bool], after: Callable[[Any], None] = _nothing) -> None:
        self._after, self.failed, self._step = after, None, None
        try:
            self.run_env(before, self._steps, starting_rev=None, destination_rev="heads", tag=None)
        finally:
            self._after = _nothing
        if self.failed is not None:
            raise self.failed[1]  # env.py caught what a revision raised, and went on

    def around_steps(self, around: Callable[[Any, Any, Callable[..., Any]], Callable[..., Any]]) -> None:
        """Have `around(step, context, function)` say what is called for each step of an upgrade."""
        self._around = around

    def _steps(self, current: Any, context: Any) -> Iterator[Any]:
        for step in self.script._upgrade_revs("heads", current):  # as `alembic.command.upgrade` does
            self._step = step
            started = time.monotonic()
            self._channel.tell(event="revision", revision=step.revision.revision, message=step.revision.doc)
            step.migration_fn = self._watched(step, self._around(step, context, step.migration_fn))
            yield step
            seconds = round(time.monotonic() - started, 3)
            self._channel.tell(soon=True, event="applied", revision=step.revision.revision, seconds=seconds)
            self._step = None

    def _watched(self, step: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                self.failed = (step, error)
                raise

        return watched

    def blame(self, error: BaseException) -> bool:
        """Whether an error that ended env.py was that of a revision, such as one that a commit brings up."""
        if self.failed is None and self._step is not None:
            self.failed = (self._step, error)
        return self.failed is not None

    def revisions(self) -> list[dict[str, Any]]:
        """The graph as Alembic itself sees it."""
        return [
            {"revision": script.revision, "parents": _ids(script.down_revision), "path": script.path}
            for script in self.script.walk_revisions()
        ]

    def verify_heads(self, context: Any) -> None:
        wanted = {script.revision for script in self.script.get_revisions("heads")}
        at = set(context.get_current_heads())
        if at != wanted:
            raise NotAtHead(f"the database is at {_listed(at)}, the tree's heads are {_listed(wanted)}")


def _revision_map(history: list[list[Any]]) -> Any:
    from alembic.script.revision import Revision, RevisionMap

    def revisions() -> list[Any]:
        return [
            Revision(name, tuple(parents) or None, tuple(dependencies) or None, tuple(labels) or None)
            for name, parents, dependencies, labels in history
        ]

    return RevisionMap(revisions)


def _run_where_it_can(run_env: Callable[[], None]) -> None:
    """Run env.py; once more inside AnyIO's worker thread where it says that it has to be there."""
    try:
        run_env()
    except RuntimeError as error:
        if "AnyIO worker thread" not in str(error):
            raise
        import anyio
        import anyio.to_thread

        anyio.run(anyio.to_thread.run_sync, run_env)


def _ids(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _listed(ids: Any) -> str:
    return ", ".join(sorted(ids)) or "no revision"


class Throwaway:
    """Sees to it that revisions start on an empty database, and that only they and nobody else fill it.

    Importing models may create their tables (`metadata.create_all(engine)` in a module). The first run of
    env.py that meets a filled database does nothing more; the database is made anew, and env.py runs again,
    its imports done. With `keep_imported` it starts on what imports made, for revisions that need it. A `whole`
    history is there already, in a copy of a database that it built before.
    """

    def __init__(
        self,
        broker: Broker,
        prepare: Optional[Callable[[Any, dict[str, Any]], None]],
        *,
        keep_imported: bool,
        whole: bool,
        touching: Touching,
    ) -> None:
        self._whole = whole
        self._touching = touching
        self.imported: set[str] = set()
        self._keep_imported = keep_imported
        self.broker = broker
        self._prepare = prepare
        self._started: set[str] = set()
        self._left: dict[str, set[databases.Table]] = {}
        self._shapes: dict[str, list[Any]] = {}
        self.filled = False
        self._again = False

    def upgrade(self, migration: Migration, begun: Callable[[], None]) -> None:
        """Have the revisions run; `begun` is called when env.py has made its imports."""
        self._begun = begun
        self._script = migration.script
        migration.upgrade(self._before_revisions, self._after_revisions)
        if self.filled:
            self._again = True
            for database in self.broker.all():
                self.broker.recreate(database)
            self._started.clear()
            migration.upgrade(self._before_revisions, self._after_revisions)

    def _before_revisions(self, context: Any) -> bool:
        runs = self._before_upgrade(context)
        if runs:
            self._touching.begin(context, self._script)
        return runs

    def _after_revisions(self, context: Any) -> None:
        self._touching.end()
        self._remember(context)

    def _before_upgrade(self, context: Any) -> bool:
        database = databases.led_database(self.broker, context.connection)
        if self.filled and not self._again:
            return False
        if not self._shapes:
            self._begun()
        self._shapes.setdefault(database["name"], []).append(shaping.shape(context))
        if database["name"] in self._started:
            return True
        if database["template"] is not None:
            self._verify(context, database)
            self._started.add(database["name"])
            return True
        if not self._keep_imported and not databases.is_empty(context.connection):
            if not self._again:
                self.filled = True
                self.imported |= {str(name) for _, name in databases.tables(context.connection)}
                return False
            self._drop_models(context)
        self._started.add(database["name"])
        if self._prepare is not None:
            self._prepare(context.connection, database)
        return True

    def _drop_models(self, context: Any) -> None:
        """Where env.py itself fills the database on each run, its own tables give way to the revisions'."""
        named = {
            (table.schema, table.name)
            for metadata in target_metadata(context)
            for table in metadata.tables.values()
        }
        default = context.connection.dialect.default_schema_name
        found = databases.tables(context.connection)
        databases.drop_tables(
            context.connection,
            {
                (schema, name)
                for schema, name in found
                if (schema, name) in named or ((schema in (default, None)) and (None, name) in named)
            },
        )

    def _remember(self, context: Any) -> None:
        database = databases.led_database(self.broker, context.connection)
        self._left[database["name"]] = databases.tables(context.connection)

    def _verify(self, context: Any, database: dict[str, Any]) -> None:
        """Where a copy of a template stands for the history's run, that run would have given the same."""
        template = database["template"]
        found = sorted(databases.tables(context.connection), key=str)
        if [list(table) for table in found] != template["tables"]:
            raise Unfit("the tables are others")
        if shaping.shape(context) not in template["shapes"]:
            raise Unfit("env.py configures the migration otherwise")

    def built(self) -> list[dict[str, Any]]:
        """What the revisions built, and under which circumstances."""
        return [
            {
                "database": name,
                "tables": sorted((list(table) for table in left), key=str),
                "shapes": _distinct(self._shapes.get(name, [])),
            }
            for name, left in self._left.items()
        ]

    def tables_left(self) -> set[str]:
        """The names of the tables that the revisions made."""
        return {str(name) for tables in self._left.values() for _, name in tables}

    def before_compare(self, context: Any) -> bool:
        """Take away the tables that something made after the revisions were through."""
        database = databases.led_database(self.broker, context.connection)
        if self._whole and database["template"] is None:
            raise Unfit("the database is another")
        if database["template"] is not None and database["name"] not in self._left:
            self._verify(context, database)
            self._left[database["name"]] = databases.tables(context.connection)
        left = self._left.get(database["name"])
        if left is not None:
            databases.drop_tables(context.connection, databases.tables(context.connection) - left)
        return True


def _distinct(things: list[Any]) -> list[Any]:
    return [one for number, one in enumerate(things) if one not in things[:number]]


def target_metadata(context: Any) -> list[Any]:
    """The `MetaData` objects that env.py configured; it may have given one, several, none, or something else."""
    from sqlalchemy import MetaData

    target = context.opts.get("target_metadata")
    several = target if isinstance(target, (list, tuple, set)) else [target]
    return [metadata for metadata in several if isinstance(metadata, MetaData)]
