from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.graphs.mermaid import quoted, render
from support.drawings import FORK, NASTY, drawing_of, line
from support.histories import revision

CLASSES = """\
    classDef head stroke-width:3px
    classDef unmerged stroke-dasharray:4 3
    classDef wrong stroke:#d1242f,stroke-width:3px
    classDef folded fill:none,stroke:none
"""


def test_a_fork() -> None:
    assert render([FORK]) == (
        "flowchart BT\n"
        '    e0n0["base  Customers<br>base"]\n'
        '    e0n1["shared  Orders<br>fork"]:::wrong\n'
        '    e0n2["right  loyalty<br>head, only in #35;14"]:::wrong\n'
        '    e0n3["left  discounts<br>head, only in #35;12"]:::wrong\n'
        "    e0n0 --> e0n1\n"
        "    e0n1 ==> e0n3\n"
        "    e0n1 ==> e0n2\n" + CLASSES
    )


def test_several_environments_are_boxes_of_one_chart() -> None:
    one = drawing_of(revision("a", labels=("core",), depends_on=("b",)), revision("b"))
    assert render([one, drawing_of()]) == (
        "flowchart BT\n"
        '    subgraph e0 ["alembic.ini"]\n'
        '    e0n0["b<br>head, base"]:::head\n'
        '    e0n1["a<br>head, base, label: core, depends on: b"]:::head\n'
        "    e0n0 -.-> e0n1\n"
        "    end\n"
        '    subgraph e1 ["alembic.ini"]\n'
        "    end\n" + CLASSES
    )


def test_a_thousand_revisions_are_fewer_edges_than_github_draws() -> None:
    history = drawing_of(*line(1000))
    assert render([history]).count("-->") == 6
    assert render([history], whole=True).count("-->") == 999


@pytest.mark.parametrize("text", [NASTY, 'a"b', "`**bold**`", "#quot;", "<b>x</b>", "end"])
def test_odd_texts_by_example(text: str) -> None:
    check(text)


@given(st.text())
def test_any_text_is_a_label_that_reads_as_it(text: str) -> None:
    check(text)


def check(text: str) -> None:
    label = quoted(text)
    inside = label[1:-1]
    assert (label[0], label[-1]) == ('"', '"')
    assert re.fullmatch(r"(?:[\w .,:/()+-]|#\d+;)*", inside)
    # Mermaid makes `&#35;` of `#35;`, and the browser the character of that.
    shown = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), inside)
    assert shown == text
    assert html.unescape(inside) == inside
