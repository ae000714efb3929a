"""What the probe reported, in the words of a person who has to mend it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from alembic_proof.errors import DatabaseError, ProbeError, UsageError
from alembic_proof.facts import UpgradeFailure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from alembic_proof.databases import Databases
    from alembic_proof.environments import Environment
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.interpreter import Interpreter
    from alembic_proof.probe import Message

DRIVERS = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "asyncpg": "asyncpg",
    "pg8000": "pg8000",
    "pymysql": "pymysql",
    "MySQLdb": "mysqlclient",
    "aiosqlite": "aiosqlite",
    "asyncmy": "asyncmy",
    "aiomysql": "aiomysql",
    "mariadb": "mariadb",
    "mysql": "mysql-connector-python",
}
NO_TABLE = (
    re.compile(r'relation "(?:[^"]+\.)?([^".]+)" does not exist'),
    re.compile(r"no such table: (?:\w+\.)?(\S+)"),
    re.compile(r"Table '(?:[^'.]+\.)?([^']+)' doesn't exist"),
)
NO_EXTENSION = re.compile(
    r'extension "([^"]+)" is not available|extension control file ".*/([^/"]+)\.control"'
)
NO_SPACE = re.compile(r"No space left on device|database or disk is full|disk I/O error")
NO_NETWORK = re.compile(
    r"Network is unreachable|[Nn]ame resolution|could not translate host name|Name or service not known"
)
# What people see who pass on what `os.getenv` gave them.
UNSET = re.compile(r"None|option values must be strings")
MAKES_TABLES = re.compile(rb"create_table\b|create\s+table\b|create_all\b|\.sql\b", re.IGNORECASE)
FRAMES = 6


class MissingExtension(DatabaseError):
    """The throwaway server lacks an extension; `alternative` is the provider that has it, if any."""

    def __init__(self, extension: str, alternative: str | None) -> None:
        super().__init__(
            f"a revision needs PostgreSQL's extension {extension}, which the throwaway server does not have",
            "install a PostgreSQL that has it and use --database local, or name a server: --database URL",
        )
        self.alternative = alternative


def at_commit(failure: Message | None, events: Sequence[Message], graph: RevisionGraph) -> Message | None:
    """A failure; one of a constraint that is checked when all revisions commit is the last revision's."""
    if failure is None or "revision" in failure or failure["type"] != "IntegrityError":
        return failure
    applied = [event["revision"] for event in events if event["event"] == "applied"]
    known = graph.by_id.get(applied[-1]) if applied and failure["stage"] == "upgrade" else None
    if known is None:
        return failure
    return {**failure, "revision": known.id, "path": known.path, "statement": "COMMIT"}


def refuse_full_disk(failure: Message) -> None:
    """Raise `DatabaseError` where the throwaway database had no room, which is no fault of the project's."""
    if NO_SPACE.search(failure["message"]):
        raise DatabaseError(
            f"there is no room for the throwaway database: {_first_line(failure['message'])}",
            "free some space, or set ALEMBIC_PROOF_CACHE to a folder on another disk",
        )


def refuse_missing_extension(failure: Message, databases: Databases) -> None:
    """Raise `MissingExtension` where that, and no fault of the revision's, is why it failed."""
    found = NO_EXTENSION.search(failure["message"])
    if found:
        extension = found[1] or found[2]
        raise MissingExtension(extension, databases.alternative_with(extension))


def upgrade_failure(failure: Message, graph: RevisionGraph, sources: Mapping[str, Path]) -> UpgradeFailure:
    """A revision that did not apply, as a fact for the rules."""
    path = failure["path"]
    lines = [frame["line"] for frame in failure["frames"] if frame["path"] == path]
    known = graph.by_id.get(failure["revision"])
    return UpgradeFailure(
        failure["revision"],
        path,
        lines[-1] if lines else known.line if known else None,
        failure["type"],
        failure["message"],
        failure["statement"],
        failure["sqlstate"],
        _table_from_elsewhere(failure, graph, sources),
    )


def _missing_table(failure: Message) -> str | None:
    return next((found[1] for pattern in NO_TABLE if (found := pattern.search(failure["message"]))), None)


def _table_from_elsewhere(failure: Message, graph: RevisionGraph, sources: Mapping[str, Path]) -> str | None:
    """The table that is missing, where no revision before makes any table, and the failing one not this one."""
    table = _missing_table(failure)
    failing = graph.by_id.get(failure["revision"])
    if table is None or failing is None:
        return None
    before = (one for one in graph.revisions if one != failing and graph.descends(failing.id, one.id))
    if any(MAKES_TABLES.search(sources[revision.path].read_bytes()) for revision in before):
        return None
    makes_it = rf"(create_table\(\s*|create\s+table\s+(if\s+not\s+exists\s+)?)[\"'`]?{re.escape(table)}\b"
    source = sources[failing.path].read_text(errors="replace")
    return None if re.search(makes_it, source, re.IGNORECASE) else table


def other_revisions(result: Message | None, graph: RevisionGraph, folder: Path) -> tuple[str, ...] | None:
    """The files of the revisions that Alembic sees, where they are not those that the configuration names."""
    if result is None or result["revisions"] is None:
        return None
    if {one["revision"] for one in result["revisions"]} == set(graph.by_id):
        return None
    paths = (os.path.relpath(os.path.realpath(one["path"]), folder) for one in result["revisions"])
    return tuple(sorted(path.replace(os.sep, "/") for path in paths if not path.startswith(os.pardir)))


def imported_table(failure: Message | None) -> str | None:
    """The table that a revision lacked and that importing the project had made before, or None."""
    table = _missing_table(failure) if failure else None
    return table if failure and table in failure.get("imported", ()) else None


def notes(result: Message, graph: RevisionGraph) -> tuple[str, ...]:
    """What a person should know although nothing is wrong: where two views of one thing differ."""
    found = []
    seen = {one["revision"] for one in result["revisions"] or ()}
    if result["revisions"] is not None and seen != set(graph.by_id):
        found.append(
            f"Alembic sees {len(seen)} revisions and the configuration names {len(graph.by_id)}, for env.py sets other "
            "locations; check judged what Alembic sees, heads cannot"
        )
    if result["filtered"]:
        found.append(
            f"env.py's process_revision_directives dropped {result['filtered']} operations of autogenerate"
        )
    if result["strays"]:
        raise ProbeError(
            f"modules came from the working tree, not from what is judged: {', '.join(result['strays'][:3])}",
            "report this with the way your project puts them on sys.path; --worktree judges the working tree itself",
        )
    return tuple(found)


def probe_error(failure: Message, interpreter: Interpreter, environment: Environment) -> ProbeError:
    """Why the project's code could not be loaded or run."""
    for explain in (_refused, _driver, _module, _dialect, _variable, _own_words):
        error = explain(failure, interpreter, environment)
        if error is not None:
            return error
    return ProbeError(
        f"{_where(failure, environment)} raises {failure['type']}: {_first_line(failure['message'])}",
        f"make it run with {interpreter.path}: {environment.command('current')} is a quick way to see",
        _traceback(failure),
    )


def refuse_starting_function(failure: Message, name: str) -> None:
    """Raise `UsageError` where the starting schema's function, `module:function`, is not there."""
    module, _, function = name.partition(":")
    missing_module = failure["type"] == "ModuleNotFoundError" and failure["module"] == module
    missing_function = failure["message"] == f"module {module!r} has no attribute {function!r}"
    if missing_module or missing_function:
        raise UsageError(
            f"starting-schema names {name}, and there is no such {'module' if missing_module else 'function'}",
            "name a function of the tree as module:function (and git add it); it is called with a connection",
        )


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _where(failure: Message, environment: Environment) -> str:
    frames = failure["frames"]
    return f"{frames[-1]['path']}:{frames[-1]['line']}" if frames else f"{environment.script_location}/env.py"


def _traceback(failure: Message) -> str:
    """The project's own frames, the last ones."""
    lines = []
    for frame in failure["frames"][-FRAMES:]:
        inside = f" in {frame['function']}" if frame["function"] else ""
        lines.append(f"  {frame['path']}:{frame['line']}{inside}")
        if frame["source"]:
            lines.append(f"    {frame['source']}")
    rest = failure["message"].splitlines()
    return "\n".join([*lines, f"{failure['type']}: {rest[0] if rest else ''}", *rest[1:12]])


def kept_away(failure: Message) -> str | None:
    """What the project's code could not reach because it is no throwaway database, or None."""
    if failure.get("refusal"):
        return str(failure["refusal"])
    if failure.get("isolated") and NO_NETWORK.search(failure["message"]):
        return f"a server over the network ({_first_line(failure['message'])})"
    return None


def _refused(failure: Message, _interpreter: Interpreter, environment: Environment) -> ProbeError | None:
    target = kept_away(failure)
    if target is None:
        return None
    return ProbeError(
        f"{_where(failure, environment)} tried to reach {target}, which is no throwaway database",
        'if loading the project needs that host: allow-connections = ["HOST:PORT"] in [tool.alembic-proof]',
        _traceback(failure),
    )


def _driver(failure: Message, interpreter: Interpreter, _environment: Environment) -> ProbeError | None:
    package = DRIVERS.get((failure["module"] or "").partition(".")[0])
    if package is None or failure["type"] not in ("ModuleNotFoundError", "ImportError"):
        return None
    return ProbeError(
        f"the database driver {failure['module']} is not installed for {interpreter.path}",
        f"{interpreter.path} -m pip install '{package}'",
    )


def _module(failure: Message, interpreter: Interpreter, environment: Environment) -> ProbeError | None:
    if failure["type"] != "ModuleNotFoundError":
        return None
    tried = "".join(f"\n  {line}" for line in interpreter.passed_over)
    return ProbeError(
        f"{_where(failure, environment)} imports {failure['module']}, which {interpreter.path} ({interpreter.source}) "
        "does not have, and the tree neither",
        "install the project's packages there, name its own Python with --python PATH, or git add the module",
        _traceback(failure) + (f"\ninterpreters passed over:{tried}" if tried else ""),
    )


def _dialect(failure: Message, _interpreter: Interpreter, environment: Environment) -> ProbeError | None:
    if failure["type"] != "NoSuchModuleError":
        return None
    return ProbeError(
        f"{_where(failure, environment)} asks for a database that SQLAlchemy does not know: "
        f"{failure['message'].rpartition(':')[2]}",
        f"if the URL in {environment.config} is a placeholder, leave the environment out: "
        "exclude = [...] in [tool.alembic-proof], or --config; else install what brings the dialect",
    )


def _variable(failure: Message, _interpreter: Interpreter, environment: Environment) -> ProbeError | None:
    names = list(dict.fromkeys(failure["variables"]))
    if failure["type"] == "KeyError":
        names = [name for name in names if name == failure["message"]]
    elif failure["type"] not in (
        "ValidationError",
        "UndefinedValueError",
        "EnvError",
        "ImproperlyConfigured",
    ) and not UNSET.search(failure["message"]):
        names = [name for name in names if re.search(rf"\b{re.escape(name)}\b", failure["message"])]
    if not names:
        return None
    block = "\n".join(["[tool.alembic-proof.env]", *(f'{name} = "{_value(name)}"' for name in names)])
    what = f"variable {names[0]}, which is" if len(names) == 1 else f"variables {', '.join(names)}, which are"
    return ProbeError(
        f"{_where(failure, environment)} needs the environment {what} not set",
        "give a value, or paste this into pyproject.toml (connections are led away, so values rarely matter):",
        block,
    )


def _value(name: str) -> str:
    return "{url}" if re.search(r"UR[LI]|DSN", name) else "x"


def _own_words(failure: Message, _interpreter: Interpreter, environment: Environment) -> ProbeError | None:
    """The probe's own exceptions, and the ends that are no errors of Python's."""
    env = f"{environment.script_location}/env.py"
    known: dict[str, tuple[str, str]] = {
        "NoMetadata": (
            f"{env} gives autogenerate no MetaData (target_metadata), so no model can be compared",
            f"set target_metadata = Base.metadata in {env}, and import the models there",
        ),
        "NotCommitted": (
            f"{env} does not commit what the revisions do: on its next connection the database is empty",
            "with SQLAlchemy 2, commit what the connection does before context.configure(), or use another connection",
        ),
        "NothingRun": (
            f"{env} ended without calling context.run_migrations()",
            "see which condition in it skips the migrations; x-arguments in [tool.alembic-proof] gives it -x options",
        ),
        "ApplicationNotFound": (
            f"the Flask application was not found: {_first_line(failure['message'])}",
            'name it: FLASK_APP = "package:create_app" under [tool.alembic-proof.env] in pyproject.toml',
        ),
        "SystemExit": (
            f"{_where(failure, environment)} ended the interpreter (SystemExit {failure['message']})",
            "see what it checks before it exits; [tool.alembic-proof.env] gives it environment variables",
        ),
    }
    if failure["type"] not in known:
        return None
    return ProbeError(*known[failure["type"]], _traceback(failure) if failure["frames"] else "")
