from __future__ import annotations

import ast
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.history.revision_file import Revision, Unreadable, parse
from support.histories import parsed, revision, source_of

PATH = "migrations/versions/a.py"
PARENT_FIRST = "down_revision = None\n"


def test_a_file_as_alembic_writes_it() -> None:
    source = '''"""add nickname

Revision ID: 3f2a
Revises: 77aa
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = '3f2a'
down_revision: Union[str, Sequence[str], None] = '77aa'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = ('88bb', '99cc')


def upgrade() -> None:
    op.add_column('user', sa.Column('nickname', sa.String()))
'''
    assert parsed(source) == Revision(
        path=PATH,
        id="3f2a",
        parents=("77aa",),
        depends_on=("88bb", "99cc"),
        line=11,
        parents_line=12,
        message="add nickname",
    )


@pytest.mark.parametrize(
    ("expression", "parents"),
    [
        ("None", ()),
        ("()", ()),
        ("''", ("",)),
        ("'b'", ("b",)),
        ("('b')", ("b",)),
        ("('b',)", ("b",)),
        ("('b', 'c')", ("b", "c")),
        ("['b', 'c']", ("b", "c")),
        ("{'b', 'c'}", ("b", "c")),
        ("('b', 'b')", ("b",)),
        ("'b' 'c'", ("bc",)),
        ("'b' + 'c' + 'd'", ("bcd",)),
        ("('b',) + ('c',)", ("b", "c")),
        ("f'b'", ("b",)),
        ("f'b{\"c\"}'", ("bc",)),
        ("_ID", ("x",)),
        ("f'b{_ID}'", ("bx",)),
        ("(_ID, *_MORE)", ("x", "y", "z")),
        ("(\n    'b'  # the last one\n)", ("b",)),
        ("'b'; other = 'c'", ("b",)),
    ],
)
def test_a_parent_may_be_any_constant_expression(expression: str, parents: tuple[str, ...]) -> None:
    source = f"_ID = 'x'\n_MORE = ('y', 'z')\nrevision = 'a'\ndown_revision = {expression}\n"
    assert parsed(source) == Revision(PATH, "a", parents, line=3, parents_line=4)


@pytest.mark.parametrize(
    "expression", ["make_id()", "_LATER", "f'{number}'", "'%s' % 'b'", "1", "('b', 1)", "(None,)"]
)
def test_a_parent_that_no_constant_gives_is_unreadable(expression: str) -> None:
    source = f"number = 4\nrevision = 'a'\ndown_revision = {expression}\n_LATER = 'b'\n"
    assert parsed(source) == Unreadable(
        PATH,
        3,
        "`down_revision` is neither None nor constant strings",
        'write the parent itself: down_revision = "...", or a tuple of ids for a merge',
    )


@pytest.mark.parametrize("expression", ["make_id()", "None", "1", "('a',)", "b'a'", "a if b else c"])
def test_an_id_that_no_constant_gives_is_unreadable(expression: str) -> None:
    assert parsed(f"revision = {expression}\n{PARENT_FIRST}") == Unreadable(
        PATH, 1, "`revision` is not a constant string", 'write the id itself: revision = "..."'
    )


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("revision = ''\ndown_revision = None\n", 1, "`revision` is empty"),
        (
            "revision = 'a@b-c'\ndown_revision = None\n",
            1,
            "the id 'a@b-c' holds -, @, which Alembic refuses in an id",
        ),
        ("\nrevision = 'a'\n", 2, "there is a `revision` and no `down_revision`"),
        ("\n\ndown_revision = 'a'\n", 3, "there is a `down_revision` and no `revision`"),
        ("from x import revision, down_revision\n", 1, "`revision` is not a constant string"),
        ("revision = 'a'\nrevision += 'b'\ndown_revision = None\n", 2, "`revision` is not a constant string"),
        ("revision, down_revision = ids()\n", 1, "`revision` is not a constant string"),
        (
            "revision = 'a'\nif x:\n    down_revision = 'b'\nelse:\n    down_revision = 'c'\n",
            5,
            "`down_revision` is neither None nor constant strings",
        ),
    ],
)
def test_what_alembic_could_not_load_is_unreadable(source: str, line: int, reason: str) -> None:
    file = parsed(source, "migrations/versions/x_change.py")
    assert isinstance(file, Unreadable)
    assert (file.line, file.reason) == (line, reason)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "NAMES = ('a', 'b')\n\ndef helper():\n    revision = 'a'\n",
        "class Base:\n    revision = 'a'\n    down_revision = None\n",
        "from alembic.script import revision\n",
        "'''\nrevision = 'a'\n'''\n",
    ],
)
def test_a_file_that_defines_no_revision_is_a_helper(source: str) -> None:
    assert parsed(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "revision = 'x'\nrevision = 'a'\ndown_revision = 'b'\n",
        "revision, down_revision = 'a', 'b'\n",
        "revision = other = 'a'\ndown_revision: str = 'b'\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\nrevision = 'a'\ndown_revision = 'b'\n",
        "if True:\n    revision = 'a'\n    down_revision = 'b'\n",
        "with x:\n    revision = 'a'\ndown_revision = 'b'\nif y:\n    down_revision = 'b'\n",
    ],
)
def test_the_last_assignment_that_surely_happens_counts(source: str) -> None:
    file = parsed(source)
    assert isinstance(file, Revision)
    assert (file.id, file.parents) == ("a", ("b",))


def test_labels_that_no_constant_gives_are_none_that_are_known() -> None:
    file = parsed("revision = 'a'\ndown_revision = None\nbranch_labels = (cli.EXPAND,)\n")
    assert isinstance(file, Revision)
    assert (file.labels, file.labels_known) == ((), False)


@pytest.mark.parametrize(
    ("expression", "labels"), [("None", ()), ("'x'", ("x",)), ("('x', 'y')", ("x", "y")), ("[]", ())]
)
def test_labels(expression: str, labels: tuple[str, ...]) -> None:
    file = parsed(f"revision = 'a'\ndown_revision = None\nbranch_labels = {expression}\n")
    assert isinstance(file, Revision)
    assert (file.labels, file.labels_known) == (labels, True)


@pytest.mark.parametrize("expression", ["None", "''", "()", "unknown()"])
def test_no_dependencies(expression: str) -> None:
    file = parsed(f"revision = 'a'\ndown_revision = None\ndepends_on = {expression}\n")
    assert isinstance(file, Revision)
    assert file.depends_on == ()


def test_an_id_in_the_name_of_the_file_alone() -> None:
    file = parsed("down_revision = 'b'\n", "migrations/versions/3f2a.py")
    assert file == Revision("migrations/versions/3f2a.py", "3f2a", ("b",))


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfrevision = 'a'\r\ndown_revision = 'b'\r\n",
        b"# -*- coding: latin-1 -*-\n# caf\xe9\nrevision = 'a'\ndown_revision = 'b'\n",
        b"\x0c\nrevision = 'a'\n\x0cdown_revision = 'b'\n",
        b"revision = 'a'\rdown_revision = 'b'\r",
        b"revision = 'a'\ndown_revision = \\\n    'b'",
        b"PATTERN = '\\d'\nrevision = 'a'\ndown_revision = 'b'\n",
        b"revision = 'a'\ndown_revision = 'b'\nROWS = [\n" + b"    ('x', 1),\n" * 50_000 + b"]\n",
    ],
    ids=["bom-crlf", "cookie", "form-feed", "cr", "continued", "bad-escape", "huge"],
)
def test_files_as_editors_and_people_leave_them(source: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = parse(PATH, source)
    assert isinstance(file, Revision)
    assert (file.id, file.parents) == ("a", ("b",))


def test_a_conflict_is_named_with_its_first_line() -> None:
    source = (
        "revision = 'a'\n<<<<<<< HEAD\ndown_revision = 'b'\n=======\ndown_revision = 'c'\n>>>>>>> theirs\n"
    )
    expected = Unreadable(
        PATH, 2, "conflict marker `<<<<<<< HEAD`", "finish the merge in this file, then `git add` it"
    )
    assert parsed(source) == expected
    assert parsed(source.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"revision = 'a'\ndown_revision = None\n\ndef upgrade():\n    op.f(\n", 5),
        (b"revision = 'a'\ndown_revision = None\ndef upgrade()\n    pass\n", 3),
        (b"# -*- coding: no-such -*-\nrevision = 'a'\n", 1),
        (b"\nrevision = '\xe9'\n", 2),
        (b"revision = 'a'\0\n", 1),
        (b"revision = " + b"(" * 1000, 1),
        (b"revision = " + b"-" * 100_000 + b"1", 1),
    ],
    ids=["unclosed", "colon", "encoding", "not-utf-8", "null", "brackets", "minus"],
)
def test_what_is_no_python_is_unreadable(source: bytes, line: int) -> None:
    file = parse(PATH, source)
    assert isinstance(file, Unreadable)
    assert (file.line, file.reason[:14]) == (line, "syntax error: ")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert file.hint == (
        f"mend the line, or run alembic-proof on the project's own Python if that is newer than {version}"
    )


@pytest.mark.parametrize("length", [1_500, 5_000])
def test_a_sum_that_is_too_long_for_python_is_no_constant(length: int) -> None:
    file = parsed("revision = " + " + ".join(["'a'"] * length) + "\ndown_revision = None\n")
    assert isinstance(file, Unreadable)
    assert file.reason in ("`revision` is not a constant string", "syntax error: nested too deeply")


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """A constant expression in one of the shapes that are read."""
    text = st.recursive(
        NAMES.map(repr),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: f"{pair[0]} + {pair[1]}"),
            inner.map(lambda value: f"({value})"),
            st.just("KNOWN"),
        ),
        max_leaves=4,
    )
    items = draw(st.lists(text, max_size=3))
    brackets = draw(st.sampled_from(["({},)", "[{}]", "({},) + KNOWN_TUPLE", "[*KNOWN_TUPLE, {}]"]))
    return brackets.format(", ".join(items)) if items else draw(text)


@given(expressions())
def test_constants_are_what_python_makes_of_them(expression: str) -> None:
    source = f"KNOWN = 'k'\nKNOWN_TUPLE = ('l', 'm')\nrevision = 'a'\ndown_revision = {expression}\n"
    scope: dict[str, object] = {}
    exec(compile(source, PATH, "exec"), scope)
    value = scope["down_revision"]
    expected = (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))  # type: ignore[call-overload]
    file = parsed(source)
    assert isinstance(file, Revision)
    assert file.parents == expected


@given(
    st.one_of(st.binary(max_size=200), st.text("revision=down_'\"\n (),+#\\", max_size=60).map(str.encode))
)
def test_a_syntax_error_is_what_python_says_is_one(source: bytes) -> None:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        assert isinstance(parse(PATH, source), Unreadable)
    else:
        file = parse(PATH, source)
        assert not (isinstance(file, Unreadable) and file.reason.startswith("syntax error"))


def test_what_is_written_is_what_is_read() -> None:
    written = revision("a", "b", "c", labels=("x",), depends_on=("d",), message="a merge")
    assert parse(written.path, source_of(written)) == written
