"""A rule by the name that a person gave it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from alembic_proof.rules import RULES

if TYPE_CHECKING:
    from alembic_proof.rules.base import Rule

_BY_NAME = {rule.NAME: rule for rule in RULES}


def named(name: str) -> Rule | None:
    return _BY_NAME.get(name)


def closest(name: str) -> str | None:
    """The name that was probably meant, if any is like it."""
    return next(iter(difflib.get_close_matches(name, _BY_NAME, n=1)), None)
