"""The picture of a real repository, and of what its pull requests would bring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.graph import graph
from alembic_proof.commands.request import Request
from alembic_proof.errors import GitError
from alembic_proof.graphs.text import render
from support.commands import Project, make_project, revision_file, revision_path

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.commands.graph import Picture

REVISIONS = {revision_path("b1"): revision_file("b1", "a1")}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A history of two revisions, and two pull requests that each add one."""
    made = make_project(tmp_path / "project", tmp_path / "cache", REVISIONS)
    for number, identifier in (("12", "left"), ("14", "right")):
        made.checkout.branch(identifier, "main")
        made.checkout.commit({revision_path(identifier): revision_file(identifier, "b1")})
        made.checkout.git("update-ref", f"refs/pull/{number}/head", "HEAD")
    made.checkout.switch("main")
    return made


def picture(project: Project, *refs: str, **options: object) -> Picture:
    return graph(replace(Request(cwd=project.top), **options), refs)  # type: ignore[arg-type]


def rows(shown: Picture) -> list[str]:
    return render([replace(one, problems=(), notes=()) for one in shown.drawings]).splitlines()[1:]


def notes(shown: Picture) -> list[str]:
    return [note for one in shown.drawings for note in one.notes]


def test_the_index_by_itself(project: Project) -> None:
    shown = picture(project)
    assert shown.tree == "the index"
    assert rows(shown) == ["●  b1  Revision b1  (head)", "●  a1  Users  (base)"]


def test_two_pull_requests_that_fork(project: Project) -> None:
    shown = picture(project, "refs/pull/12/head", "refs/pull/14/head")
    assert shown.tree == "the index with #12, #14"
    assert rows(shown) == [
        "○  left  Revision left  (head, only in #12)",
        "│ ○  right  Revision right  (head, only in #14)",
        "├─╯",
        "●  b1  Revision b1  (fork)",
        "●  a1  Users  (base)",
    ]
    ((problem,),) = [one.problems for one in shown.drawings]
    assert (problem.rule, problem.branches) == ("multiple-heads", ("#12", "#14"))


def test_a_pattern_names_all_that_match_in_the_order_of_their_numbers(project: Project) -> None:
    project.checkout.git("update-ref", "refs/pull/9/head", "left")
    assert picture(project, "refs/pull/*/head").tree == "the index with #9, #12, #14"
    assert picture(project, "l*").tree == "the index with left"


def test_of_a_pattern_what_brings_nothing_is_not_named(project: Project) -> None:
    project.checkout.git("update-ref", "refs/pull/9/head", "main")
    assert picture(project, "refs/pull/9/*").tree == "the index"
    project.checkout.branch("words", "main")
    project.checkout.commit({"README.md": "words"})
    project.checkout.git("update-ref", "refs/pull/10/head", "words")
    project.checkout.switch("main")
    assert picture(project, "refs/pull/*/head").tree == "the index with #12, #14"
    assert picture(project, "words").tree == "the index with words"


def test_a_pattern_that_matches_nothing(project: Project) -> None:
    with pytest.raises(GitError) as caught:
        picture(project, "refs/pull/9*/head")
    assert (caught.value.message, caught.value.hint) == (
        "no ref matches 'refs/pull/9*/head'",
        "fetch them, or name one that `git for-each-ref` lists",
    )


def test_an_unknown_ref(project: Project) -> None:
    with pytest.raises(GitError) as caught:
        picture(project, "nowhere")
    assert caught.value.message == "Git knows no commit 'nowhere' here"


def test_of_a_pattern_what_cannot_be_merged_is_left_out(project: Project) -> None:
    project.checkout.git("switch", "--quiet", "--orphan", "leftover")
    project.checkout.commit({"index.html": "pages"})
    project.checkout.switch("main")
    shown = picture(project, "left*")
    assert shown.tree == "the index with left"
    (note,) = notes(shown)
    assert note.startswith("leftover is left out: ")
    assert note.endswith(" and refs/heads/leftover have no common ancestor here")


def test_a_pull_request_that_repairs_a_fork(project: Project) -> None:
    project.checkout.git("merge", "--quiet", "left")
    project.checkout.git("merge", "--quiet", "--message", "Fork", "right")
    project.checkout.branch("repair")
    project.checkout.commit({revision_path("right"): revision_file("right", "left")})
    project.checkout.switch("main")
    assert picture(project).drawings[0].problems
    shown = picture(project, "repair")
    assert not shown.drawings[0].problems
    assert rows(shown)[0] == "●  right  Revision right  (head, altered by repair)"


def test_branches_are_laid_over_the_working_tree(project: Project) -> None:
    project.checkout.write({revision_path("mine"): revision_file("mine", "b1")})
    shown = picture(project, "left", worktree=True)
    assert shown.tree == "the working tree with left"
    assert rows(shown)[:3] == [
        "●  mine  Revision mine  (head)",
        "│ ○  left  Revision left  (head, only in left)",
        "├─╯",
    ]


def test_branches_are_laid_over_a_merge_and_a_commit(project: Project) -> None:
    assert rows(picture(project, "left", merge_with="right"))[:2] == [
        "●  right  Revision right  (head)",
        "│ ○  left  Revision left  (head, only in left)",
    ]
    assert rows(picture(project, "right", rev="left"))[:2] == [
        "●  left  Revision left  (head)",
        "│ ○  right  Revision right  (head, only in right)",
    ]


def test_a_new_environment_is_shown_and_called_new(project: Project) -> None:
    project.checkout.branch("second")
    project.checkout.commit(
        {
            "other/alembic.ini": "[alembic]\nscript_location = other\n",
            "other/env.py": "",
            "other/versions/o1.py": revision_file("o1", None),
        }
    )
    project.checkout.switch("main")
    shown = picture(project, "second")
    assert [one.title for one in shown.drawings] == ["alembic.ini", "other/alembic.ini (new)"]
    assert [node.added_by for node in shown.drawings[1].nodes] == [("second",)]


def test_both_sides_of_a_conflict_are_shown(project: Project) -> None:
    project.checkout.branch("theirs")
    project.checkout.commit({revision_path("next"): revision_file("theirs", "b1")})
    project.checkout.switch("main")
    project.checkout.commit({revision_path("next"): revision_file("ours", "b1")})
    shown = picture(project, "theirs")
    assert rows(shown)[:2] == [
        "●  ours  Revision ours  (head)",
        "│ ○  theirs  Revision theirs  (head, only in theirs)",
    ]
    assert notes(shown) == [
        "theirs: the merge conflicts in migrations/versions/next.py: the revisions of both sides were judged"
    ]


def test_nothing_is_written(project: Project) -> None:
    before = project.checkout.state()
    picture(project, "refs/pull/*/head")
    assert project.checkout.state() == before


def test_the_command_prints_or_writes_each_form(project: Project) -> None:
    args = ("graph", "--with", "refs/pull/*/head")
    printed = project.run(*args)
    assert (printed.status, printed.err) == (0, "")
    assert "├─╯" in printed.out
    assert "|-/" in project.run(*args, env={"TERM": "dumb"}).out
    assert project.run(*args, "--format", "mermaid").out.startswith("flowchart BT\n")
    assert project.run(*args, "--format", "dot").out.startswith("digraph revisions {\n")
    ran = project.run(*args, "--format", "html", "--output", "graph.html", folder="migrations")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    page = (project.top / "migrations/graph.html").read_text()
    assert "<title>Revision graph of the index with #12, #14</title>" in page


def test_a_ref_that_is_not_there_is_told_in_two_lines(project: Project) -> None:
    assert project.refused("graph", "--with", "nowhere") == (
        "alembic-proof: Git knows no commit 'nowhere' here\n"
        "  fix: fetch it (git fetch --all), or name a branch, tag or commit that `git log --all` shows\n"
    )
