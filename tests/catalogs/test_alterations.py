"""What became of a database between two moments."""

from __future__ import annotations

from alembic_proof.catalogs.alterations import Alteration, alterations
from alembic_proof.catalogs.postgresql import spelling
from alembic_proof.catalogs.snapshot import CHECK, COLUMN, INDEX, SEQUENCE, TABLE, Entry, Place, Snapshot
from alembic_proof.catalogs.sqlite import spelling as of_sqlite

TOP, ITEM = Place(None, None), Place(None, "item")
TABLE_ITEM = Entry(TABLE, TOP, "item", {"kind": None})


def column(name: str, **aspects: str | None) -> Entry:
    return Entry(COLUMN, ITEM, name, {"type": "integer", "default": None, **aspects})


def between(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> tuple[Alteration, ...]:
    return alterations(Snapshot(before), Snapshot(after), spelling)


def test_nothing_where_nothing_changed() -> None:
    assert between((TABLE_ITEM, column("x")), (column("x"), TABLE_ITEM)) == ()


def test_what_is_left_what_is_missing_and_what_is_another() -> None:
    before = (TABLE_ITEM, column("x", default="1"), Entry(INDEX, ITEM, "ix"))
    after = (TABLE_ITEM, column("x"), column("y"))
    assert between(before, after) == (
        Alteration(INDEX, "ix", "missing", None, "item"),
        Alteration(COLUMN, "y", "left", None, "item"),
        Alteration(COLUMN, "x", "changed", None, "item", {"default": ("1", None)}),
    )


def test_of_a_table_that_comes_or_goes_that_alone() -> None:
    whole = (TABLE_ITEM, column("x"), Entry(CHECK, ITEM, "ck"), Entry(SEQUENCE, TOP, "item_id_seq"))
    assert between((), whole) == (Alteration(TABLE, "item", "left"),)
    assert between(whole, ()) == (Alteration(TABLE, "item", "missing"),)


def test_a_sequence_by_itself_is_one() -> None:
    assert between((), (Entry(SEQUENCE, TOP, "item_id_seq"),)) == (
        Alteration(SEQUENCE, "item_id_seq", "left"),
    )


def test_a_view_is_called_one_and_its_definition_goes_with_it() -> None:
    view = Entry(TABLE, TOP, "seen", {"kind": "view"})
    definition = Entry("view definition", TOP, "seen", {"definition": "SELECT 1"})
    assert between((view, definition), ()) == (Alteration("view", "seen", "missing"),)
    other = Entry("view definition", TOP, "seen", {"definition": "SELECT 2"})
    assert between((view, definition), (view, other)) == (
        Alteration("view definition", "seen", "changed", aspects={"definition": ("SELECT 1", "SELECT 2")}),
    )


def test_spellings_of_one_value_are_no_change() -> None:
    before, after = (Snapshot((column("x", default=text, type="INTEGER"),)) for text in ("'-1'", "-1"))
    assert alterations(before, after, of_sqlite) == ()
