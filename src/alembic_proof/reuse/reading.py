"""Code that looks through all columns or tables before a revision runs: what it finds may become anything.

Then no change of a model is nothing to the revisions. Naming one column (`user.c.id`) is no such thing.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from alembic_proof.models import may_define_models
from alembic_proof.reuse.declaring import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALL = ("c", "columns", "tables", "sorted_tables", "mappers", "__mapper__")
_OF_ALL = ("keys", "values", "items", "contains_column", "has_key", "get")
_INSPECTING = ("inspect", "class_mapper", "__subclasses__", "get_type_hints")
_MARKS = re.compile(
    rf"\.(?:{'|'.join(_ALL)})\b(?!\s*[.\[(=])|\.(?:{'|'.join(_ALL)})\s*\.\s*(?:{'|'.join(_OF_ALL)})\b"
    rf"|\b(?:{'|'.join(_INSPECTING)})\s*\(".encode()
)
# Listeners that hear of each table, column or mapper as it is declared.
_HEARING = re.compile(
    rb"parent_attach|mapper_configured|mapper_constructed|instrument_class|class_instrument"
)
_BASES = (b"DeclarativeBase", b"declarative_base", b"SQLModel")


def look_through_models(sources: Iterable[bytes]) -> bool:
    """Whether one of these modules does so when it is imported, or has SQLAlchemy tell it of each model."""
    return any(_looks_through(source) for source in sources)


@cache
def _looks_through(source: bytes) -> bool:
    if _HEARING.search(source):
        return True
    if b"__init_subclass__" in source and (
        may_define_models(source) or any(map(source.__contains__, _BASES))
    ):
        return True
    if not _MARKS.search(source):
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return True
    return any(map(_enumerates, _run_at_import(tree)))


def _run_at_import(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """The nodes of what runs when a module is imported, its own functions that are called then among them.

    Each with the node that it is a part of.
    """
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)}
    todo: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    while todo:
        node, parent = todo.pop()
        yield node, parent
        if isinstance(node, ast.Call) and (called := functions.pop(last_name(node.func), None)):
            todo += ((one, called) for one in called.body)
        inner: Iterable[ast.AST] = ast.iter_child_nodes(node)
        if isinstance(node, _FUNCTIONS):
            inner = (*node.decorator_list, node.args)
        elif isinstance(node, ast.Lambda):
            inner = (node.args,)
        todo += ((one, node) for one in inner)


def _enumerates(placed: tuple[ast.AST, ast.AST | None]) -> bool:
    node, parent = placed
    if isinstance(node, ast.Call):
        return last_name(node.func) in _INSPECTING
    if not isinstance(node, ast.Attribute) or node.attr not in _ALL or isinstance(node.ctx, ast.Store):
        return False
    if isinstance(parent, ast.Attribute):
        return parent.attr in _OF_ALL
    return not (isinstance(parent, ast.Subscript) or (isinstance(parent, ast.Call) and parent.func is node))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
