from __future__ import annotations

from alembic_proof.findings import Finding
from alembic_proof.graphs.drawing import Edge, Node, Problem, draw
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.overlay import Overlaid
from support.drawings import FORK, drawing_of
from support.histories import path_of, revision


def test_a_fork_is_told_by_its_heads_its_branches_and_the_revision_that_it_starts_from() -> None:
    (problem,) = FORK.problems
    assert (problem.rule, problem.nodes, problem.branches) == (
        "multiple-heads",
        ("left", "right"),
        ("#12", "#14"),
    )
    assert {node.id: (node.marks, node.added_by, node.problems) for node in FORK.nodes} == {
        "base": (("base",), (), ()),
        "shared": (("fork",), (), ()),
        "left": (("head",), ("#12",), (0,)),
        "right": (("head",), ("#14",), (0,)),
    }
    assert FORK.edges == (
        Edge("shared", "base"),
        Edge("left", "shared", forked=True),
        Edge("right", "shared", forked=True),
    )


def test_every_edge_on_the_way_to_the_shared_parent_is_forked() -> None:
    history = drawing_of(revision("a"), revision("b", "a"), revision("c", "b"), revision("d", "a"))
    assert {edge.child for edge in history.edges if edge.forked} == {"b", "c", "d"}


def test_branches_that_are_meant_are_no_fork() -> None:
    history = drawing_of(
        revision("a"), revision("b", "a", labels=("core",)), revision("c", "a", labels=("plugins",))
    )
    assert not history.problems
    assert not any(edge.forked for edge in history.edges)
    assert [node.marks for node in history.nodes] == [("base",), ("head",), ("head",)]


def test_a_lost_parent_gets_a_node() -> None:
    history = drawing_of(revision("b", "lost"))
    assert history.by_id["lost"] == Node("lost", marks=("missing",))
    assert history.revisions == 1


def test_dependencies_are_edges_by_id_and_by_label() -> None:
    history = drawing_of(
        revision("a", labels=("core",)),
        revision("b"),
        revision("c", "b", depends_on=("core", "a", "nowhere")),
    )
    assert [edge for edge in history.edges if edge.kind == "dependency"] == [
        Edge("c", "a", "dependency"),
        Edge("c", "a", "dependency"),
    ]


def test_a_finding_is_marked_on_its_revision() -> None:
    finding = Finding("cycle", "a circle", "break it", path=path_of("a"), line=4, revision="a")
    history = draw("x", Overlaid(RevisionGraph.build([revision("a", "a")])), (finding,))
    assert history.problems == (Problem("cycle", "a circle", "break it", "error", path_of("a"), 4, ("a",)),)
    assert history.by_id["a"].problems == (0,)
