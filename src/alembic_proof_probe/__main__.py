"""Read one job, do it, report, and be gone."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
from typing import Any, Optional


def _find_own_package() -> None:
    """Make this package importable without its folder's neighbours, which are of another environment."""
    folder = os.path.dirname(os.path.abspath(__file__))
    file = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(
        "alembic_proof_probe", file, submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)
    sys.path[:] = [entry for entry in sys.path if entry != folder]  # Python puts a script's folder there


_find_own_package()
from alembic_proof_probe import (  # noqa: E402
    bytecode,
    comparison,
    databases,
    described,
    direct,
    environ,
    failures,
    isolation,
    leading,
    loading,
    merging,
    migration,
    models,
    network,
    paths,
    preloading,
    redirect,
    settled,
    touching,
    tracing,
    trial,
    writing,
)
from alembic_proof_probe.channel import Channel  # noqa: E402


class Job:
    """Everything that one run of the probe shares."""

    def __init__(self, channel: Channel, order: dict[str, Any], isolated: bool) -> None:
        self.channel = channel
        self.order = order
        self.isolated = isolated
        self.stage = "load"
        self.broker = leading.Broker(channel)
        self.tree_map = paths.TreeMap(self.order["top"], self.order["tree"], self.order["ignored"])
        self.trace = tracing.Trace(order["tree"])
        self.bytecode: Optional[bytecode.Bytecode] = None
        if order["bytecode"]:
            self.bytecode = bytecode.Bytecode(order["tree"], order["bytecode"], order["top"], self.trace)
        self.migration: Optional[migration.Migration] = None
        self.throwaway: Optional[migration.Throwaway] = None
        self.touching = touching.Touching()
        self.loaded_before: dict[str, str] = {}

    def prepare(self) -> None:
        """Stand guard before the first line of the project's code runs."""
        order = self.order
        if order["database"] is not None:
            self.broker.adopt(("named by the settings",), order["database"])
        os.chdir(order["directory"])
        self.trace.start()
        if self.bytecode is not None:
            self.bytecode.install()
        environ.watch(order["tree"], order["aside"])
        finder = paths.TreeFinder(self.tree_map, direct.changes(self.broker, order["tree"]))
        finder.install()
        redirect.lead_sqlalchemy(self.broker)
        self.touching.listen()
        network.Guard(self.broker, order["allowed"]).install()
        self._append_own_folders()

    def _append_own_folders(self) -> None:
        """What `python -m alembic`, PYTHONPATH=. and the like give to projects that are not installed."""
        for folder in (
            self.order["directory"],
            os.path.join(self.order["directory"], "src"),
            self.order["tree"],
        ):
            if folder not in sys.path:
                sys.path.append(folder)

    def run(self) -> dict[str, Any]:
        self.prepare()
        with loading.configuration(self.order) as config:
            if self.order["task"] == "merge":
                return self.merge(config)
            loading.as_command(config, self.order, "upgrade", "heads")
            self.migration = migration.Migration(config, self.channel, self.broker, self.order["history"])
            tasks = {
                "check": self.check,
                "trial": self.try_revisions,
                "revision": self.write_revision,
                "apply": self.apply,
            }
            return tasks[self.order["task"]](config)

    def check(self, config: Any) -> dict[str, Any]:
        assert self.migration is not None
        keep_imported = self.order["keep_imported"]
        whole = self.order["history"] is not None
        throwaway = migration.Throwaway(
            self.broker,
            self._starting_schema(),
            keep_imported=keep_imported,
            whole=whole,
            touching=self.touching,
        )
        self.throwaway = throwaway
        result: dict[str, Any] = {"revisions": None}
        ahead = False
        if not whole:
            self.stage = "upgrade"
            _collect_seldom()
            throwaway.upgrade(self.migration, self._say_loaded)
            result["revisions"] = self.migration.revisions()
            ahead = self.order["exact"] and self.channel.ask(ask="upgraded").get("ahead", False)
        self.stage = "compare"
        loading.as_command(config, self.order, "revision", "--autogenerate", "-m", "alembic-proof")
        known = settled.Settled(self.order["settled"])
        compared = comparison.Comparison(
            self.migration,
            throwaway,
            known,
            exact=self.order["exact"],
            tell=self._describe if ahead else None,
        )
        result["operations"] = compared.run()
        result["filtered"] = compared.filtered
        result["silenced"] = compared.silenced
        result["comparisons"] = self._build(compared.descriptions)
        result["homes"] = models.table_homes(compared.metadata, self.tree_map)
        candidates = self.channel.ask(ask="models", loaded=self.tree_map.loaded())["candidates"]
        dropped = {one["table"] for one in result["operations"] if one["kind"] == "DropTableOp"}
        made = throwaway.tables_left() - dropped
        result["unregistered"] = models.unregistered(candidates, compared.metadata, made, self.tree_map)
        result["built"] = [] if throwaway.filled or keep_imported else throwaway.built()
        result["modules"] = self.tree_map.loaded_modules()
        result["untouched"] = sorted(self.loaded_before) if self.touching.found_none else []
        result["strays"] = self.tree_map.strays()
        result["dialects"] = preloading.used_dialects(dict(sys.modules))
        return {**result, **self._looked_at()}

    def write_revision(self, config: Any) -> dict[str, Any]:
        result = self.check(config)
        assert self.migration is not None
        assert self.throwaway is not None
        self.stage = "write"
        wish = self.order["writing"]
        loading.as_command(config, self.order, "revision", "--autogenerate", "-m", wish["message"])
        asked = writing.Asked(wish, self.order["tree"], self.channel)
        result["written"] = writing.write(asked, self.migration, self.throwaway, self.tree_map, result)
        return result

    def _say_loaded(self) -> None:
        self.loaded_before = self.tree_map.loaded_modules()
        asked = self.channel.ask(ask="upgrading", modules=self.loaded_before)
        self.touching.wanted = asked.get("touching", False)

    def _describe(self, described: described.Description) -> None:
        """Have the models' database begun while Alembic compares."""
        self.channel.ask(ask="described", models=described.message(compared=False))

    def _build(self, descriptions: list[described.Description]) -> list[dict[str, Any]]:
        """Have the models' own databases compared, and say of each thing that differs whether env.py includes it."""
        asked = self.channel.ask(ask="build", models=[one.message() for one in descriptions])
        if "error" in asked:
            raise leading.NoDatabase(asked["error"])
        return [
            {
                "engine": one.engine,
                "included": [one.included(thing) for thing in asked["objects"] if thing["model"] == number],
            }
            for number, one in enumerate(descriptions)
        ]

    def try_revisions(self, _config: Any) -> dict[str, Any]:
        """Try the new revisions one by one, on the way to the heads."""
        assert self.migration is not None
        self.stage = "upgrade"
        tried = trial.Trial(self.order["trial"], self.channel, self.broker, self.tree_map)
        self.migration.around_steps(tried.around)
        _collect_seldom()
        while not self._tried(tried):
            for database in self.broker.all():
                self.broker.recreate(database)
        result = {"modules": self.tree_map.loaded_modules(), "strays": self.tree_map.strays()}
        return {**result, **self._looked_at()}

    def _tried(self, tried: trial.Trial) -> bool:
        """Run env.py; whether it came to its end, and no revision spoiled the database."""
        assert self.migration is not None
        self.throwaway = migration.Throwaway(
            self.broker,
            self._starting_schema(),
            keep_imported=self.order["keep_imported"],
            whole=False,
            touching=self.touching,
        )
        try:
            self.throwaway.upgrade(self.migration, tried.begin)
        except trial.Spoiled:
            return False
        return True

    def _looked_at(self) -> dict[str, Any]:
        """What the project's code read, for those who keep an answer."""
        self.trace.unrepeatable += [f"it read {name}" for name in environ.read_aside()]
        if self.bytecode is not None:
            self.bytecode.save()
        return {"trace": self.trace.message(), "variables": environ.unset_names()}

    def apply(self, _config: Any) -> dict[str, Any]:
        assert self.migration is not None
        self.stage = "upgrade"
        known = {script["revision"] for script in self.migration.revisions()}
        heads: dict[str, list[str]] = {}

        def before(context: Any) -> bool:
            databases.led_database(self.broker, context.connection)
            foreign = set(context.get_current_heads()) - known
            if foreign:
                raise migration.NotInTree(", ".join(sorted(foreign)))
            return True

        def after(_current: Any, context: Any) -> list[Any]:
            self.migration.verify_heads(context)  # type: ignore[union-attr]
            heads["heads"] = sorted(context.get_current_heads())
            return []

        self.migration.upgrade(before)
        self.migration.run_env(before, after, starting_rev=None, destination_rev="heads", tag=None)
        return heads

    def merge(self, config: Any) -> dict[str, Any]:
        asked = self.order["merge"]
        loading.as_command(config, self.order, "merge", "-m", asked["message"], *asked["heads"])
        return {"path": self.tree_map.name_in_tree(merging.write(config, asked["heads"], asked["message"]))}

    def _starting_schema(self) -> Any:
        function = self.order["starting_function"]
        if function is None and not self.order["starting_file"]:
            return None

        def prepare(connection: Any, database: dict[str, Any]) -> None:
            if self.order["starting_file"]:
                self.broker.prepare(database)
            if function is not None:
                module, _, path = function.partition(":")
                target: Any = importlib.import_module(module)
                for name in path.split("."):
                    target = getattr(target, name)
                target(connection)

        return prepare

    def failure(self, error: BaseException) -> dict[str, Any]:
        step = None
        if self.stage == "upgrade" and self.migration is not None and self.migration.blame(error):
            assert self.migration.failed is not None
            step, error = self.migration.failed
        described = failures.described(error, self.tree_map, self.broker)
        described["stage"] = self.stage
        described["isolated"] = self.isolated
        if step is not None:
            described["revision"] = step.revision.revision
            described["imported"] = sorted(self.throwaway.imported) if self.throwaway else []
            described["path"] = self.tree_map.name_in_tree(step.revision.path) or step.revision.path
        return described


def _collect_seldom() -> None:
    """What was imported stays; revisions may leave something behind, a thousand of them not too much."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


def main() -> None:
    gc.disable()  # imports make objects by the million, and nearly all of them stay
    channel = Channel()
    preloading.preload(sys.argv[1:])
    order = channel.receive()
    isolated = not order["network"] and isolation.isolate(order["sockets"])
    channel.listen()
    job = Job(channel, order, isolated)
    try:
        channel.tell(result=job.run())
    except BaseException as error:  # SystemExit as well: env.py must not end the run without a word
        channel.tell(failure=job.failure(error))
    # The project's threads and exit handlers have nothing more to say.
    os._exit(0)


if __name__ == "__main__":
    main()
