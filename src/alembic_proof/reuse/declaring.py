"""Modules that only declare models: whatever they say, it is nothing to the revisions, which ran without them.

Read from the source, and narrowly: a module that could do more when it is imported, such as listen to events or
register something, is not one of them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Names by which a module reaches beyond itself.
_REACHING = frozenset(
    (
        *(
            "event",
            "listen",
            "listens_for",
            "compiles",
            "DDL",
            "dispatch_for",
            "register_operation",
            "register",
        ),
        *(
            "implementation_for",
            "create_all",
            "drop_all",
            "setattr",
            "delattr",
            "exec",
            "eval",
            "globals",
            "vars",
        ),
        *(
            "__init_subclass__",
            "__class_getitem__",
            "import_module",
            "__import__",
            "modules",
            "environ",
            "getenv",
        ),
        *("append_column", "append_constraint", "install", "connect", "execute", "open", "alembic", "op"),
        *("create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"),
    )
)
_STATEMENTS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass)
_DECLARING_CALLS = ("Index", "configure_mappers")


def only_declares(source: bytes) -> bool:
    """Whether importing this module does nothing but define names, classes and tables."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return all(_declares(node) for node in tree.body) and _REACHING.isdisjoint(_names(tree))


def _declares(node: ast.stmt) -> bool:
    if isinstance(node, _STATEMENTS):
        return True
    if isinstance(node, ast.Assign):
        return all(isinstance(target, (ast.Name, ast.Tuple)) for target in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name)
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Name) and node.target.id == "__all__"
    if isinstance(node, ast.If):
        return all(_declares(one) for one in (*node.body, *node.orelse))
    return isinstance(node, ast.Expr) and _is_idle(node.value)


def _is_idle(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _DECLARING_CALLS
    return isinstance(value, ast.Constant)


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")


def values(source: bytes) -> frozenset[str]:
    """The names of what a module defines that is neither a class nor a table nor a collection of them."""
    return frozenset(
        name
        for node in _top_level(ast.parse(source).body)
        for name in _defined(node)
        if not (name.startswith("__") or name == "TYPE_CHECKING")
    )


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If):
            yield from _top_level([*node.body, *node.orelse])
        else:
            yield node


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield node.name
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call) and _last_name(value.func) in _COLLECTIONS:
        return
    for target in targets:
        yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


_COLLECTIONS = ("MetaData", "Table", "declarative_base", "automap_base", "registry", "Index")


def _last_name(function: ast.expr) -> str:
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else ""
    )


def used_names(source: bytes) -> frozenset[str]:
    """Every name that a module speaks of, of whatever it may be."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(_names(tree))
