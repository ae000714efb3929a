from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hypothesis import given

from alembic_proof.graphs.layout import lay_out, newest_first
from support.drawings import FORK, drawing_of, drawings, line
from support.histories import revision

if TYPE_CHECKING:
    from alembic_proof.graphs.drawing import Drawing


def lanes(drawing: Drawing) -> list[tuple[str, int]]:
    return [(place.node.id, place.lane) for place in lay_out(drawing).places]


def test_a_fork_has_a_lane_for_each_side() -> None:
    assert lanes(FORK) == [("left", 0), ("right", 1), ("shared", 0), ("base", 0)]


def test_the_line_with_the_most_merged_revisions_is_at_the_left() -> None:
    history = drawing_of(
        *line(3, "side"),
        *line(5),
        branches={"#12": [revision("new", "r2")], "#13": [revision("late", "side2")]},
    )
    assert lanes(history)[:3] == [("r4", 0), ("r3", 0), ("new", 1)]


def test_a_merge_is_followed_by_what_it_merged() -> None:
    history = drawing_of(
        revision("a"), revision("b", "a"), revision("c", "a"), revision("d", "b", "c"), revision("e", "d")
    )
    assert lanes(history) == [("e", 0), ("d", 0), ("c", 1), ("b", 0), ("a", 0)]


def test_what_a_cycle_follows_stands_below_it() -> None:
    history = drawing_of(revision("a"), revision("g", "i", "a"), revision("h", "g"), revision("i", "h"))
    assert newest_first(history) == ["g", "a", "i", "h"]
    assert [(route.edge.child, route.edge.parent) for route in lay_out(history).routes] == [
        ("g", "i"),
        ("g", "a"),
        ("i", "h"),
    ]


def test_each_line_has_a_colour_of_its_own() -> None:
    places = lay_out(FORK).places
    assert [place.colour for place in places] == [0, 1, 0, 0]


def test_a_thousand_revisions_take_no_time() -> None:
    history = drawing_of(*line(1000))
    started = time.process_time()
    lay_out(history)
    assert time.process_time() - started < 0.5


@given(drawings())
def test_a_revision_stands_above_what_it_follows_unless_a_cycle_turns_it(drawing: Drawing) -> None:
    order = newest_first(drawing)
    assert sorted(order) == sorted(node.id for node in drawing.nodes)
    layout = lay_out(drawing)
    rows = {identifier: row for row, identifier in enumerate(order)}
    routed = {route.edge for route in layout.routes}
    upward = [edge for edge in drawing.edges if rows[edge.parent] <= rows[edge.child]]
    assert routed == {edge for edge in drawing.edges if edge.kind == "parent"} - set(upward)
    if not cyclic(drawing):
        assert upward == []


@given(drawings())
def test_no_line_runs_through_a_revision_that_is_not_on_it(drawing: Drawing) -> None:
    layout = lay_out(drawing)
    for route in layout.routes:
        between = layout.places[route.start + 1 : route.end]
        assert route.lane not in {place.lane for place in between}


def cyclic(drawing: Drawing) -> bool:
    down = drawing.edges_from()
    left = set(down)
    while free := {one for one in left if not any(edge.parent in left for edge in down[one])}:
        left -= free
    return bool(left)
