"""The models say something that the revisions do not."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import revising

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Difference, Facts, Operation
    from alembic_proof.rules.base import Lenience, Needs

NAME = "model-drift"
NEEDS: Needs = "database"
LENIENCE: Lenience = "any"
MEANING = "The schema that the revisions build is not the one that the models describe."
REASON = (
    "The code expects columns, tables or constraints that no deployed database will have. Tests that create "
    "their tables from the models pass; production fails at the first query."
)
MENDING = (
    "Write the missing revision (`alembic-proof revision --stage -m TEXT`, with what autogenerate does not see, and "
    "checked), and read it. Where the revision exists, it does not do what the models say: mend whichever of the two "
    "is wrong."
)
BAD = """\
class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str]          # added here, and in no revision
"""
GOOD = """\
def upgrade() -> None:
    op.add_column("user", sa.Column("nickname", sa.String(), nullable=False))
"""

_ONLY_MODELS = "is in the models and in no revision"
_ONLY_REVISIONS = "is made by the revisions and is not in the models"
_ADDED = ("Add", "Create")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in a type without a repr of its own; differs from run to run
_NOUNS = {
    "AddColumnOp": "column",
    "AlterColumnOp": "column",
    "DropColumnOp": "column",
    "CreateIndexOp": "index",
    "DropIndexOp": "index",
    "CreateUniqueConstraintOp": "unique constraint",
    "CreateForeignKeyOp": "foreign key",
    "CreateCheckConstraintOp": "check constraint",
    "CreatePrimaryKeyOp": "primary key",
    "DropConstraintOp": "constraint",
    "CreateTableOp": "table",
    "DropTableOp": "table",
}
_ASPECTS = {
    "type": "type",
    "nullable": "nullable",
    "server_default": "default",
    "comment": "comment",
    "name": "name",
}
_SPEAKING = ("definition", "constraints", "validity")
_UNSAID = {
    "kind": "table",
    "persistence": "logged",
    "validity": "valid",
    "visibility": "visible",
    "collation": "default",
    "tablespace": "default",
}


def find(facts: Facts) -> Iterator[Finding]:
    if facts.schema is None:
        return
    whole = {(one.schema, one.table, one.engine) for one in facts.schema.operations if _is_table(one)}
    for operation in facts.schema.operations:
        # The indexes of a table that is created or dropped come and go with it.
        if _is_table(operation) or (operation.schema, operation.table, operation.engine) not in whole:
            yield _finding(facts, operation)
    for difference in facts.schema.differences:
        yield _difference_finding(facts, difference)


def _is_table(operation: Operation) -> bool:
    return operation.kind in ("CreateTableOp", "DropTableOp")


def _finding(facts: Facts, operation: Operation) -> Finding:
    database = f" (database {operation.engine})" if operation.engine else ""
    return Finding(
        NAME,
        _message(operation) + database,
        _hint(facts),
        path=operation.path,
        line=operation.line,
        details={**asdict(operation), "operations": _codes(facts, operation)},
        identity=_identity(_object(operation), _only(operation), operation, operation.code),
    )


def _object(operation: Operation) -> str:
    noun = _NOUNS.get(operation.kind)
    if noun is None:
        return _written(operation)
    if operation.name or noun in ("table", "column"):
        return f"{noun} {_named(noun, operation)}"
    return f"{noun} ({', '.join(operation.columns)}) on {_table(operation)}"


def _only(operation: Operation) -> str | None:
    """The side that alone has it."""
    if operation.kind == "AlterColumnOp" or _NOUNS.get(operation.kind) is None:
        return None
    return "models" if operation.kind.startswith(_ADDED) else "revisions"


def _identity(
    thing: str, only: str | None, one: Operation | Difference, definition: str | None
) -> dict[str, str]:
    """What the models alone have is another drift when they say it in another way."""
    sides = {
        f"{side}.{aspect}": value
        for aspect, (revisions, models) in one.changes.items()
        for side, value in (("models", models), ("revisions", revisions))
        if value is not None
    }
    told = {
        "object": thing,
        "only": only,
        "definition": _one_line(definition) if definition and only == "models" else None,
        "database": one.engine or None,
    }
    return {name: value for name, value in told.items() if value is not None} | sides


def _one_line(code: str) -> str:
    return _ADDRESS.sub("", " ".join(code.split()))


def _codes(facts: Facts, operation: Operation) -> list[str]:
    assert facts.schema is not None
    if not _is_table(operation):
        return [operation.code]
    place = (operation.schema, operation.table, operation.engine)
    return [one.code for one in facts.schema.operations if (one.schema, one.table, one.engine) == place]


def _table(operation: Operation) -> str:
    return ".".join(part for part in (operation.schema, operation.table) if part)


def _message(operation: Operation) -> str:
    if operation.kind == "AlterColumnOp":
        return f"column {_table(operation)}.{operation.column} differs: {_differences(operation)}"
    noun = _NOUNS.get(operation.kind)
    if noun is None:
        return f"autogenerate would write {_written(operation)}"
    return f"{noun} {_named(noun, operation)} {_ONLY_MODELS if operation.kind.startswith(_ADDED) else _ONLY_REVISIONS}"


def _written(operation: Operation) -> str:
    """An operation that is none of Alembic's own, or that has no word for what it is about."""
    on = f" on {_table(operation)}" if operation.table else ""
    return f"{operation.kind.removesuffix('Op')}{on}: {' '.join(operation.code.split())}"


def _named(noun: str, operation: Operation) -> str:
    if noun == "table":
        return _table(operation)
    if noun == "column":
        return f"{_table(operation)}.{operation.column}"
    return f"{operation.name} on {_table(operation)}" if operation.name else f"on {_table(operation)}"


def _differences(operation: Operation) -> str:
    return "; ".join(
        f"{_ASPECTS.get(aspect, aspect)} {models} in the models, {revisions} in the revisions"
        for aspect, (revisions, models) in operation.changes.items()
    )


def _difference_finding(facts: Facts, difference: Difference) -> Finding:
    database = f" (database {difference.engine})" if difference.engine else ""
    return Finding(
        NAME,
        f"{difference.kind} {_place(difference)} {_unlike(difference)}{database}",
        _hint(facts),
        path=difference.path,
        line=difference.line,
        details={
            **asdict(difference),
            "code": "\n".join(difference.code),
            "operations": list(difference.code),
        },
        identity={
            **_identity(
                f"{difference.kind} {_place(difference)}", difference.only, difference, difference.definition
            ),
            "found-by": "catalogs",
        },
    )


def _place(difference: Difference) -> str:
    name = f"{difference.schema}." if difference.schema else ""
    if difference.kind == "column":
        return f"{name}{difference.table}.{difference.name}"
    if difference.table is None or difference.kind == "table":
        return name + difference.name
    if difference.name in difference.changes.get("definition", ()):  # nameless, and about to be said
        return f"on {name}{difference.table}"
    return f"{difference.name} on {name}{difference.table}"


def _unlike(difference: Difference) -> str:
    if difference.only is not None:
        return _ONLY_MODELS if difference.only == "models" else _ONLY_REVISIONS
    return "differs: " + "; ".join(
        f"{'' if aspect in _SPEAKING else f'{aspect} '}{_said(aspect, models)} in the models, "
        f"{_said(aspect, revisions)} in the revisions"
        for aspect, (revisions, models) in difference.changes.items()
    )


def _said(aspect: str, value: str | None) -> str:
    return value if value is not None else _UNSAID.get(aspect, "none")


def _hint(facts: Facts) -> str:
    if facts.unstaged:
        return f"a revision lies beside the index: git add {' '.join(shlex.quote(one.path) for one in facts.unstaged)}"
    return f"write the revision: {revising(facts.environment)}"
