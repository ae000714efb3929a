"""Tables that an earlier run found alike in models and revisions, on the same database and from the same DDL.

They need not be compared again. Only what Alembic itself compares is sure to follow from the DDL, so that nothing
is left out where the project compares by functions of its own.
"""

from __future__ import annotations

import hashlib
from typing import Any, Optional


class Settled:
    """What an earlier run settled (`others` and `tables`, digests), and which of it still is."""

    def __init__(self, told: Optional[dict[str, Any]]) -> None:
        self.told = told
        self.keys: frozenset[str] = frozenset()

    def narrow(self, digests: dict[str, Any], settings: dict[str, Any], context: Any) -> None:
        """Leave the tables that are as they were out of the comparison that is about to begin."""
        told = self.told
        if told is None or told["others"] != digests["others"] or told["settings"] != settings:
            return
        if not compares_as_alembic_does(context):
            return
        self.keys = frozenset(
            key for key, digest in digests["tables"].items() if told["tables"].get(key) == digest
        )
        if self.keys:
            _leave_out(self.keys, context.connection.dialect.default_schema_name)


def digests(statements: list[dict[str, Any]]) -> dict[str, Any]:
    """Of the statements of each table, which come in no order, and of all others together, which come in theirs."""
    tables: dict[str, list[str]] = {}
    others: list[str] = []
    for statement in statements:
        table = statement["table"]
        (others if table is None else tables.setdefault(table_key(*table), [])).append(statement["sql"])
    return {
        "others": _digest(others),
        "tables": {key: _digest(sorted(texts)) for key, texts in tables.items()},
    }


def _digest(texts: list[str]) -> str:
    return hashlib.blake2b("\0".join(texts).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def table_key(schema: Optional[str], name: str) -> str:
    return f"{schema or ''}.{name}"


def _leave_out(keys: frozenset[str], default_schema: Optional[str]) -> None:
    from alembic.autogenerate.api import AutogenContext

    either = keys | {f".{key.partition('.')[2]}" for key in keys if key.partition(".")[0] == default_schema}
    plain: Any = vars(AutogenContext)["sorted_tables"]
    filters = AutogenContext.run_name_filters

    def sorted_tables(context: Any) -> list[Any]:
        if "_left" not in vars(context):
            found = plain.fget(context)
            context._left = [table for table in found if table_key(table.schema, table.name) not in either]
        left: list[Any] = context._left
        return left

    def run_name_filters(context: Any, name: Any, type_: Any, parents: Any) -> bool:
        if type_ == "table" and table_key(parents.get("schema_name"), name) in either:
            return False
        return filters(context, name, type_, parents)

    AutogenContext.sorted_tables = property(sorted_tables)  # type: ignore[assignment]
    AutogenContext.run_name_filters = run_name_filters  # type: ignore[method-assign,assignment]


def compares_as_alembic_does(context: Any) -> bool:
    """Whether nothing but Alembic's own comparators, and no function of env.py's, has a say."""
    options = context.opts
    if callable(options.get("compare_type")) or callable(options.get("compare_server_default")):
        return False
    registered = [function for registry in _registries() for function in _functions(registry)]
    if not registered or not all(_is_alembics(one) for one in registered):
        return False
    metadata = options.get("target_metadata")
    several = metadata if isinstance(metadata, (list, tuple, set)) else [metadata]
    types = {
        type(column.type) for one in several for table in one.tables.values() for column in table.columns
    }
    return not any(hasattr(one, "compare_against_backend") for one in types)


def _registries() -> list[Any]:
    """Since Alembic 1.18 every plugin has one of its own."""
    from alembic.autogenerate import compare

    try:
        from alembic.runtime.plugins import _all_plugins
    except ImportError:
        plugins: dict[str, Any] = {}
    else:
        plugins = _all_plugins
    dispatchers = [compare.comparators, *(one.autogenerate_comparators for one in plugins.values())]
    return [one._registry for one in dispatchers]


def _functions(thing: Any, depth: int = 0) -> Any:
    """The functions in a registry, whatever this version of Alembic keeps them in."""
    if depth > 6:
        return
    if isinstance(thing, dict) or hasattr(thing, "items"):
        for value in dict(thing).values():
            yield from _functions(value, depth + 1)
    elif isinstance(thing, (list, tuple, set, frozenset)):
        for value in thing:
            yield from _functions(value, depth + 1)
    elif callable(thing):
        yield thing


def _is_alembics(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith("alembic.")
