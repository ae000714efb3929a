"""What is kept of a fork, so that it can be drawn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from alembic_proof.history.drawing import HEADS, MOST, Node, fork
from alembic_proof.history.graph import RevisionGraph
from support.histories import path_of, revision

if TYPE_CHECKING:
    from alembic_proof.history.revision_file import Revision


def chain(first: str, *names: str) -> list[Revision]:
    return [revision(name, parent) for parent, name in zip((first, *names), names, strict=False)]


def edges(nodes: list[Node]) -> dict[str, list[str]]:
    return {node["revision"]: node["parents"] for node in nodes}


def drawn(*revisions: Revision) -> list[Node]:
    graph = RevisionGraph.build(revisions)
    return fork(graph, graph.shared_parent(*graph.heads), graph.heads)


def test_only_what_follows_the_shared_parent_is_kept() -> None:
    revisions = [revision("a"), *chain("a", "b", "c"), revision("x", "b"), revision("y", "x")]
    assert drawn(*revisions) == [
        {"revision": "b", "path": path_of("b"), "parents": [], "head": False},
        {"revision": "c", "path": path_of("c"), "parents": ["b"], "head": True},
        {"revision": "x", "path": path_of("x"), "parents": ["b"], "head": False},
        {"revision": "y", "path": path_of("y"), "parents": ["x"], "head": True},
    ]


def test_a_merge_within_a_branch_has_both_parents() -> None:
    merge = revision("m", "p", "q")
    assert edges(drawn(revision("a"), revision("b", "a"), revision("p", "a"), revision("q", "a"), merge)) == {
        "a": [],
        "b": ["a"],
        "p": ["a"],
        "q": ["a"],
        "m": ["p", "q"],
    }


def test_a_long_run_is_cut() -> None:
    names = [f"r{number}" for number in range(1, 8)]
    nodes = drawn(revision("a"), revision("b", "a"), *chain("a", *names))
    assert edges(nodes) == {"a": [], "b": ["a"], "r1": ["a"], "...r6": ["r1"], "r6": ["...r6"], "r7": ["r6"]}
    assert [node["left_out"] for node in nodes if "left_out" in node] == ["4 revisions"]


def test_four_in_a_row_are_not_cut() -> None:
    nodes = drawn(revision("a"), revision("b", "a"), *chain("a", "1", "2", "3", "4", "5"))
    assert list(edges(nodes)) == ["a", "b", "1", "2", "3", "4", "5"]


def test_a_parent_without_a_file() -> None:
    graph = RevisionGraph.build([revision("b", "gone"), revision("c", "gone")])
    assert fork(graph, "gone", graph.heads)[0] == {
        "revision": "gone",
        "path": None,
        "parents": [],
        "head": False,
    }


def test_two_histories_that_have_nothing_in_common() -> None:
    assert edges(drawn(revision("a"), revision("b"), revision("c", "b"))) == {"a": [], "b": [], "c": ["b"]}


def test_of_too_many_revisions_the_heads_alone_are_drawn() -> None:
    revisions = [revision("a")]
    for number in range(30):
        revisions += chain("a", f"x{number}", f"y{number}")
    nodes = drawn(*revisions)
    assert len(nodes) == 1 + 2 * HEADS + 1
    assert edges(nodes)["y0"] == ["...y0"]
    assert edges(nodes)["...y0"] == ["a"]
    assert [node["left_out"] for node in nodes if "left_out" in node][-2:] == ["1 revision", "10 more heads"]


@given(st.lists(st.lists(st.integers(0, 60), max_size=2), min_size=1, max_size=60))
def test_it_stays_small_and_whole(parents: list[list[int]]) -> None:
    revisions = [
        revision(f"r{number}", *(f"r{parent}" for parent in dict.fromkeys(before) if parent < number))
        for number, before in enumerate(parents)
    ]
    heads = RevisionGraph.build(revisions).heads
    assume(len(heads) > 1)
    nodes = drawn(*revisions)
    assert len(nodes) <= MOST + 2
    assert json.loads(json.dumps(nodes)) == nodes
    seen: set[str] = set()
    for node in nodes:
        assert seen.issuperset(node["parents"])
        assert node["revision"] not in seen
        seen.add(node["revision"])
    assert [node["revision"] for node in nodes if node["head"]] == [
        node["revision"] for node in nodes if node["revision"] in heads
    ]
    assert seen.intersection(heads) == set(heads) or len(heads) > HEADS
