"""`explain`: what a rule means, from the rule's own text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from alembic_proof.errors import UsageError
from alembic_proof.rules import PAGES
from alembic_proof.rules.naming import closest, named

if TYPE_CHECKING:
    from alembic_proof.rules.base import Page

WIDTH = 88


def explain(name: str | None) -> str:
    """One rule's page, or without a name the list of all rules. Raises `UsageError` for an unknown one."""
    if name is None:
        width = max(len(rule.NAME) for rule in PAGES)
        return "".join(f"{rule.NAME:<{width}}  {rule.MEANING}\n" for rule in PAGES)
    rule = named(name)
    if rule is not None:
        return _page(rule)
    close = closest(name)
    raise UsageError(
        f"there is no rule {name!r}",
        f"alembic-proof explain {close}" if close else "alembic-proof explain lists them",
    )


def _page(rule: Page) -> str:
    parts = [
        f"{rule.NAME}\n{'=' * len(rule.NAME)}\n{textwrap.fill(rule.MEANING, WIDTH)}",
        f"Why it matters\n{textwrap.indent(textwrap.fill(rule.REASON, WIDTH - 2), '  ')}",
        f"How to mend it\n{textwrap.indent(textwrap.fill(rule.MENDING, WIDTH - 2), '  ')}",
        f"An example of it\n{textwrap.indent(rule.BAD.rstrip(), '  ')}",
        f"The same, mended\n{textwrap.indent(rule.GOOD.rstrip(), '  ')}",
    ]
    return "\n\n".join(parts) + "\n"
