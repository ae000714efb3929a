"""What a module says beside its columns, constraints and relationships.

A column decides nothing of what revisions build that reach no model, so that two sources with one outline stand for
each other. Read narrowly: a declaration that calls functions of the project's own, or names what reaches beyond its
module, is part of the outline.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from alembic_proof.reuse.declaring import REACHING, last_name, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_COLUMNS = ("Column", "mapped_column", "relationship")
_DECLARING = (
    *_COLUMNS,
    *("Index", "UniqueConstraint", "CheckConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint"),
)
# Functions of SQLAlchemy's that declarations call; its types and those of a project begin with a capital.
_CALLED = frozenset(
    (
        *_COLUMNS,
        *("text", "true", "false", "null", "literal", "literal_column", "cast", "desc", "asc", "backref"),
        *("as_mutable", "with_variant", "and_", "or_", "not_", "in_", "is_", "is_not", "isnot"),
    )
)
_OTHER_CODE = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_REST_OF_LINE = re.compile(rb"[ \t]*(?:#[^\n]*)?(?=\r?\n|\Z)")

Span = tuple[int, int]


@cache
def outline(source: bytes) -> str | None:
    """A digest of all but the declarations; None where nobody can say where they are."""
    if not _is_plain_utf8(source):
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    positions = _Positions(source)
    left = bytearray()
    end = 0
    for start, stop in sorted(_declarations(tree, positions)):
        left += source[end:start]
        end = max(end, stop)
    left += source[end:]
    return hashlib.blake2b(left, digest_size=16).hexdigest()


def _is_plain_utf8(source: bytes) -> bool:
    """Whether the parser counts lines and bytes as they are in the file."""
    codings = [found[1].lower() for line in source.split(b"\n", 2)[:2] if (found := _CODING.match(line))]
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return all(one in (b"utf-8", b"utf8") for one in codings) and not (
        source.startswith(b"\xef\xbb\xbf") or b"\r" in source.replace(b"\r\n", b"") or b"\f" in source
    )


class _Positions:
    """Where nodes begin and end in a source."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        for line in source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def end_with_comment(self, node: ast.stmt) -> int:
        """The end of its last line, where nothing but a comment follows."""
        end = self.end(node)
        rest = _REST_OF_LINE.match(self._source, end)
        return rest.end() if rest else end


def _declarations(tree: ast.Module, positions: _Positions) -> Iterator[Span]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _in_class(node, positions)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _in_table(node.value, positions)


def _in_class(node: ast.ClassDef, positions: _Positions) -> Iterator[Span]:
    """Each with what stands before it, down from the statement before: empty lines and comments."""
    start = None
    is_table = _has_table(node)
    for statement in node.body:
        if is_table and _declares_attribute(statement):
            end = positions.end_with_comment(statement)
            yield (positions.start(statement) if start is None else start), end
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            arguments = _assigned_to(statement) == "__table_args__" and isinstance(statement.value, ast.Tuple)
            if arguments:
                assert isinstance(statement.value, ast.Tuple)
                yield from _among(statement.value.elts, positions)
            else:
                yield from _in_table(statement.value, positions)
        start = positions.end(statement)


def _has_table(node: ast.ClassDef) -> bool:
    """Whether it is mapped by itself: what mixins hold can be asked for without asking for a model."""
    assigned = {_assigned_to(statement) for statement in node.body}
    return "__tablename__" in assigned and "__abstract__" not in assigned


def _declares_attribute(node: ast.stmt) -> bool:
    name = _assigned_to(node)
    if name is None or name.startswith("__"):
        return False
    if isinstance(node, ast.AnnAssign):
        annotation = node.annotation
        is_mapped = isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Mapped"
        if node.value is None:
            return is_mapped and _keeps_to_itself(annotation)
        return _is_declaration(node.value, _COLUMNS) and _keeps_to_itself(annotation)
    assert isinstance(node, ast.Assign)
    return _is_declaration(node.value, _COLUMNS)


def _assigned_to(node: ast.stmt) -> str | None:
    """The one plain name that a statement assigns to or declares."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None


def _in_table(value: ast.expr | None, positions: _Positions) -> Iterator[Span]:
    if isinstance(value, ast.Call) and last_name(value.func) == "Table" and len(value.args) > 1:
        yield from _among(value.args, positions)


def _among(arguments: Sequence[ast.expr], positions: _Positions) -> Iterator[Span]:
    """Each with the comma before it; the first has none, and stays."""
    for before, argument in pairwise(arguments):
        if _is_declaration(argument, _DECLARING):
            yield positions.end(before), positions.end(argument)


def _is_declaration(value: ast.expr, functions: Iterable[str]) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) in functions and _keeps_to_itself(value)


def _keeps_to_itself(value: ast.expr) -> bool:
    nodes = list(ast.walk(value))
    if not REACHING.isdisjoint(names(value)) or any(
        isinstance(node, ast.keyword) and node.arg == "metadata" for node in nodes
    ):
        return False
    return all(
        _is_sqlalchemys(node.func) if isinstance(node, ast.Call) else not isinstance(node, _OTHER_CODE)
        for node in nodes
    )


def _is_sqlalchemys(function: ast.expr) -> bool:
    name = last_name(function)
    of_func = isinstance(function, ast.Attribute) and last_name(function.value) == "func"
    return of_func or name in _CALLED or name[:1].isupper()
