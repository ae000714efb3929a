"""What every format makes of one report, whole. `scripts/golden` writes the files anew."""

from __future__ import annotations

import pytest

from alembic_proof.cli.options import FORMS
from alembic_proof.reports import FORMATS
from support.golden import FOLDER, file_of
from support.reports import RICH


@pytest.mark.parametrize("form", FORMATS)
def test_a_format(form: str) -> None:
    assert FORMATS[form](RICH) == file_of(form).read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert sorted(FOLDER.iterdir()) == sorted(map(file_of, FORMATS))


def test_the_command_line_has_them_all() -> None:
    assert tuple(FORMATS) == FORMS
