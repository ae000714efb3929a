from __future__ import annotations

import pytest

from alembic_proof.commands.relevance import can_affect
from support.histories import ENVIRONMENT


@pytest.mark.parametrize(
    "path",
    [
        "models.py",
        "pyproject.toml",
        "alembic.ini",
        "data.json",
        ".env",
        "Makefile",
        "schema.sql",
        "app/py.typed",
        "migrations/README.md",
        "migrations/versions/notes.html",
        "docs/guide.md.j2",
    ],
)
def test_what_may_have_to_do_with_models(path: str) -> None:
    assert can_affect(path, [ENVIRONMENT])


@pytest.mark.parametrize("path", ["README.md", "docs/logo.PNG", "web/app.tsx", "migrations.md"])
def test_what_has_not(path: str) -> None:
    assert not can_affect(path, [ENVIRONMENT])
