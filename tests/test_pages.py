"""The pages that are made from the code say what the code says."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest

from support.shop import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

WANTED: dict[Path, str] = runpy.run_path(str(CHECKOUT / "scripts" / "pages"))["pages"]()


@pytest.mark.parametrize("page", WANTED, ids=lambda page: page.name)
def test_a_page_is_what_the_code_says(page: Path) -> None:
    assert page.read_text() == WANTED[page], "write it anew: .venv/bin/python scripts/pages"


def test_there_is_no_page_of_a_rule_that_is_gone() -> None:
    assert set((CHECKOUT / "docs" / "rules").glob("*.md")) <= WANTED.keys()
