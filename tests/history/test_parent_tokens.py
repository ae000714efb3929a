"""Parents are replaced where they stand, and no other byte of the file changes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alembic_proof.history.parent_tokens import NotEditableError, with_parents
from alembic_proof.history.revision_file import Revision, parse

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "migrations/versions/b.py"
NEW = "c0ffee"
# Each text with OLD where the parent is to change, and no other text with these letters left alone.
FILE = '''\
"""OLD: what a1 made

Revision ID: b2
Revises: <a1>
Create Date: 2026-11-25 a1
"""
# a1 is before this
revision = "b2"
{line}
branch_labels = None
depends_on = None
note = "a1"


def upgrade():
    down_revision = "a1"  # down_revision = "a1"
    op.execute("UPDATE t SET parent = 'a1'")
'''
LINES = {
    "as Alembic writes it": "down_revision = '<a1>'",
    "an annotation": 'down_revision: Union[str, None] = "<a1>"',
    "an annotation with the id": 'down_revision: "Literal[\'a1\']" = "<a1>"  # a1',
    "three quotes": "down_revision = '''<a1>'''",
    "a prefix": 'down_revision = u"<a1>"',
    "a raw string": "down_revision = r'<a1>'",
    "parentheses": "down_revision = (  # a1\n    '<a1>'\n)",
    "a tuple of one": "down_revision = ('<a1>',)",
    "a list": "down_revision = ['<a1>']  # a1",
    "a set": "down_revision = {'<a1>'}",
    "no spaces": "down_revision='<a1>';x='a1'",
    "letters before it": 'x = "äöü€🐍"; down_revision = "<a1>"',
    "several names": "down_revision = parent = '<a1>'",
    "two at once": "up, down_revision = 'a1', '<a1>'",
    "in a block": "if True:\n    down_revision = '<a1>'",
    "a continued line": "down_revision = \\\n    '<a1>'",
}
FORMS: dict[str, Callable[[str], bytes]] = {
    "LF": str.encode,
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "a BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
    "no newline at the end": lambda text: text.rstrip().encode(),
    "form feeds": lambda text: text.replace("\n# a1", "\n\x0c\n# a1 \x1c \x85").encode(),
}


def in_file(line: str, revises: str = "Revises: <a1>") -> str:
    return FILE.format(line=line).replace("Revises: <a1>", revises)


def before_and_after(template: str, form: Callable[[str], bytes] = str.encode) -> tuple[bytes, bytes]:
    return form(template.replace("<a1>", "a1")), form(template.replace("<a1>", NEW))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", LINES)
def test_one_parent_in_every_way_to_write_it(line: str, form: str) -> None:
    # Python's own `re` knows no line of its own behind a lone CR, and neither does a docstring there.
    revises = "Revises: a1" if form == "CR" else "Revises: <a1>"
    before, after = before_and_after(in_file(LINES[line], revises), FORMS[form])
    assert with_parents(PATH, before, (NEW,)) == after


def test_a_file_in_another_encoding() -> None:
    template = "# coding: latin-1\n" + in_file("x = 'äöü'; down_revision = '<a1>'")
    before, after = before_and_after(template, lambda text: text.encode("latin-1"))
    assert with_parents(PATH, before, (NEW,)) == after


@pytest.mark.parametrize(
    ("line", "revises", "parents", "changed", "now_revises"),
    [
        ("None", "", ("c3",), '"c3"', " c3"),
        ("None", " ", ("c3",), '"c3"', " c3"),
        ("('a1', 'a2')", " a1, a2", ("a1", "c3"), "('a1', 'c3')", " a1, c3"),
        ("('a1', 'a2')", " a1, a2", ("c3", "a2"), "('c3', 'a2')", " c3, a2"),
        ("('a1', 'a2')", " a1, a2", ("c3",), "('c3',)", " c3"),
        ("('a1', 'a2',)", " a1, a2", ("c3",), "('c3',)", " c3"),
        ("'a1', 'a2'", " a1, a2", ("c3",), "'c3',", " c3"),
        ("('a1', 'a2')", " a1, a2", ("a2",), "('a2',)", " a2"),
        ("('a1', 'a2', 'a3')", " a1, a2, a3", ("a2",), "('a2',)", " a2"),
        ("('a1', 'a2', 'a3')", " a1, a2, a3", ("a1", "c3"), "('a1', 'c3')", " a1, c3"),
        ("['a1', 'a2']", " a1, a2", ("c3",), "['c3']", " c3"),
        ("{'a1', 'a2'}", " a1 a2", ("c3",), "{'c3'}", " c3"),
        ("('a1', 'a1')", " a1, a1", ("c3",), "('c3',)", " c3, c3"),
        ("('a1',\n    'a2',  # kept\n)", " a1, a2", ("a1", "c3"), "('a1',\n    'c3',  # kept\n)", " a1, c3"),
        ("('a1',\n    'a2',  # kept\n)", " a1, a2", ("c3",), "('c3',  # kept\n)", " c3"),
    ],
)
def test_several_parents_or_none(
    line: str, revises: str, parents: tuple[str, ...], changed: str, now_revises: str
) -> None:
    before = in_file(f"down_revision = {line}", f"Revises:{revises}").encode()
    after = in_file(f"down_revision = {changed}", f"Revises:{now_revises}").encode()
    assert with_parents(PATH, before, parents) == after


@pytest.mark.parametrize("revises", ["Revises: x9", "Revises: a1, x9", "Revises:", "revises: a1", "a1"])
def test_a_docstring_that_says_something_else_stays(revises: str) -> None:
    before = in_file("down_revision = 'a1'", revises).encode()
    after = in_file(f"down_revision = {NEW!r}", revises).encode()
    assert with_parents(PATH, before, (NEW,)) == after


def test_a_file_without_a_docstring() -> None:
    assert (
        with_parents(PATH, b"revision='b2'\ndown_revision='a1'", ("x",))
        == b"revision='b2'\ndown_revision='x'"
    )


def test_parents_that_are_there_already_leave_the_file_as_it_is() -> None:
    before = in_file("down_revision = 'a' '1'").encode()
    assert with_parents(PATH, before, ("a1",)) == before


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ("down_revision = 'a' '1'", 9, "a1 is not written as one plain string"),
        ("down_revision = '\\x611'", 9, "a1 is not written as one plain string"),
        ("down_revision = f'a1'", 9, "`down_revision` is not written as plain strings"),
        ("down_revision = 'a' + '1'", 9, "`down_revision` is not written as plain strings"),
        ("P = 'a1'\ndown_revision = P", 10, "`down_revision` is not written as plain strings"),
        ("P = 'a1'\ndown_revision = (P, 'a2')", 10, "`down_revision` is not written as plain strings"),
        ("down_revision = ()", 9, "its parents are written in an unusual way"),
        ("down_revision = 'x'\ndown_revision = 'a1'", 10, "`down_revision` is set more than once"),
        (
            "down_revision = ('a1',  # why\n  'a2')",
            10,
            "no parent can be taken out of them but by hand",
        ),
        ("branch_labels = down_revision = 'a1'", 9, "its parents and its other names are written as one"),
    ],
)
def test_what_only_a_person_can_change(line: str, place: int, reason: str) -> None:
    source = in_file(line).replace("branch_labels = None\n", "").encode()
    with pytest.raises(NotEditableError) as caught:
        with_parents(PATH, source, (NEW,))
    assert (caught.value.line, caught.value.reason) == (place, reason)


@pytest.mark.parametrize("new", ["it's", "a\\b", "a\nb"])
def test_a_name_that_needs_other_quotes_is_not_written(new: str) -> None:
    with pytest.raises(NotEditableError) as caught:
        with_parents(PATH, in_file("down_revision = 'a1'").encode(), (new,))
    assert caught.value.reason == f"{new!r} cannot stand between these quotes as it is"


def test_a_name_that_the_encoding_lacks_is_not_written() -> None:
    with pytest.raises(NotEditableError) as caught:
        with_parents(PATH, b"# coding: ascii\nrevision = 'b'\ndown_revision = 'a'\n", ("ä",))
    assert caught.value.reason == "the new parent cannot be written in ascii"


_NAMES = st.text("abcdef0123456789_", min_size=1, max_size=12)
_TEXTS = st.text(st.characters(exclude_characters="\\\"'\r", exclude_categories=("Cs", "Cc")), max_size=20)


@st.composite
def _templates(draw: st.DrawFn) -> tuple[str, str, tuple[str, ...]]:
    """A file before, the same file after, and the parents that make the one of the other."""
    old = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
    new = draw(st.lists(_NAMES, min_size=len(old), max_size=len(old), unique=True))
    assume(not set(old) & set(new))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    space = draw(st.sampled_from(["", " ", "\n    ", "\n\n"]))
    comma = draw(st.sampled_from([",", ""])) if len(old) > 1 else ","
    opening, closing = draw(st.sampled_from(["()", "[]", "{}"]))
    texts = draw(st.lists(_TEXTS, min_size=3, max_size=3))
    noise = draw(st.sampled_from(old))

    def file(names: list[str]) -> str:
        inside = f",{space}".join(f"{quote}{name}{quote}" for name in names)
        return (
            f'"""{texts[0]}\n\nRevises: {", ".join(names)}\n{texts[1]}"""\n# {texts[2]} {noise}\n'
            f"x = '{noise}{texts[2]}'; revision = '-own-{noise}'[5:]\nrevision = 'own'\n"
            f"down_revision: object = {opening}{space}{inside}{comma}{space}{closing}  # {noise}\n"
        )

    return file(old), file(new), tuple(new)


@settings(max_examples=100)
@given(_templates(), st.sampled_from(["\n", "\r\n"]))
def test_every_other_byte_of_any_file_is_the_same(
    template: tuple[str, str, tuple[str, ...]], newline: str
) -> None:
    before, after = (text.replace("\n", newline).encode() for text in template[:2])
    assume(isinstance(parse(PATH, before), Revision))
    assert with_parents(PATH, before, template[2]) == after
