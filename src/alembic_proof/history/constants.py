"""What a module's top-level names hold, as far as constant expressions tell. Nothing is imported or run."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Constant = Union[str, None, tuple["Constant", ...]]  # noqa: UP007 -- `|` takes no string

# Asked before a `match`, which is slow where most statements are none of these.
_BINDING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom)
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)


class NotConstantError(Exception):
    """An expression that has to be run to know what it gives."""


@dataclass(frozen=True)
class Binding:
    """The last assignment to a name: its line, from 1, and the value if a constant expression gives it."""

    line: int
    value: Constant = None
    known: bool = True
    imported: bool = False


def bindings(body: Iterable[ast.stmt]) -> dict[str, Binding]:
    """The names that a module's statements assign or import, at any depth outside functions and classes."""
    names: dict[str, Binding] = {}
    _collect(body, names, certain=True)
    return names


def evaluate(node: ast.expr, names: dict[str, Binding]) -> Constant:
    """The value of a constant expression; a list or a set comes back as a tuple, in the order of the source.

    Raises `NotConstantError`.
    """
    match node:
        case ast.Constant(value=(str() | None) as value):
            return value
        case ast.Name(id=name) if name in names and names[name].known:
            return names[name].value
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return tuple(_elements(elements, names))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum(evaluate(left, names), evaluate(right, names))
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, names) for part in parts)
    raise NotConstantError


def _elements(elements: Iterable[ast.expr], names: dict[str, Binding]) -> Iterator[Constant]:
    for element in elements:
        if isinstance(element, ast.Starred):
            spread = evaluate(element.value, names)
            if not isinstance(spread, tuple):
                raise NotConstantError
            yield from spread
        else:
            yield evaluate(element, names)


def _sum(left: Constant, right: Constant) -> Constant:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    raise NotConstantError


def _text(part: ast.expr, names: dict[str, Binding]) -> str:
    match part:
        case ast.FormattedValue(value=node, conversion=-1, format_spec=None):
            value = evaluate(node, names)
        case _:
            value = evaluate(part, names)
    if not isinstance(value, str):
        raise NotConstantError
    return value


def _collect(body: Iterable[ast.stmt], names: dict[str, Binding], *, certain: bool) -> None:
    for statement in body:
        if isinstance(statement, _BINDING):
            for name, binding in _bound_by(statement, names):
                names[name] = binding if certain else _either(names.get(name), binding)
        elif isinstance(statement, _COMPOUND):
            for block in blocks_of(statement):
                _collect(block, names, certain=False)


def _either(before: Binding | None, now: Binding) -> Binding:
    """What a name holds after an assignment that may or may not happen."""
    if before is None or (before.known and now.known and before.value == now.value):
        return now
    return Binding(now.line, known=False)


def _bound_by(statement: ast.stmt, names: dict[str, Binding]) -> Iterator[tuple[str, Binding]]:
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value, names)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value, names)
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name, Binding(statement.lineno, known=False)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield alias.asname or alias.name, Binding(statement.lineno, known=False, imported=True)


def _assigned(target: ast.expr, value: ast.expr, names: dict[str, Binding]) -> Iterator[tuple[str, Binding]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, _binding(target.lineno, value, names)
        case (
            (ast.Tuple(elts=parts) | ast.List(elts=parts)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(parts) == len(values):
            for part, its_value in zip(parts, values, strict=True):
                yield from _assigned(part, its_value, names)
        case ((ast.Tuple(elts=parts) | ast.List(elts=parts)), _):
            for part in parts:
                if isinstance(part, ast.Name):
                    yield part.id, Binding(target.lineno, known=False)


def _binding(line: int, value: ast.expr, names: dict[str, Binding]) -> Binding:
    try:
        return Binding(line, evaluate(value, names))
    except (NotConstantError, RecursionError):
        return Binding(line, known=False)


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    match statement:
        case ast.If() | ast.For() | ast.While():
            yield from (statement.body, statement.orelse)
        case ast.With():
            yield statement.body
        case ast.Try():
            yield statement.body
            yield from (handler.body for handler in statement.handlers)
            yield from (statement.orelse, statement.finalbody)
