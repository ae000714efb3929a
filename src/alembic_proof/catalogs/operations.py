"""What revisions hold, as code."""

from __future__ import annotations

import re

# What `text()` takes for a parameter, and for one that is escaped.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?![:\w]))|\\(?=:\w*(?![:\w]))")


def as_text(sql: str) -> str:
    """SQL as the argument of SQLAlchemy's `text()`."""
    return repr(_PARAMETER.sub(lambda match: f"\\{match[0]}", sql))


def executed(statement: str) -> str:
    """A statement as a revision executes it, through `text()`; a line that starts with `#` as it is."""
    return statement if statement.startswith("#") else f"op.execute({as_text(statement)})"
