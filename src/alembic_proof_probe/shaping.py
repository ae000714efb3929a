"""How env.py configured a migration: what, beside the revisions, decides what they build."""

from __future__ import annotations

from typing import Any

# What Alembic itself passes along, other for each command.
_ALEMBIC_OWN = frozenset(
    (
        *("fn", "starting_rev", "destination_rev", "tag", "as_sql", "script", "config", "template_args"),
        *("revision_context", "environment_context", "dont_mutate", "purge", "head", "sql"),
    )
)


def shape(context: Any) -> dict[str, Any]:
    """A migration context's options and its connection's, as data that is equal for equal ones."""
    options = {name: _described(value) for name, value in context.opts.items() if name not in _ALEMBIC_OWN}
    connection = context.connection
    return {
        "options": options,
        "execution options": _described(dict(connection.get_execution_options())),
        "default schema": connection.dialect.default_schema_name,
        "dialect": type(connection.dialect).__module__,
    }


def _described(value: Any) -> Any:
    from sqlalchemy import MetaData

    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [type(value).__name__, *sorted(map(_described, value), key=repr)]
    if isinstance(value, dict):
        return {str(name): _described(one) for name, one in value.items()}
    if isinstance(value, MetaData):
        return ["MetaData", value.schema, _described(dict(value.naming_convention))]
    if callable(value):
        return [
            "callable",
            getattr(value, "__module__", None),
            getattr(value, "__qualname__", type(value).__name__),
        ]
    return [type(value).__module__, type(value).__qualname__]
