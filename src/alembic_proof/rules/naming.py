"""A rule by the name that a person gave it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.rules.base import Page


def named(name: str) -> Page | None:
    return _by_name().get(name)


def closest(name: str) -> str | None:
    """The name that was probably meant, if any is like it."""
    return next(iter(difflib.get_close_matches(name, _by_name(), n=1)), None)


def _by_name() -> Mapping[str, Page]:
    from alembic_proof.rules import PAGES  # rules that look others up are in it themselves

    return {page.NAME: page for page in PAGES}
