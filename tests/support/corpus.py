"""The revisions of `tests/corpus`, as their files say them, and as Alembic reads them."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FOLDER = Path(__file__).parents[1] / "corpus"
FAMILIES = ("undoing", "rows", "locks")
SEVERITIES: Mapping[str, str] = {
    "downgrade-failed": "error",
    "downgrade-incomplete": "error",
    "upgrade-not-repeatable": "error",
    "fails-on-rows": "error",
    "loses-rows": "warning",
    "rewrites-table": "warning",
    "blocks-reads": "warning",
    "blocks-writes": "warning",
}
START = "start"
_REVISION = '''\
"""{what}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = {revision!r}
down_revision = {parent!r}


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''
_ENV = """\
import sqlalchemy as sa
from alembic import context


def nothing(*_):
    return False


with sa.create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=sa.MetaData(),
        include_name=nothing,
        include_object=nothing,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
"""
_URLS = {
    "postgresql": "postgresql+psycopg2://db.example.invalid/corpus",
    "mariadb": "mysql+pymysql://db.example.invalid/corpus",
    "sqlite": "sqlite:///corpus.db",
}


@dataclass(frozen=True)
class Expected:
    """A finding that a case has to have. `at` is a part of the first line of the revision that it may name."""

    rule: str
    severity: str
    at: str = ""
    says: str = ""


@dataclass(frozen=True)
class Case:
    """A revision, what it starts from, and what is wrong with it."""

    id: str
    family: str
    what: str
    about: tuple[str, ...]
    database: str
    extension: str
    start: tuple[str, ...]
    upgrade: str
    downgrade: str
    rows: tuple[str, ...]
    despite: str
    expect: tuple[Expected, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing has to be mended: a downgrade that is declared not to exist is no fault."""
        return all(one.severity == "info" for one in self.expect)

    def source(self, parent: str | None) -> str:
        return revision(self.id, parent, self.what, self.upgrade, self.downgrade)

    def line(self, expected: Expected) -> int | None:
        """The line of the revision's file that a finding is at, where the case says so."""
        if not expected.at:
            return None
        lines = self.source(None).splitlines()
        body = lines.index("def upgrade():")
        return next(number for number, line in enumerate(lines, 1) if number > body and expected.at in line)


def cases() -> tuple[Case, ...]:
    return tuple(
        _case(family, said)
        for family in FAMILIES
        for said in tomllib.loads((FOLDER / f"{family}.toml").read_text())["case"]
    )


def _case(family: str, said: Mapping[str, Any]) -> Case:
    said = {"database": "postgresql", "extension": "", "despite": "", **said}
    expect = tuple(Expected(**{"severity": SEVERITIES[one["rule"]], **one}) for one in said.pop("expect", ()))
    about = tuple(said.pop("about"))
    start, rows = (_statements(said.pop(name, "")) for name in ("start", "rows"))
    return Case(family=family, about=about, start=start, rows=rows, expect=expect, **said)


def _statements(text: str) -> tuple[str, ...]:
    """The statements of a text, ended by `;` at the end of a line or before a capital letter's statement."""
    parts = text.replace("; CREATE ", ";\nCREATE ").replace("; INSERT ", ";\nINSERT ")
    parts = parts.replace("; CLUSTER ", ";\nCLUSTER ").replace("; ALTER ", ";\nALTER ")
    parts = parts.replace("; COMMENT ", ";\nCOMMENT ")
    return tuple(one.strip() for one in parts.split(";\n") if one.strip())


def revision(name: str, parent: str | None, what: str, upgrade: str, downgrade: str) -> str:
    bodies = {
        way: textwrap.indent(text.strip("\n"), "    ")
        for way, text in (("upgrade", upgrade), ("downgrade", downgrade))
    }
    return _REVISION.format(what=what, revision=name, parent=parent, **bodies)


def start(of: Iterable[Case]) -> str:
    """The revision that makes what all of these start from."""
    statements = [f"op.execute({statement!r})" for case in of for statement in case.start]
    return revision(START, None, "What the cases start from", "\n".join(statements) or "pass", "pass")


def environment(name: str, of: Sequence[Case]) -> tuple[dict[str, str], dict[str, str]]:
    """The files of an environment whose history is these cases, all of one database: its beginning, and the rest."""
    ini = f"[alembic]\nscript_location = %(here)s\nsqlalchemy.url = {_URLS[of[0].database]}\n"
    parents = [START, *(case.id for case in of)]
    sources = {case.id: case.source(parent) for case, parent in zip(of, parents, strict=False)}
    beginning = {"alembic.ini": ini, "env.py": _ENV, f"versions/{START}.py": start(of)}
    return (
        {f"{name}/{path}": text for path, text in beginning.items()},
        {f"{name}/versions/{id_}.py": source for id_, source in sources.items()},
    )
