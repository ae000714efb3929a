"""The graph for people in a terminal, as `git log --graph` draws one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.graphs.cells import Cell, Line, Row, rows
from alembic_proof.graphs.folding import folded
from alembic_proof.graphs.layout import lay_out
from alembic_proof.graphs.wording import listed, name_of, one_line, remarks, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.graphs.drawing import Drawing, Node, Problem

_BOLD, _DIM, _RED = "1", "2", "31"
_LINES = ("36", "33", "32", "35", "34", "96", "93", "92")


@dataclass(frozen=True)
class Style:
    """The characters that may be used. `lines` are by the sides of a cell."""

    lines: str
    revision: str
    unmerged: str
    stretch: str
    missing: str
    coloured: bool = False

    def paint(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.coloured and text.strip() else text


BOXES = Style(" │││─╯╮┤─╰╭├─┴┬┼", "●", "○", "⋮", "✗")
ASCII = Style(" |||-/\\|-\\/|-+++", "*", "o", ":", "x")


def render(drawings: Sequence[Drawing], *, whole: bool = False, style: Style = BOXES) -> str:
    """One environment after the other; long straight stretches are folded unless `whole`."""
    parts = (_drawing(drawing if whole else folded(drawing), style) for drawing in drawings)
    return "\n".join("".join(f"{line.rstrip()}\n" for line in part) for part in parts)


def _drawing(drawing: Drawing, style: Style) -> Iterator[str]:
    yield style.paint(f"{one_line(drawing.title)}: {summary(drawing)}", _BOLD)
    for row in rows(lay_out(drawing)):
        yield from (_cells(line, style) for line in row.above)
        yield f"{_cells(row.beside, style, row)}  {_said(row.place.node, style)}"
    for problem in drawing.problems:
        yield ""
        yield from _problem(problem, style)
    if drawing.notes:
        yield ""
    yield from (f"note: {one_line(note)}" for note in drawing.notes)


def _cells(line: Line, style: Style, row: Row | None = None) -> str:
    own = 2 * row.place.lane if row else -1
    shown = []
    for column in range(max(line, default=-1) + 1):
        cell = line.get(column, Cell(0, 0))
        if row and column == own:
            shown.append(_sign(row.place.node, style, cell.colour))
        else:
            shown.append(style.paint(style.lines[cell.sides], _line(cell.colour)))
    return "".join(shown)


def _sign(node: Node, style: Style, colour: int) -> str:
    if "missing" in node.marks:
        return style.paint(style.missing, _RED)
    if node.folded:
        return style.paint(style.stretch, _line(colour))
    sign = style.unmerged if node.added_by else style.revision
    return style.paint(sign, _RED if node.problems else _line(colour))


def _line(colour: int) -> str:
    return _LINES[colour % len(_LINES)]


def _said(node: Node, style: Style) -> str:
    if node.folded:
        return style.paint(name_of(node), _DIM)
    said = remarks(node)
    wrong = bool(node.problems) or "fork" in node.marks or "missing" in node.marks
    beside = style.paint(f"  ({', '.join(said)})", _RED if wrong else _BOLD) if said else ""
    identifier = one_line(node.id) or "''"
    message = f"  {one_line(node.message)}" if node.message else ""
    return f"{style.paint(identifier, _BOLD)}{message}{beside}"


def _problem(problem: Problem, style: Style) -> Iterator[str]:
    place = (
        f"{problem.path}:{problem.line}: " if problem.line else f"{problem.path}: " if problem.path else ""
    )
    severity = "" if problem.severity == "error" else f"{problem.severity}: "
    rule = style.paint(problem.rule, _RED if problem.severity == "error" else "33")
    yield f"{one_line(place)}{severity}{rule}: {one_line(problem.message)}"
    if problem.branches:
        yield f"  brought by: {one_line(listed(problem.branches, 20))}"
    yield f"  {style.paint('fix', _BOLD)}: {one_line(problem.hint)}"
