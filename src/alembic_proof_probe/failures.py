"""Exceptions of the project's code as plain data: what was raised, where in the project, and what it lacked."""

from __future__ import annotations

import linecache
import os
import re
import traceback
from typing import TYPE_CHECKING, Any, Optional

from alembic_proof_probe import environ
from alembic_proof_probe.leading import Refused

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker
    from alembic_proof_probe.paths import TreeMap

MESSAGE_LIMIT = 4000
DENIED = re.compile("not authorized|authorization denied|prohibited")  # by SQLite, at our word


def described(error: BaseException, tree_map: TreeMap, broker: Broker) -> dict[str, Any]:
    """One exception, with the frames of its traceback that lie in the judged tree."""
    root = _root(error)
    original = getattr(root, "orig", None)
    return {
        "type": type(root).__name__,
        "types": [kind.__name__ for kind in type(root).__mro__],
        "message": _text(original if original is not None else root)[:MESSAGE_LIMIT],
        "statement": getattr(root, "statement", None),
        "sqlstate": _sqlstate(original),
        "module": getattr(root, "name", None) if isinstance(root, ImportError) else None,
        "frames": _frames(error, tree_map),
        "variables": _fields(root) if _is_validation(root) else environ.unset_names(),
        "refusal": _refusal(error, broker),
    }


def _refusal(error: BaseException, broker: Broker) -> Optional[str]:
    """What the error is a consequence of having been kept away from, or None."""
    waiting: list[Any] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, Refused):
            return one.target
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            waiting += [
                one.__cause__,
                one.__context__,
                getattr(one, "orig", None),
                getattr(one, "reason", None),
            ]
            waiting += getattr(one, "exceptions", ())
    denied = broker.refused and DENIED.search(_text(_root(error)))
    return broker.refused[-1] if denied else None


def _root(error: BaseException) -> BaseException:
    """The exception that says most: the first of a group, else the error itself."""
    while getattr(error, "exceptions", None):
        error = error.exceptions[0]  # type: ignore[attr-defined]
    return error


def _text(error: BaseException) -> str:
    plain = error.args[0] if isinstance(error, KeyError) and error.args else error
    try:
        return str(plain).strip()
    except Exception:  # the project's own exceptions may fail at this, too
        return ""


def _sqlstate(original: Any) -> Optional[str]:
    for name in ("sqlstate", "pgcode"):
        value = getattr(original, name, None)
        if value:
            return str(value)
    number = getattr(original, "args", None)
    return str(number[0]) if number and isinstance(number[0], int) else None


def _frames(error: BaseException, tree_map: TreeMap) -> list[dict[str, Any]]:
    frames = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = tree_map.name_in_tree(frame.f_code.co_filename)
        if name is not None:
            source = linecache.getline(frame.f_code.co_filename, number).strip()
            frames.append({"path": name, "line": number, "function": frame.f_code.co_name, "source": source})
    if isinstance(error, SyntaxError) and tree_map.name_in_tree(error.filename):
        name = os.fspath(tree_map.name_in_tree(error.filename) or "")
        frames.append(
            {"path": name, "line": error.lineno, "function": "", "source": (error.text or "").strip()}
        )
    return frames


def _is_validation(error: BaseException) -> bool:
    return type(error).__name__ == "ValidationError" and callable(getattr(error, "errors", None))


def _fields(error: BaseException) -> list[str]:
    """The environment variables behind the fields that a pydantic settings object misses."""
    prefix = _settings_prefix(str(getattr(error, "title", "")))
    errors: list[dict[str, Any]] = error.errors()  # type: ignore[attr-defined]
    found = [entry for entry in errors if str(entry.get("type", "")) in ("missing", "value_error.missing")]
    return [prefix + str(entry["loc"][0]).upper() for entry in found if entry.get("loc")]


def _settings_prefix(title: str) -> str:
    import sys

    settings = sys.modules.get("pydantic_settings")
    kinds = list(settings.BaseSettings.__subclasses__()) if settings is not None else []
    while kinds:
        kind = kinds.pop()
        if kind.__name__ == title:
            return str(kind.model_config.get("env_prefix", "")).upper()
        kinds += kind.__subclasses__()
    return ""
