"""Comments as people write them, and what they speak for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.findings import Finding
from alembic_proof.suppressions.comments import Comment, Unused, match, read_comments

LENIENT = {"model-drift", "unregistered-model"}
FAX = Finding("model-drift", "fax differs", "mend", path="m.py", line=4, identity={"object": "column t.fax"})
INDEX = Finding("model-drift", "no index", "mend", path="m.py", line=4, identity={"object": "index ix on t"})
OTHER_WAY = Finding(
    "model-drift", "fax, again", "mend", path="m.py", line=4, identity={"object": "column t.fax", "only": "x"}
)


def read(text: str) -> list[Comment]:
    return list(read_comments("m.py", text.encode()))


def ignoring(*rules: str, thing: str | None = None, reason: str = "why", line: int = 4) -> Comment:
    return Comment("m.py", line, line, rules, thing, reason)


@pytest.mark.parametrize(
    ("comment", "rules", "thing", "reason"),
    [
        (
            "# alembic-proof: ignore[model-drift] filled by a trigger",
            ("model-drift",),
            None,
            "filled by a trigger",
        ),
        ("#alembic-proof:ignore[a,b]: both", ("a", "b"), None, "both"),
        ("# alembic-proof: ignore[ a ] -- why", ("a",), None, "why"),
        ("# alembic-proof: ignore[a: index ix on t, u] why", ("a",), "index ix on t, u", "why"),
        ("# alembic-proof: ignore[a:] why", ("a",), None, "why"),
        ("# alembic-proof: ignore[a] see #123", ("a",), None, "see #123"),
        ("# type: ignore  # alembic-proof: ignore[a] why  # noqa: E501", ("a",), None, "why"),
        ("# alembic-proof: ignore[a]  # noqa", ("a",), None, ""),
        ("# alembic-proof: ignore[a] -- !", ("a",), None, ""),
        ("# alembic-proof: ignore[a]", ("a",), None, ""),
        ("# alembic-proof: ignore[] why", (), None, "why"),
        ("# alembic-proof: ignore because", (), None, "because"),
    ],
)
def test_a_comment(comment: str, rules: tuple[str, ...], thing: str | None, reason: str) -> None:
    assert read(f"fax = 1  {comment}\n") == [Comment("m.py", 1, 1, rules, thing, reason)]


@pytest.mark.parametrize(
    "line",
    [
        "# alembic-proof: ignored by nobody",
        "# alembic-proof finds this",
        "x = '# alembic-proof: ignore[a] why'",
        '"""\n# alembic-proof: ignore[a] why\n"""',
    ],
)
def test_what_is_no_such_comment(line: str) -> None:
    assert read(f"{line}\n") == []


@pytest.mark.parametrize(
    ("source", "covers"),
    [
        ("# {}\nx = 1\n", [2]),
        ("class A:\n    # {}\n    x = 1\n", [3]),
        ("# {}\n# {}\n# and more\nx = 1\n", [4, 4]),
        ("x = f(  # {}\n    1,\n    # {}\n    2,\n)\n", [1, 4]),
        ("# {}\n\nx = 1\n", [2]),
        ("if x:\n    y()\n    # {}\nz()\n", [4]),
        ("x = 1\n# {}", [3]),
    ],
)
def test_the_line_that_it_speaks_for(source: str, covers: list[int]) -> None:
    text = source.replace("{}", "alembic-proof: ignore[a] why")
    assert [comment.covers for comment in read(text)] == covers


@pytest.mark.parametrize(
    "source",
    [
        b"x = 1  # alembic-proof: ignore[a] why\ny = (\n",
        b"x = 1  # alembic-proof: ignore[a] why\n  y = 1\n z = 1\n",
        "# coding: latin-1\nx = 'é'  # alembic-proof: ignore[a] why\n".encode("latin-1"),
    ],
)
def test_a_file_is_read_as_far_as_it_goes(source: bytes) -> None:
    assert [comment.reason for comment in read_comments("m.py", source)] == ["why"]


@pytest.mark.parametrize(
    "source", [b"# coding: nonsense\n# alembic-proof: ignore", b"\xff # alembic-proof: x"]
)
def test_a_file_that_cannot_be_read(source: bytes) -> None:
    assert read_comments("m.py", source) == ()


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_whatever_a_file_holds_no_line_is_made_up(before: str, after: str) -> None:
    source = f"{before}# alembic-proof: ignore[a] {after}"
    for comment in read_comments("m.py", source.encode()):
        assert 1 <= comment.line <= comment.covers
        with suppress(IndexError):
            assert "alembic-proof:" in source.encode().split(b"\n")[comment.line - 1].decode()


def test_it_speaks_for_the_one_thing_on_its_line() -> None:
    elsewhere = Finding("model-drift", "", "", path="m.py", line=5, identity={"object": "column t.x"})
    other_file = Finding("model-drift", "", "", path="n.py", line=4, identity={"object": "column t.x"})
    other_rule = Finding("unregistered-model", "", "", path="m.py", line=4, identity={"object": "T"})

    silenced, unused = match(
        [FAX, OTHER_WAY, elsewhere, other_file, other_rule], [ignoring("model-drift")], LENIENT
    )

    assert silenced == [(FAX, "why"), (OTHER_WAY, "why")]
    assert unused == []


def test_of_several_things_it_must_name_one() -> None:
    bare, named = ignoring("model-drift"), ignoring("model-drift", thing="index ix on t")

    assert match([FAX, INDEX], [bare], LENIENT) == (
        [],
        [Unused(bare, "model-drift", ("column t.fax", "index ix on t"))],
    )
    assert match([FAX, INDEX], [named], LENIENT) == ([(INDEX, "why")], [])


@pytest.mark.parametrize(
    "comment",
    [
        ignoring("model-drift", reason=""),
        ignoring("unregistered-model"),
        ignoring("model-drift", line=3),
        ignoring("model-drift", thing="column t.other"),
        ignoring("multiple-heads"),
    ],
)
def test_what_speaks_for_nothing(comment: Comment) -> None:
    fork = Finding("multiple-heads", "", "", path="m.py", line=4)
    silenced, unused = match([FAX, fork], [comment], LENIENT)
    assert silenced == []
    assert [one.comment for one in unused] == [comment]


def test_each_rule_that_it_names_is_by_itself() -> None:
    both = ignoring("model-drift", "unregistered-model")
    assert match([FAX], [both], LENIENT) == ([(FAX, "why")], [Unused(both, "unregistered-model")])
    assert match([FAX], [ignoring()], LENIENT) == ([], [Unused(ignoring(), None)])
