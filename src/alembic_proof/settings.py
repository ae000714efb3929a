"""What a project or a person sets: flag, then `ALEMBIC_PROOF_*` variable, then `[tool.alembic-proof]`."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal, get_args

from alembic_proof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "pyproject.toml"
TABLE = "[tool.alembic-proof]"
TIME_LIMIT = 300.0
Level = Literal["off", "info", "warning", "error"]


@dataclass(frozen=True)
class EnvironmentSettings:
    """What may differ from one Alembic environment to the next. The field's name with `-` is the key's."""

    python: str | None = None  # the project's interpreter; relative to the top of the repository
    heads: int | tuple[str, ...] | None = None  # how many heads are meant, or which: revisions or labels
    env: Mapping[str, str] = field(
        default_factory=dict
    )  # environment variables for env.py; {url} is filled in
    dialect: str = "postgresql"  # of the database that {url} names, with a driver if need be
    starting_schema: str | None = (
        None  # an SQL file, or `module:function`, for histories that start on a schema
    )
    x_arguments: tuple[str, ...] = ()  # what `alembic -x` would be given
    allow_connections: tuple[str, ...] = ()  # hosts, or host:port, that project code may reach while it loads
    time_limit: float = TIME_LIMIT  # seconds for one environment
    exact_drift: bool = True  # whether the catalogs are compared as well, for what autogenerate does not see
    trial: bool = True  # whether new revisions are tried by themselves: up, down and up again
    irreversible: bool | tuple[str, ...] = False  # all revisions, or which, are not meant to be undone
    small_tables: tuple[
        str, ...
    ] = ()  # patterns of tables that are small for good: nobody waits long for them
    rows: bool | str = (
        True  # new revisions on rows: not at all, or on those of an SQL file or `module:function` first
    )
    rows_seed: str = ""  # another one makes other rows
    rules: Mapping[str, Level] = field(default_factory=dict)  # how severe what a rule finds is
    rewrite_history: str = ""  # why the change that brings this text may rewrite merged revisions


@dataclass(frozen=True)
class Settings:
    """The settings of one run. `environments` overrides `common` for one environment's configuration file."""

    configs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # folders and files that hold no environment of ours
    database: str | None = None
    base: str | None = None  # the ref that changes start from and are merged into
    released: tuple[str, ...] = ()  # refs, or patterns, whose revisions `fix` never moves
    common: EnvironmentSettings = field(default_factory=EnvironmentSettings)
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)

    def of(self, config: str) -> EnvironmentSettings:
        return self.environments.get(config, self.common)


def from_toml(source: bytes) -> Settings:
    """Read the settings out of a `pyproject.toml`. Raises `UsageError` for what cannot be meant."""
    try:
        document = tomllib.loads(source.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{FILE} cannot be read: {error}", f"mend {FILE}") from None
    tool = document.get("tool", {})
    table = tool.get("alembic-proof", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{FILE}: {TABLE} must be a table", f"mend it in {FILE}")
    return _settings(dict(table))


def overridden(
    settings: Settings,
    *,
    python: str | None,
    time_limit: float | None,
    exact_drift: bool | None = None,
    trial: bool | None = None,
    rows: bool | str | None = None,
    rows_seed: str | None = None,
    **rest: object,
) -> Settings:
    """The settings with what flags and variables say put over them; None and empty say nothing."""
    said = {
        "python": python,
        "time_limit": time_limit,
        "exact_drift": exact_drift,
        "trial": trial,
        "rows": rows,
        "rows_seed": rows_seed,
    }
    own = {name: value for name, value in said.items() if value is not None}
    return replace(
        settings,
        common=replace(settings.common, **own),  # type: ignore[arg-type]
        environments={config: replace(one, **own) for config, one in settings.environments.items()},  # type: ignore[arg-type]
        **{name: value for name, value in rest.items() if value},  # type: ignore[arg-type]
    )


def _settings(table: dict[str, object]) -> Settings:
    overrides = _table(table.pop("environments", {}), f"{TABLE} environments")
    top = {
        "configs": _texts(table.pop("config", ()), "config"),
        "exclude": _texts(table.pop("exclude", ()), "exclude"),
        "database": _text(table.pop("database", None), "database"),
        "base": _text(table.pop("base", None), "base"),
        "released": _texts(table.pop("released", ()), "released"),
    }
    common = _environment(
        EnvironmentSettings(), table, ("base", "config", "exclude", "database", "environments", "released")
    )
    return Settings(
        common=common,
        environments={
            config: _environment(common, _table(one, f"environments.{config}"))
            for config, one in overrides.items()
        },
        **top,  # type: ignore[arg-type]
    )


def _environment(
    base: EnvironmentSettings, table: Mapping[str, object], others: tuple[str, ...] = ()
) -> EnvironmentSettings:
    known = {one.name.replace("_", "-"): one.name for one in fields(EnvironmentSettings)}
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, [*known, *others], n=1)
            meant = (
                f"did you mean {close[0]!r}?"
                if close
                else f"these are its keys: {', '.join(sorted([*known, *others]))}"
            )
            raise UsageError(f"{FILE}: {TABLE} has no key {key!r}", meant)
    own = {known[key]: _READ[known[key]](value, key) for key, value in table.items()}
    rules = {**base.rules, **own.pop("rules", {})}  # type: ignore[dict-item]
    return replace(base, rules=rules, **own)  # type: ignore[arg-type]


def _wrong(key: str, wanted: str) -> UsageError:
    return UsageError(f"{FILE}: {TABLE} {key!r} must be {wanted}", f"mend the key in {FILE}")


def _text(value: object, key: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong(key, "a text")
    return value


def _reason(value: object, key: str) -> str:
    return (_text(value, key) or "").strip()


def _texts(value: object, key: str) -> tuple[str, ...]:
    several = (value,) if isinstance(value, str) else value
    if not isinstance(several, (list, tuple)) or not all(isinstance(one, str) for one in several):
        raise _wrong(key, "a list of texts")
    return tuple(several)


def _table(value: object, key: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong(key, "a table")
    return value


def _variables(value: object, key: str) -> dict[str, str]:
    table = _table(value, key)
    if not all(isinstance(one, (str, int, float)) for one in table.values()):
        raise _wrong(key, "a table of texts")
    return {name: str(one).lower() if isinstance(one, bool) else str(one) for name, one in table.items()}


def _heads(value: object, key: str) -> int | tuple[str, ...]:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, (list, str)):
        return _texts(value, key)
    raise _wrong(key, "a number of heads, or a list of revisions and labels")


def _seconds(value: object, key: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return float(value)
    raise _wrong(key, "a number of seconds above 0")


def _flag(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "true or false")
    return value


def _flag_or_text(value: object, key: str) -> bool | str:
    if isinstance(value, (bool, str)) and value != "":
        return value
    raise _wrong(key, "true, false, an SQL file of the tree, or module:function")


def _seed(value: object, key: str) -> str:
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return str(value)
    raise _wrong(key, "a number or a text")


def _flag_or_texts(value: object, key: str) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return _texts(value, key)
    raise _wrong(key, "true, false, or a list of revisions")


def _levels(value: object, key: str) -> dict[str, Level]:
    table = _table(value, key)
    if any(level not in get_args(Level) for level in table.values()):
        raise _wrong(key, f"a table in which each rule is one of {', '.join(get_args(Level))}")
    return table  # type: ignore[return-value]


_READ = {
    "python": _text,
    "heads": _heads,
    "env": _variables,
    "dialect": _text,
    "starting_schema": _text,
    "x_arguments": _texts,
    "allow_connections": _texts,
    "time_limit": _seconds,
    "exact_drift": _flag,
    "trial": _flag,
    "irreversible": _flag_or_texts,
    "small_tables": _texts,
    "rows": _flag_or_text,
    "rows_seed": _seed,
    "rules": _levels,
    "rewrite_history": _reason,
}
