from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from alembic_proof.graphs import folding
from alembic_proof.graphs.drawing import Drawing, Edge
from alembic_proof.graphs.folding import folded
from support.drawings import drawing_of, drawings, line
from support.histories import revision


def test_a_small_history_is_shown_whole() -> None:
    history = drawing_of(*line(50))
    assert folded(history) is history


def test_a_long_line_is_one_node_between_its_ends() -> None:
    short = folded(drawing_of(*line(1000)))
    assert {node.id: node.folded for node in short.nodes if node.folded} == {"r996": 994}
    assert {node.id for node in short.nodes if not node.folded} == {"r0", "r1", "r2", "r997", "r998", "r999"}
    assert set(short.edges) == {
        *(Edge(f"r{n}", f"r{n - 1}") for n in (1, 2, 998, 999)),
        Edge("r997", "r996"),
        Edge("r996", "r2"),
    }
    assert short.revisions == 1000


def test_what_is_marked_stays_in_sight() -> None:
    revisions = line(100)
    revisions[50] = replace(revisions[50], labels=("core",))
    shown = folded(drawing_of(*revisions))
    assert "r50" in {node.id for node in shown.nodes if not node.folded}
    assert sum(bool(node.folded) for node in shown.nodes) == 2


def test_what_is_not_merged_yet_folds_by_itself() -> None:
    added = [revision("n0", "r59"), *(revision(f"n{n}", f"n{n - 1}") for n in range(1, 30))]
    shown = folded(drawing_of(*line(60), branches={"#12": added}))
    assert {(node.folded, node.added_by) for node in shown.nodes if node.folded} == {(55, ()), (25, ("#12",))}


@given(drawings())
def test_nothing_is_lost_by_folding(drawing: Drawing) -> None:
    small = (folding.FROM, folding.SHOWN, folding.SHORTEST)
    folding.FROM, folding.SHOWN, folding.SHORTEST = 0, 1, 1
    try:
        shown = folded(drawing)
    finally:
        folding.FROM, folding.SHOWN, folding.SHORTEST = small
    assert shown.revisions == drawing.revisions
    assert {edge.child for edge in shown.edges} | {edge.parent for edge in shown.edges} <= shown.by_id.keys()
    assert [node for node in drawing.nodes if not node.is_plain] == [
        node for node in shown.nodes if not node.is_plain
    ]
