"""A model that env.py never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.models import Model
    from alembic_proof.rules.base import Lenience, Needs

NAME = "unregistered-model"
NEEDS: Needs = "database"
LENIENCE: Lenience = "any"
MEANING = (
    "A file defines a table on the metadata that env.py targets, and nothing that env.py loads imports it."
)
REASON = (
    "Autogenerate compares only what was imported. It finds no difference, so no revision is written, and the table "
    "exists in no database."
)
MENDING = (
    "Import the module where the others are imported: in env.py, or in the module that gathers the models."
)
BAD = """\
# app/models/__init__.py
from app.models.user import User
                                    # app/models/invoice.py exists, too
"""
GOOD = """\
# app/models/__init__.py
from app.models.invoice import Invoice
from app.models.user import User
"""


def find(facts: Facts) -> Iterator[Finding]:
    for model in facts.schema.unregistered if facts.schema else ():
        yield Finding(
            NAME,
            f"{_named(model)} is on env.py's metadata, and nothing that env.py loads imports {model.path}",
            f"import it where the other models are imported, or in {facts.environment.script_location}/env.py",
            path=model.path,
            line=model.line,
            details={"model": model.name, "table": model.table},
            identity={"object": _named(model)},
        )


def _named(model: Model) -> str:
    if model.table and not model.name.startswith("Table "):
        return f"{model.name} (table {model.table})"
    return model.name
