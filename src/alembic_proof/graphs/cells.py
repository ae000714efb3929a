"""The graph's part of a line of text: a column for each lane, one between two lanes, and lines that lead across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.graphs.layout import Layout, Place, Route

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8


@dataclass(frozen=True)
class Cell:
    """One character: the sides on which its line leaves it, and the line's colour."""

    sides: int
    colour: int


Line = dict[int, Cell]  # by column


@dataclass(frozen=True)
class Row:
    """A place, the lanes that pass it by (its own cell among them), and the lines that stand above it."""

    place: Place
    above: tuple[Line, ...]
    beside: Line


def rows(layout: Layout) -> Iterator[Row]:
    starting: dict[int, list[Route]] = {}
    for route in layout.routes:
        starting.setdefault(route.start, []).append(route)
    running: list[Route] = []
    above: list[Line] = []
    ended: int | None = None
    for row, place in enumerate(layout.places):
        into = [route for route in running if route.end == row]
        passing = [route for route in running if route.end > row]
        out = starting.get(row, [])
        if _turns(place, into):
            above.append(_across(place, into, passing, UP))
        elif not into and place.lane == ended:
            above.append(_straight(passing))  # or the lane would look as if it went on
        own = {2 * place.lane: Cell(UP | DOWN, place.colour)}
        yield Row(place, tuple(above), _straight(passing) | own)
        above = [_across(place, out, passing, DOWN)] if _turns(place, out) else []
        ended = None if out else place.lane
        running = [*passing, *out]


def _turns(place: Place, routes: Iterable[Route]) -> bool:
    return any(route.lane != place.lane for route in routes)


def _straight(routes: Iterable[Route]) -> Line:
    return {2 * route.lane: Cell(UP | DOWN, route.colour) for route in routes}


def _across(place: Place, routes: Iterable[Route], passing: Iterable[Route], far: int) -> Line:
    """The line on which routes turn between their lanes and a place's: `far` is where they come from or go to."""
    line = _straight(passing)
    near = UP + DOWN - far
    for route in routes:
        _add(line, 2 * place.lane, near, place.colour)
        if route.lane == place.lane:
            _add(line, 2 * place.lane, far, place.colour)
            continue
        to_the_right = route.lane > place.lane
        _add(line, 2 * place.lane, RIGHT if to_the_right else LEFT, place.colour)
        low, high = sorted((2 * place.lane, 2 * route.lane))
        for column in range(low + 1, high):
            _add(line, column, LEFT | RIGHT, route.colour)
        _add(line, 2 * route.lane, far | (LEFT if to_the_right else RIGHT), route.colour)
    return line


def _add(line: Line, column: int, sides: int, colour: int) -> None:
    there = line.get(column)
    line[column] = Cell(there.sides | sides, there.colour) if there else Cell(sides, colour)
