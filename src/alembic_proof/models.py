"""Mapped classes and tables, read from source without running it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARKS = (b"__tablename__", b"__table__", b"mapped_column(", b"Column(", b"Table(", b"table=True")
TABLE_CALLS = {"Column", "mapped_column"}
COLUMN_CALLS = {*TABLE_CALLS, "Field", "relationship"}


@dataclass(frozen=True)
class Root:
    """What a class or a table stands on, as its own file names it: a module or a file, and names to follow."""

    names: tuple[str, ...]
    module: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Model:
    """One class with a table, or one `Table(...)`. `table` is None where the name is made at run time."""

    path: str
    line: int
    name: str
    table: str | None
    abstract: bool = False
    roots: tuple[Root, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def possible_tables(self) -> tuple[str, ...]:
        """The table's name, or where it is made at run time the names that are usually made."""
        if self.table is not None:
            return (self.table,)
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower()
        return (snake, f"{snake}s", self.name.lower(), f"{self.name.lower()}s")


def may_define_models(source: bytes) -> bool:
    return any(mark in source for mark in MARKS)


def parse_models(path: str, source: bytes) -> tuple[Model, ...]:
    """The models in one file; none where it does not parse. `path` is relative to the top."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    imports = _imports(path, tree)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found: list[Model] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.append(_class(path, node, classes, imports))
        else:
            found += _tables(path, node, imports)
    return tuple(found)


def with_inherited_roots(models: Iterable[Model], others: Mapping[str, Iterable[Model]]) -> Iterator[Model]:
    """The models that have tables, their roots followed through classes of files that were not loaded either.

    `others` maps a file's path to what it defines.
    """
    for model in models:
        if not model.abstract:
            roots = tuple(dict.fromkeys(_followed(model.roots, others, depth=8)))
            yield Model(model.path, model.line, model.name, model.table, roots=roots, columns=model.columns)


def _followed(roots: tuple[Root, ...], others: Mapping[str, Iterable[Model]], depth: int) -> Iterator[Root]:
    for root in roots:
        yield root
        if depth:
            for model in _defining(root, others):
                yield from _followed(model.roots, others, depth - 1)


def _defining(root: Root, others: Mapping[str, Iterable[Model]]) -> Iterator[Model]:
    base = root.path.removesuffix(".py") if root.path else (root.module or "").replace(".", "/")
    for path, models in others.items():
        stem = path.removesuffix(".py").removesuffix("/__init__")
        if stem == base or stem.endswith(f"/{base}"):
            yield from (model for model in models if root.names == (model.name,))


def _imports(path: str, tree: ast.Module) -> dict[str, tuple[Root, ...]]:
    """For each imported name, the places that it may stand for."""
    names: dict[str, tuple[Root, ...]] = {}
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                names[bound] = (Root((), module=alias.name if alias.asname else bound),)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = tuple(_imported(path, node, alias.name))
    return names


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Those of all depths, the outer ones first; expressions, which are many more, are passed over."""
    nodes: list[ast.AST] = [tree]
    for node in nodes:  # which grow meanwhile
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            nodes += getattr(node, name, ())


def _imported(path: str, node: ast.ImportFrom, name: str) -> Iterator[Root]:
    if not node.level:
        yield Root((name,), module=node.module)
        yield Root((), module=f"{node.module}.{name}")
        return
    folder = PurePosixPath(path).parent
    for _ in range(node.level - 1):
        folder = folder.parent
    base = folder / (node.module or "").replace(".", "/")
    for file in (base.with_suffix(".py") if node.module else None, base / "__init__.py"):
        if file is not None:
            yield Root((name,), path=str(file))
    yield Root((), path=str(base / f"{name}.py"))


def _dotted(node: ast.expr) -> tuple[str, ...]:
    """`db.Model` as its names; a subscript as what it subscripts; anything else as nothing."""
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return (*before, node.attr) if before else ()
    return ()


def _resolved(expressions: Iterable[ast.expr], imports: Mapping[str, tuple[Root, ...]]) -> Iterator[Root]:
    for expression in expressions:
        names = _dotted(expression)
        for root in imports.get(names[0], ()) if names else ():
            yield Root((*root.names, *names[1:]), module=root.module, path=root.path)


def _bases(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef], depth: int = 8) -> Iterator[ast.expr]:
    for base in node.bases:
        names = _dotted(base)
        if depth and len(names) == 1 and names[0] in classes and names[0] != node.name:
            yield from _bases(classes[names[0]], classes, depth - 1)
        else:
            yield base


def _class(
    path: str,
    node: ast.ClassDef,
    classes: Mapping[str, ast.ClassDef],
    imports: Mapping[str, tuple[Root, ...]],
) -> Model:
    values = dict(_assignments(node))
    table = values.get("__tablename__") or _first_argument(values.get("__table__"))
    columns = {name: value.lineno for name, value in values.items() if _call_name(value) in COLUMN_CALLS}
    declared = any(word.arg == "table" and _constant(word.value) is True for word in node.keywords)
    named = _constant(table) if table is not None else node.name.lower() if declared else None
    # Field alone is pydantic's: SQLModel's schemas have it, and no table.
    has_columns = any(_call_name(value) in TABLE_CALLS for value in values.values())
    has_table = has_columns or declared or "__tablename__" in values or "__table__" in values
    return Model(
        path,
        node.lineno,
        node.name,
        named if isinstance(named, str) else None,
        abstract=not has_table or _constant(values.get("__abstract__")) is True,
        roots=tuple(_resolved(_bases(node, classes), imports)),
        columns=columns,
    )


def _first_argument(value: ast.expr | None) -> ast.expr | None:
    return (
        value.args[0] if isinstance(value, ast.Call) and _call_name(value) == "Table" and value.args else None
    )


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value or statement.annotation
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value


def _tables(path: str, node: ast.stmt, imports: Mapping[str, tuple[Root, ...]]) -> Iterator[Model]:
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr)) else None
    if isinstance(value, ast.Call) and _call_name(value) == "Table" and len(value.args) > 1:
        name = _constant(value.args[0])
        if isinstance(name, str):
            columns = {
                str(_constant(column.args[0])): column.lineno
                for column in value.args[2:]
                if isinstance(column, ast.Call) and _call_name(column) == "Column" and column.args
            }
            roots = tuple(_resolved([value.args[1]], imports))
            yield Model(path, node.lineno, f"Table {name}", name, roots=roots, columns=columns)


def _call_name(node: ast.expr) -> str:
    names = _dotted(node.func) if isinstance(node, ast.Call) else ()
    return names[-1] if names else ""


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None
