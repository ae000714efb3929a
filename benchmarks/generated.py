"""Writes whole projects to measure: models, an Alembic environment, revisions, in a repository of their own.

python benchmarks/generated.py FOLDER --revisions 1000 --tables 200
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from random import Random

from histories import history
from repositories import make_repository, write_revisions
from schemas import THINGS, Table, schema

REQUIREMENTS = ("alembic>=1.16", "SQLAlchemy>=2", "psycopg2-binary")

INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg2://shop@db.example.invalid/shop

[loggers]
keys = root,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""

ENV = """\
from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

from shop.models import Base

config = context.config
fileConfig(config.config_file_name)

connectable = engine_from_config(
    config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""

BASE = """\
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
"""

UNLOADED = "shop/jobs.py"  # a module that env.py does not load
JOBS = """\
from shop.models.account import Account


def kept(account: Account) -> bool:
    return account.id > 0
"""

MODELS = """\
import datetime
import decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from shop.base import Base
"""


def write_project(folder: Path, revisions: int, tables: int) -> None:
    """A committed project; the same one each time. As many tables have the same models however they came about."""
    made = schema(tables, Random(tables))
    write_models(folder / "shop", made)
    write_environment(folder)
    changes = history(made, revisions, Random(revisions))
    lines = ((change.message, change.upgrade, change.downgrade) for change in changes)
    write_revisions(folder / "migrations" / "versions", lines)
    make_repository(folder)


def write_models(package: Path, tables: list[Table]) -> None:
    """A package with a module for each few tables."""
    models = package / "models"
    models.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text(BASE)
    modules = [tables[number : number + len(THINGS)] for number in range(0, len(tables), len(THINGS))]
    for module in modules:
        classes = "".join(f"\n\n{model(table)}" for table in module)
        (models / f"{module[0].name}.py").write_text(MODELS + classes)
    names = ", ".join(module[0].name for module in modules)
    (models / "__init__.py").write_text(f"from shop.base import Base\nfrom shop.models import {names}\n")


def model(table: Table) -> str:
    keys = {part.columns[0]: part for part in table.parts if part.kind == "key"}
    name = table.name.title().replace("_", "")
    lines = [f"class {name}(Base):", f"    __tablename__ = {table.name!r}"]
    parts = [f"        {part.in_model()},\n" for part in table.parts if part.kind != "key"]
    if parts:
        lines.append(f"    __table_args__ = (\n{''.join(parts)}    )")
    lines.append("\n    id: Mapped[int] = mapped_column(primary_key=True)")
    columns = [column for column in table.columns.values() if column.name != "id"]
    lines += [f"    {column.in_model(keys.get(column.name))}" for column in columns]
    return "\n".join(lines) + "\n"


def write_environment(folder: Path) -> None:
    (folder / "alembic.ini").write_text(INI)
    (folder / UNLOADED).write_text(JOBS)
    (folder / ".gitignore").write_text("__pycache__/\n.venv/\n")
    (folder / "migrations").mkdir()
    (folder / "migrations" / "env.py").write_text(ENV)


def make_environment(folder: Path) -> None:
    """The project's own interpreter, with what it needs."""
    subprocess.run((sys.executable, "-m", "venv", folder / ".venv"), check=True)
    pip = (folder / ".venv" / "bin" / "python", "-m", "pip", "install", "--quiet", *REQUIREMENTS)
    subprocess.run(pip, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a project with as many revisions and tables.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--revisions", type=int, default=100)
    parser.add_argument("--tables", type=int, default=20)
    arguments = parser.parse_args()
    write_project(arguments.folder, arguments.revisions, arguments.tables)
    make_environment(arguments.folder)


if __name__ == "__main__":
    main()
