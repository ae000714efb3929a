"""Whether two texts of a revision file do the same, and where they do not. Compared are syntax trees.

Free are comments, docstrings, formatting, annotations, the four names that place a revision (the graph has them), and
the order of imports from Alembic, SQLAlchemy and the modules of types, with those that nothing uses: importing these
does nothing to a database, and linters move and drop such lines.
"""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from alembic_proof.history.constants import bindings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
        return None if old.dumped == new.dumped else _edit(old, new)
    except (SyntaxError, ValueError):
        return None
    except (MemoryError, RecursionError):  # too deep to be walked
        return None if _tokens(before) == _tokens(now) else Edit(1, ("",), ())


def _tokens(source: bytes) -> list[str]:
    found = tokenize.tokenize(io.BytesIO(source).readline)
    return [one.string for one in found if one.type not in (tokenize.COMMENT, tokenize.NL)]


@dataclass(frozen=True)
class _Meaning:
    """What a module does: the harmless imports of names that it uses, each by itself, and its other statements."""

    imports: Mapping[str, str]
    statements: Sequence[ast.stmt]

    @cached_property
    def dumped(self) -> tuple[Mapping[str, str], list[str]]:
        return self.imports, [ast.dump(one) for one in self.statements]


def _edit(old: _Meaning, new: _Meaning) -> Edit:
    """Imports that come or go with what uses them are no difference by themselves."""
    parts = _parts(old.statements, new.statements)
    both = old.imports.keys() & new.imports.keys()
    if not parts or any(old.imports[name] != new.imports[name] for name in both):
        parts = tuple(dict.fromkeys((*parts, "")))
    line = _first_difference(old.statements, new.statements) or 1
    return Edit(line, parts, _diff(_code(old), _code(new)))


def _meaning(source: bytes) -> _Meaning:
    """Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.parse(source)
    known = bindings(module.body)
    placed = frozenset(name for name in _PLACING if name in known and known[name].known)
    module.body = [one for one in module.body if not _assigns(one, placed)]
    plain = _Plain().visit(module)
    imports = _without_harmless_imports(plain)
    return _Meaning(imports, [one for one in plain.body if not isinstance(one, ast.Pass)])


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
        node.body = [one for one in node.body if not _is_text(one)] or [_nothing(node.body)]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _FUNCTIONS):
            node.returns = None
        body = getattr(node, "body", None)
        before = list(body) if isinstance(body, list) else []
        super().generic_visit(node)
        if before and not body:
            node.body = [_nothing(before)]  # type: ignore[attr-defined]
        return node


def _nothing(instead_of: list[ast.stmt]) -> ast.Pass:
    return ast.copy_location(ast.Pass(), instead_of[0])


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _without_harmless_imports(module: ast.Module) -> dict[str, str]:
    """Take those imports out of a module; the ones of names that it uses, as code, by the name."""
    lines: dict[str, set[str]] = {}
    rest: list[ast.stmt] = []
    for statement in module.body:
        pieces = list(_single_imports(statement))
        for name, piece in pieces:
            lines.setdefault(name, set()).add(ast.unparse(piece))
        if not pieces:
            rest.append(statement)
    module.body = rest
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    return {name: "\n".join(sorted(lines[name])) for name in sorted(used & lines.keys())}


def _single_imports(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """The name that each import of such a statement binds, with a statement of its own; nothing for any other."""
    match statement:
        case ast.ImportFrom(module=str() as module, level=0) if _is_harmless(module):
            for alias in statement.names:
                yield alias.asname or alias.name, ast.ImportFrom(module, [alias], 0)
        case ast.Import(names=names) if all(_is_harmless(alias.name) for alias in names):
            for alias in names:
                yield alias.asname or alias.name.partition(".")[0], ast.Import([alias])


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


def _diff(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    lines = list(difflib.unified_diff(old, new, n=1, lineterm=""))[2:]
    cut = [*lines[:DIFF_LINES], f"... {len(lines) - DIFF_LINES} more lines"]
    return tuple(lines if len(lines) <= DIFF_LINES else cut)


def _code(meaning: _Meaning) -> list[str]:
    code = [ast.unparse(ast.fix_missing_locations(one)) for one in meaning.statements]
    return "\n".join((*meaning.imports.values(), *code)).splitlines()
