from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given

from alembic_proof.graphs.text import ASCII, BOXES, render
from support.drawings import FORK, NASTY, drawing_of, drawings, line
from support.histories import revision

if TYPE_CHECKING:
    from alembic_proof.graphs.drawing import Drawing

TANGLE = drawing_of(
    revision("a", message="Start"),
    revision("b", "a"),
    revision("c", "a"),
    revision("d", "a", "c"),
    revision("e", "b", "c", "d", message="All of them"),
    revision("f", "lost", depends_on=("a",), labels=("side",)),
)


def test_a_fork() -> None:
    assert render([FORK]) == (
        "alembic.ini: 4 revisions, 2 heads\n"
        "○  left  discounts  (head, only in #12)\n"
        "│ ○  right  loyalty  (head, only in #14)\n"
        "├─╯\n"
        "●  shared  Orders  (fork)\n"
        "●  base  Customers  (base)\n"
        "\n"
        "migrations/versions/right.py:4: multiple-heads: 2 heads: left (migrations/versions/left.py) and "
        "right (migrations/versions/right.py) both follow shared\n"
        "  brought by: #12, #14\n"
        "  fix: run `alembic-proof fix --merge --stage`, which joins them, or, if no shared database has run right, "
        "`alembic-proof fix --base BRANCH --stage` with the branch that has left, to put it on top\n"
    )


def test_a_fork_where_there_are_no_boxes() -> None:
    assert render([FORK], style=ASCII).splitlines()[1:6] == [
        "o  left  discounts  (head, only in #12)",
        "| o  right  loyalty  (head, only in #14)",
        "|-/",
        "*  shared  Orders  (fork)",
        "*  base  Customers  (base)",
    ]


def test_lines_that_cross_end_and_begin() -> None:
    assert render([replace(TANGLE, problems=())]).splitlines()[1:] == [
        "●  e  All of them  (head)",
        "├─┬─╮",
        "│ │ ●  d",
        "│ ├─┤",
        "│ ● │  c",
        "● │ │  b",
        "│ │ │ ●  f  (head, label: side, depends on: a)",
        "├─┴─╯ │",
        "●     │  a  Start  (base)",
        "      ✗  lost  (no such file)",
    ]


def test_a_lane_that_ends_does_not_look_as_if_it_went_on() -> None:
    apart = drawing_of(revision("a", labels=("x",)), revision("b", labels=("y",)))
    assert render([apart]).splitlines()[1:] == [
        "●  a  (head, base, label: x)",
        "",
        "●  b  (head, base, label: y)",
    ]


def test_colours_are_around_what_is_there_without_them() -> None:
    coloured = render([FORK], style=replace(BOXES, coloured=True))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render([FORK])
    assert "\x1b[31m○\x1b[0m" in coloured


def test_a_long_line_is_folded_unless_all_of_it_is_asked_for() -> None:
    history = drawing_of(*line(1000))
    assert render([history]).splitlines() == [
        "alembic.ini: 1000 revisions, 1 head",
        "●  r999  (head)",
        "●  r998",
        "●  r997",
        "⋮  994 revisions",
        "●  r2",
        "●  r1",
        "●  r0  (base)",
    ]
    assert len(render([history], whole=True).splitlines()) == 1001


def test_histories_follow_each_other() -> None:
    assert render([drawing_of(revision("a")), replace(drawing_of(), title="other.ini", notes=("odd",))]) == (
        "alembic.ini: 1 revision, 1 head\n●  a  (head, base)\n\nother.ini: 0 revisions, 0 heads\n\nnote: odd\n"
    )


def test_of_many_branches_some_are_named() -> None:
    shown = render([drawing_of(branches={f"#{n}": [revision("a")] for n in range(300)})])
    assert shown.splitlines()[1] == "○  a  (head, base, only in #0, #1, #2, #3 and 296 more)"


def test_odd_names_stay_on_their_line() -> None:
    (_, shown) = render([drawing_of(revision("a", message=NASTY, labels=("\x1b[2J",)))]).splitlines()
    assert shown == (
        r"""●  a  </script><!--<script>"'`&#;%\N\u2028\n[end] {{ --> \x00  (head, base, label: \x1b[2J)"""
    )


@given(drawings())
def test_every_revision_is_on_a_line_of_its_own(drawing: Drawing) -> None:
    for style in (BOXES, ASCII):
        shown = render([drawing], style=style)
        named = re.findall(r"^[│| ]*[●✗*x][│| ]*  (\w+)", shown, re.MULTILINE)
        assert sorted(named) == sorted(node.id for node in drawing.nodes)
