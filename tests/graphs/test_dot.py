"""What Graphviz itself makes of the graph."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from alembic_proof.graphs.dot import quoted, render
from support.drawings import FORK, NASTY, drawing_of
from support.histories import revision


def read_by_graphviz(text: str) -> dict[str, Any]:
    """The graph as `dot` lays it out. A warning fails the test."""
    dot = shutil.which("dot")
    if dot is None:
        pytest.fail("the test needs Graphviz's dot (Debian: apt-get install graphviz)")
    ran = subprocess.run([dot, "-Tjson"], input=text, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_a_fork() -> None:
    graph = read_by_graphviz(render([FORK]))
    cluster, *nodes = graph["objects"]
    assert cluster["label"] == "alembic.ini"
    assert {node["name"]: (node["label"], node["color"], node["style"]) for node in nodes} == {
        "e0n0": (r"base  Customers\nbase", "#0969da", "rounded,filled"),
        "e0n1": (r"shared  Orders\nfork", "#d1242f", "rounded,filled"),
        "e0n2": (r"right  loyalty\nhead, only in #14", "#d1242f", "rounded,filled,dashed"),
        "e0n3": (r"left  discounts\nhead, only in #12", "#d1242f", "rounded,filled,dashed"),
    }
    names = {node["_gvid"]: node["name"] for node in nodes}
    assert {(names[edge["tail"]], names[edge["head"]], edge.get("color")) for edge in graph["edges"]} == {
        ("e0n0", "e0n1", None),
        ("e0n1", "e0n2", "#d1242f"),
        ("e0n1", "e0n3", "#d1242f"),
    }


def test_odd_names_are_shown_as_they_are() -> None:
    history = drawing_of(revision("a", message=NASTY, path=r"v/\N&amp;.py", labels=("\\",)), revision("b"))
    graph = read_by_graphviz(render([history, drawing_of()]))
    texts = [op["text"] for thing in graph["objects"] for op in thing.get("_ldraw_", []) if op["op"] == "T"]
    assert texts == [
        "alembic.ini",
        "b",
        "head, base",
        r"""a  </script><!--<script>"'`&#;%\N\u2028\n[end] {{ --> \x00""",
        "head, base, label: \\",
    ]


@pytest.mark.parametrize(
    ("text", "string"),
    [('"', r'"\""'), ("\\", r'"\\"'), (r"\"", r'"\\\""'), ("a\nb", r'"a\\nb"'), ("&lt;", '"&amp;lt;"')],
)
def test_quoting(text: str, string: str) -> None:
    assert quoted(text) == string
