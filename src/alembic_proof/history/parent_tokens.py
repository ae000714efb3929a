"""The parents in a revision file's text, replaced where they stand; every other byte stays as it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.history.constants import blocks_of
from alembic_proof.history.revision_file import Revision, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LINE_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")  # as Python's tokenizer counts lines
_STRING = re.compile(r"""(?P<start>[A-Za-z]*(?P<quote>'''|\"""|'|"))(?P<body>.*)(?P=quote)""", re.DOTALL)
_REVISES = re.compile(r"^[ \t]*Revises:(?P<ids>[^\r\n]*)", re.MULTILINE)
_COMMA = re.compile(r"\s*,")


class NotEditableError(Exception):
    """Parents that are written in a way that only a person can change: the line, from 1, and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class _Edit:
    """What is to stand between two places of a text."""

    start: int
    stop: int
    text: str


def with_parents(path: str, source: bytes, parents: tuple[str, ...]) -> bytes:
    """A revision file with other parents, in `down_revision` and, where they stand there, in the line `Revises:`.

    A parent that is one before and after keeps its place; the first of the others is replaced by the first new one,
    and so on; what is left over goes with its comma. Raises `NotEditableError`.
    """
    before = parse(path, source)
    if not isinstance(before, Revision):
        raise NotEditableError(1, "it cannot be read as a revision")
    if before.parents == parents:
        return source
    text, encoding = _decoded(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.parse(source)
    names = _renaming(before.parents, parents)
    layout = _Layout(text)
    value = _value(module, before.parents_line)
    edits = [*_in_value(layout, value, names), *_in_docstring(layout, module, before.parents, names)]
    after = _encoded(_applied(text, edits), encoding, before.parents_line)
    _verify(path, after, before, parents)
    return after


def _renaming(before: Sequence[str], after: Sequence[str]) -> dict[str, str | None]:
    """What each of the old parents becomes: None where it goes. A key "" stands for no parent at all."""
    if not before and len(after) == 1:
        return {"": after[0]}
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    return {name: new[place] if place < len(new) else None for place, name in enumerate(gone)}


def _decoded(source: bytes) -> tuple[str, str]:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding), encoding


def _encoded(text: str, encoding: str, line: int) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        raise NotEditableError(line, f"the new parent cannot be written in {encoding}") from None


def _verify(path: str, source: bytes, before: Revision, parents: tuple[str, ...]) -> None:
    """That the text says what was wanted, and nothing else besides."""
    now = parse(path, source)
    if not isinstance(now, Revision) or set(now.parents) != set(parents):
        raise NotEditableError(before.parents_line, "its parents are written in an unusual way")
    if (now.id, now.depends_on, now.labels) != (before.id, before.depends_on, before.labels):
        raise NotEditableError(before.parents_line, "its parents and its other names are written as one")


class _Layout:
    """Where the lines and columns of a syntax tree are in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0]
        for line in _LINE_ENDS.split(text):
            self._lines.append(self._lines[-1] + len(line))

    def span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        """Columns of a syntax tree count bytes of UTF-8, whatever the file's encoding is."""
        start, stop = self._lines[line - 1], self._lines[line]
        return start + len(self.text[start:stop].encode()[:column].decode())


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.stop :]
    return text


def _value(module: ast.Module, line: int) -> ast.expr:
    """The expression that `down_revision` is set to, where there is one alone."""
    values = list(_values(module.body))
    if not values:
        raise NotEditableError(line, "`down_revision` is not set by itself")
    if len(values) > 1:
        raise NotEditableError(values[1].lineno, "`down_revision` is set more than once")
    return values[0]


def _values(body: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(target, value)
            case ast.AugAssign(target=ast.Name(id="down_revision"), value=value):
                yield value
            case _:
                for block in blocks_of(statement):
                    yield from _values(block)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    match target, value:
        case ast.Name(id="down_revision"), _:
            yield value
        case (
            (ast.Tuple(elts=parts) | ast.List(elts=parts)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(parts) == len(values):
            for part, its_value in zip(parts, values, strict=True):
                yield from _assigned(part, its_value)


def _in_value(layout: _Layout, value: ast.expr, names: Mapping[str, str | None]) -> Iterator[_Edit]:
    match value:
        case ast.Constant(value=None) if "" in names:
            start, stop = layout.span(value)
            yield _Edit(start, stop, f'"{_plain(names[""] or "", chr(34), value.lineno)}"')
        case ast.Constant(value=str() as name) if names.get(name):
            yield _renamed(layout, value, name, names[name] or "")
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            yield from _in_elements(layout, value, elements, names)
        case _:
            raise NotEditableError(value.lineno, "`down_revision` is not written as plain strings")


def _renamed(layout: _Layout, node: ast.Constant, name: str, new: str) -> _Edit:
    """The new name between the old one's own quotes."""
    start, stop = layout.span(node)
    match = _STRING.fullmatch(layout.text[start:stop])
    if match is None or match["body"] != name:
        raise NotEditableError(node.lineno, f"{name} is not written as one plain string")
    first = start + len(match["start"])
    return _Edit(first, first + len(name), _plain(new, match["quote"], node.lineno))


def _plain(name: str, quote: str, line: int) -> str:
    """A name as it may stand between quotes."""
    if not name.isprintable() or "\\" in name or quote[0] in name:
        raise NotEditableError(line, f"{name!r} cannot stand between these quotes as it is")
    return name


def _in_elements(
    layout: _Layout, value: ast.expr, elements: Sequence[ast.expr], names: Mapping[str, str | None]
) -> Iterator[_Edit]:
    left = dict(names)
    kept: list[ast.expr] = []
    dropped: list[ast.expr] = []
    for element in elements:
        if not isinstance(element, ast.Constant) or not isinstance(element.value, str):
            raise NotEditableError(element.lineno, "`down_revision` is not written as plain strings")
        new = left.pop(element.value, element.value if element.value not in names else None)
        if new is None:
            dropped.append(element)
            continue
        kept.append(element)
        if new != element.value:
            yield _renamed(layout, element, element.value, new)
    if dropped:
        yield from _without(layout, elements, kept, dropped)
        if isinstance(value, ast.Tuple) and len(kept) == 1:
            yield from _comma_after(layout, elements)


def _without(
    layout: _Layout, elements: Sequence[ast.expr], kept: list[ast.expr], dropped: list[ast.expr]
) -> Iterator[_Edit]:
    """Each with the comma before it; at the start with the one after it."""
    if not kept:
        raise NotEditableError(dropped[0].lineno, "no parent would be left")
    first_kept = elements.index(kept[0])
    for element in dropped:
        place = elements.index(element)
        beside = elements[place + 1 if place < first_kept else place - 1]
        one, other = layout.span(element), layout.span(beside)
        start, stop = (one[0], other[0]) if place < first_kept else (other[1], one[1])
        between = layout.text[one[1] : other[0]] if place < first_kept else layout.text[other[1] : one[0]]
        if between.strip() != ",":
            raise NotEditableError(element.lineno, "no parent can be taken out of them but by hand")
        yield _Edit(start, stop, "")


def _comma_after(layout: _Layout, elements: Sequence[ast.expr]) -> Iterator[_Edit]:
    """The comma that makes a tuple of one, where none stands behind the last of them."""
    end = layout.span(elements[-1])[1]
    if not _COMMA.match(layout.text, end):
        yield _Edit(end, end, ",")


def _in_docstring(
    layout: _Layout, module: ast.Module, before: tuple[str, ...], names: Mapping[str, str | None]
) -> Iterator[_Edit]:
    """In the line `Revises:` of the docstring, if it says what `down_revision` said."""
    match module.body:
        case [ast.Expr(value=ast.Constant(value=str()) as docstring), *_]:
            start, stop = layout.span(docstring)
        case _:
            return
    line = _REVISES.search(layout.text, start, stop)
    if line is None:
        return
    at = line.start("ids")
    items = list(re.finditer(r"[^\s,\"']+", line["ids"]))
    if "" in names and not items:
        rest = line["ids"].rstrip("\"'")
        yield _Edit(at + len(rest), at + len(rest), f"{'' if rest else ' '}{names['']}")
    if {item[0] for item in items} != set(before):
        return
    first_kept = next((place for place, item in enumerate(items) if names.get(item[0], item[0])), 0)
    for place, item in enumerate(items):
        new = names.get(item[0], item[0])
        if new is None and place < first_kept:
            yield _Edit(at + item.start(), at + items[place + 1].start(), "")
        elif new is None:
            yield _Edit(at + items[place - 1].end(), at + item.end(), "")
        elif new != item[0]:
            yield _Edit(at + item.start(), at + item.end(), new)
