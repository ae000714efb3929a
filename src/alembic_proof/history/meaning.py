"""Whether two texts of a revision file do the same, and where they do not. Compared are syntax trees.

Free are comments, docstrings, formatting, annotations, the four names that place a revision (the graph has them), and
the order of imports from Alembic, SQLAlchemy and the modules of types, with those that nothing uses: importing these
does nothing to a database, and linters move and drop such lines.
"""

from __future__ import annotations

import ast
import difflib
import warnings
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from alembic_proof.history.constants import bindings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DIFF_LINES = 60

_PLACING = ("revision", "down_revision", "branch_labels", "depends_on")
_HARMLESS = ("__future__", "alembic", "collections.abc", "sqlalchemy", "typing", "typing_extensions")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class Edit:
    """How a text does something else than the one before: the line where it starts to, from 1.

    `parts` are the top-level functions and classes that differ, "" for the module around them; `diff` the lines
    of code that went and came, as `difflib.unified_diff` has them without its header, cut after `DIFF_LINES`.
    """

    line: int
    parts: tuple[str, ...]
    diff: tuple[str, ...]


def edit_of(before: bytes, now: bytes) -> Edit | None:
    """How a revision file's new text differs in what it does; None where it does not, or cannot be parsed."""
    if before == now:
        return None
    try:
        old, new = _meaning(before), _meaning(now)
        if [ast.dump(one) for one in old] == [ast.dump(one) for one in new]:
            return None
        return Edit(_first_difference(old, new) or 1, _parts(old, new), _diff(old, new))
    except (SyntaxError, ValueError):
        return None
    except (MemoryError, RecursionError):  # too deep to be walked: the bytes speak
        return Edit(1, ("",), ())


def _meaning(source: bytes) -> list[ast.stmt]:
    """The statements of a module that do something. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.parse(source)
    known = bindings(module.body)
    placed = frozenset(name for name in _PLACING if name in known and known[name].known)
    module.body = [one for one in module.body if not _assigns(one, placed)]
    plain = _Plain().visit(module)
    return [*_harmless_imports(plain), *(one for one in plain.body if not isinstance(one, ast.Pass))]


def _assigns(statement: ast.stmt, names: Iterable[str]) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name in names
    return False


class _Plain(ast.NodeTransformer):
    """Takes away what does nothing, outside classes: there, annotations declare."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, _node: ast.Pass) -> None:
        return None

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.copy_location(ast.Assign([node.target], node.value), node))  # type: ignore[no-any-return]

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.copy_location(ast.Constant(node.value), node)  # u"" is ""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _FUNCTIONS):
            node.returns = None
        super().generic_visit(node)
        if getattr(node, "body", None) == []:
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _harmless_imports(module: ast.Module) -> list[ast.stmt]:
    """Take those imports out of a module: the ones that something uses, one a name, sorted."""
    lines: dict[str, tuple[str, ast.stmt]] = {}
    rest: list[ast.stmt] = []
    for statement in module.body:
        pieces = list(_single_imports(statement))
        lines.update((ast.unparse(piece), (name, piece)) for name, piece in pieces)
        if not pieces:
            rest.append(statement)
    module.body = rest
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    return [piece for _, (name, piece) in sorted(lines.items(), key=lambda item: item[0]) if name in used]


def _single_imports(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """The name that each import of such a statement binds, with a statement of its own; nothing for any other."""
    match statement:
        case ast.ImportFrom(module=str() as module, level=0) if _is_harmless(module):
            for alias in statement.names:
                piece = ast.copy_location(ast.ImportFrom(module, [alias], 0), statement)
                yield alias.asname or alias.name, piece
        case ast.Import(names=names) if all(_is_harmless(alias.name) for alias in names):
            for alias in names:
                yield (
                    alias.asname or alias.name.partition(".")[0],
                    ast.copy_location(ast.Import([alias]), statement),
                )


def _is_harmless(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in _HARMLESS)


def _parts(old: Iterable[ast.stmt], new: Iterable[ast.stmt]) -> tuple[str, ...]:
    before, now = _by_part(old), _by_part(new)
    return tuple(name for name in {**now, **before} if before.get(name) != now.get(name))


def _by_part(statements: Iterable[ast.stmt]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for one in statements:
        name = one.name if isinstance(one, (*_FUNCTIONS, ast.ClassDef)) else ""
        parts.setdefault(name, []).append(ast.dump(one))
    return parts


def _first_difference(old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> int | None:
    """The line of the innermost statement of the new text that starts to differ."""
    last = None
    for before, now in zip_longest(old, new):
        if now is None:
            return last
        if before is None or ast.dump(before) != ast.dump(now):
            return _inside(before, now) or now.lineno
        last = now.end_lineno
    return None


def _inside(before: ast.stmt | None, now: ast.stmt) -> int | None:
    if type(before) is not type(now):
        return None
    blocks = ((getattr(before, name, None), getattr(now, name, None)) for name in _BLOCKS)
    found = (
        _first_difference(old, new) for old, new in blocks if isinstance(old, list) and isinstance(new, list)
    )
    return next((line for line in found if line), None)


def _diff(old: Iterable[ast.stmt], new: Iterable[ast.stmt]) -> tuple[str, ...]:
    lines = list(difflib.unified_diff(_code(old), _code(new), n=1, lineterm=""))[2:]
    return tuple(
        lines if len(lines) <= DIFF_LINES else [*lines[:DIFF_LINES], f"... {len(lines) - DIFF_LINES} more"]
    )


def _code(statements: Iterable[ast.stmt]) -> list[str]:
    return [line for one in statements for line in ast.unparse(ast.fix_missing_locations(one)).splitlines()]
