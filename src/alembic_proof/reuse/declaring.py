"""Modules that only declare models: whatever they say, it is nothing to the revisions, which ran without them.

Read from the source, and narrowly: a module that could do more when it is imported, such as listen to events or
register something, is not one of them.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Names by which a module reaches beyond itself.
REACHING = frozenset(
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


@cache
def only_declares(source: bytes) -> bool:
    """Whether importing this module does nothing but define names, classes and tables."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return all(_declares(node) for node in tree.body) and REACHING.isdisjoint(names(tree))


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


def names(tree: ast.AST) -> Iterator[str]:
    """The names, attributes, functions and parts of imported modules that it speaks of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")


@cache
def values(path: str, source: bytes) -> frozenset[str]:
    """The names of what a module defines that is neither a model nor a table nor a collection of them.

    Among them, in words that are no name, the module itself, for those who get at what it holds by texts.
    """
    module = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    return frozenset(
        name
        for node in _top_level(ast.parse(source).body)
        for name in _defined(node)
        if not (name.startswith("__") or name == "TYPE_CHECKING")
    ) | {_MODULE.format(module)}


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If):
            yield from _top_level([*node.body, *node.orelse])
        else:
            yield node


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
        isinstance(node, ast.ClassDef) and not _is_model(node)
    ):
        yield node.name
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call) and last_name(value.func) in _COLLECTIONS:
        return
    for target in targets:
        yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def _is_model(node: ast.ClassDef) -> bool:
    """Whether it is mapped, or a base of such classes: settings are kept in classes as well."""
    if any(last_name(base) in _BASES for base in node.bases):
        return True
    if any(keyword.arg == "table" for keyword in node.keywords):
        return True
    return any(_is_mapped(one) for one in node.body)


def _is_mapped(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
        annotation = node.annotation
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Mapped":
            return True
    else:
        return False
    if any(isinstance(target, ast.Name) and target.id in _MAPPING for target in targets):
        return True
    return isinstance(node.value, ast.Call) and last_name(node.value.func) in _COLUMNS


_BASES = ("DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass")
_MAPPING = ("__tablename__", "__table__", "__abstract__", "__mapper_args__", "metadata", "registry")
_COLUMNS = ("Column", "mapped_column", "relationship")
_COLLECTIONS = ("MetaData", "Table", "declarative_base", "automap_base", "registry", "Index")


def last_name(function: ast.expr) -> str:
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else ""
    )


@cache
def used_names(source: bytes) -> frozenset[str]:
    """Every name that a module speaks of, of whatever it may be, and those in its texts.

    Of modules that it gets at by names made in the run, the names that `values` gives them.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset((*names(tree), *_texts(tree), *_opened(tree)))


def _opened(tree: ast.AST) -> Iterator[str]:
    """The modules from which it takes what only a run can tell."""
    nodes = list(ast.walk(tree))
    aliases = {one.asname: one.name for one in nodes if isinstance(one, ast.alias) and one.asname}
    texts = [text for one in nodes if _calls(one, _IMPORTERS) for text in _texts(one)]
    for node in nodes:
        if isinstance(node, ast.Call) and _calls(node, _OPENERS) and node.args:
            held: ast.expr = node.args[0]
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__":
            held = node.value
        else:
            continue
        for name in (*names(held), *texts):
            yield _MODULE.format(aliases.get(name, name).rpartition(".")[2])


def _calls(node: ast.AST, functions: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in functions


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
            yield from re.split(r"[.:]", node.value)


_MODULE = "module {}"
_DOTTED = re.compile(r"[\w.:]+")
_OPENERS = ("getattr", "vars", "dir")
_IMPORTERS = ("import_module", "__import__", "import_string")
