"""What is parsed, compared with what Alembic makes of the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import CycleDetected, RevisionMap
from alembic.script.revision import Revision as AlembicRevision
from hypothesis import given, settings
from hypothesis import strategies as st

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.load import load_history
from support.histories import ENVIRONMENT, revision, source_of
from support.trees import DictTree

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.history.revision_file import Revision


@st.composite
def sound_histories(draw: st.DrawFn) -> list[Revision]:
    """Histories that Alembic loads, with forks, merges, labels and dependencies, in no particular order."""
    revisions: list[Revision] = []
    names: list[str] = []
    for place in range(draw(st.integers(1, 12))):
        identifier = f"{draw(st.integers(0, 4095)):03x}_{place}"
        earlier = [one.id for one in revisions]
        chosen = st.lists(st.sampled_from(earlier or [""]), max_size=2, unique=True)
        parents = tuple(draw(chosen)) if earlier else ()
        depends_on = (
            tuple(draw(st.lists(st.sampled_from(names or [""]), max_size=2, unique=True))) if names else ()
        )
        labels = tuple(f"label{place}_{i}" for i in range(draw(st.sampled_from([0, 0, 0, 1, 2]))))
        revisions.append(revision(identifier, *parents, labels=labels, depends_on=depends_on))
        names += [identifier, *labels]
    return draw(st.permutations(revisions))


def alembic_map(revisions: list[Revision]) -> RevisionMap:
    return RevisionMap(
        lambda: [AlembicRevision(one.id, one.parents, one.depends_on, one.labels) for one in revisions]
    )


@settings(max_examples=300)
@given(sound_histories())
def test_heads_bases_and_labels_are_those_of_alembic(revisions: list[Revision]) -> None:
    graph, theirs = RevisionGraph.build(revisions), alembic_map(revisions)
    assert graph.heads == theirs.heads
    assert graph.bases == theirs.bases
    labels = {identifier: theirs.get_revision(identifier).branch_labels for identifier in graph.by_id}
    assert {identifier: graph.labels_of(identifier) for identifier in graph.by_id} == labels
    assert (graph.missing_parents, graph.missing_dependencies, graph.cycles) == ((), (), ())


@settings(max_examples=40)
@given(sound_histories())
def test_files_are_read_as_alembic_reads_them(
    tmp_path_factory: pytest.TempPathFactory, revisions: list[Revision]
) -> None:
    folder = tmp_path_factory.mktemp("project")
    tree = DictTree({one.path: source_of(one) for one in revisions} | {"migrations/env.py": b""})
    tree.write_to(folder)
    theirs = script_directory(folder)
    graph = load_history(tree, ENVIRONMENT)
    assert list(graph.heads) == theirs.get_heads()
    assert list(graph.bases) == theirs.get_bases()
    for script in theirs.walk_revisions():
        ours = graph.by_id[script.revision]
        assert str(folder / ours.path) == script.path
        assert ours.parents == script._versioned_down_revisions
        assert graph.labels_of(ours.id) == script.branch_labels


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_a_history_that_alembic_calls_circular_has_a_cycle(edges: list[tuple[int, int]]) -> None:
    parents: dict[str, list[str]] = {str(name): [] for edge in edges for name in edge}
    for child, parent in dict.fromkeys(edges):
        parents[str(child)].append(str(parent))
    revisions = [revision(identifier, *before) for identifier, before in parents.items()]
    try:
        heads = alembic_map(revisions).heads
    except CycleDetected:
        assert RevisionGraph.build(revisions).cycles
    else:
        assert RevisionGraph.build(revisions).heads == heads


@pytest.mark.filterwarnings("ignore:Revision .* is not present:UserWarning")
@pytest.mark.parametrize(
    "field", ["down_revision = ''", "down_revision = 'x'", "down_revision = None\ndepends_on = '3f2'"]
)
def test_alembic_stops_where_a_parent_or_dependency_is_missing(tmp_path: Path, field: str) -> None:
    tree = DictTree.of(
        {
            "migrations/env.py": "",
            "migrations/versions/a.py": "revision = '3f2a'\ndown_revision = None\nbranch_labels = 'x'\n",
            "migrations/versions/b.py": f"revision = 'b'\n{field}\n",
        }
    )
    tree.write_to(tmp_path)
    graph = load_history(tree, ENVIRONMENT)
    assert len(graph.missing_parents) + len(graph.missing_dependencies) == 1
    with pytest.raises(KeyError):
        script_directory(tmp_path).get_heads()


def script_directory(folder: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    return ScriptDirectory.from_config(config)
