"""The projects that are measured: generated ones of several sizes, and published packages."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import corpora
from generated import UNLOADED, make_environment, write_project
from packages import CORPORA
from repositories import commit_all, git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.databases import Database

_URL = re.compile(r"postgresql(\+\w+)?://\w+@db\.example\.invalid/\w+")


@dataclass(frozen=True)
class Measured:
    """A project in a repository, and what is done to it.

    Each round puts `column` behind the text `after` in `model`, with the number in place of `{number}`;
    `unloaded` is a module that env.py does not load; `importing` is what imports the models. `python` is the
    project's own interpreter, named to the tool by `options` where it would not find it.
    """

    name: str
    top: Path
    python: Path
    model: str
    after: str
    column: str
    unloaded: str
    importing: str
    tables: int | None = None
    config: str = "alembic.ini"
    variables: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    def change_model(self, number: int) -> None:
        """Stage one column more, another one for each number."""
        path = self.top / self.model
        source = path.read_text()
        if source.count(self.after) < 1:
            raise ValueError(f"{path} does not hold {self.after!r}")
        path.write_text(source.replace(self.after, self.after + self.column.format(number=number), 1))
        git(self.top, "add", "--", self.model)

    def restore_model(self) -> None:
        git(self.top, "checkout", "--quiet", "HEAD", "--", self.model)

    def change_unloaded(self, number: int) -> None:
        """Commit a change of a module that is not loaded."""
        with (self.top / self.unloaded).open("a") as module:
            module.write(f"# {number}\n")
        commit_all(self.top)

    def plain_ini(self, folder: Path, database: Database) -> Path:
        """The project's configuration with its URL replaced, for Alembic by itself."""
        own = self.top / self.config
        text = own.read_text().replace("%(here)s", str(own.parent))
        plain = folder / "plain.ini"
        plain.write_text(_led(text, database, percent="%%"))
        return plain

    def plain_variables(self, database: Database) -> dict[str, str]:
        return {name: _led(value, database) for name, value in self.variables.items()}


def _led(text: str, database: Database, percent: str = "%") -> str:
    """The text with each placeholder of a URL replaced by one that leads to the database."""
    return _URL.sub(lambda url: database.url((url[1] or "+")[1:]).replace("%", percent), text)


def generated(folder: Path, revisions: int, tables: int) -> Measured:
    """A project of that size in its own folder, made where it is not there as it would be made now."""
    top = folder / f"{revisions}x{tables}"
    python = top / ".venv" / "bin" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        fresh = Path(name, "project")
        write_project(fresh, revisions, tables)
        if not python.exists() or _tree(top) != _tree(fresh):
            shutil.rmtree(top, ignore_errors=True)
            fresh.rename(top)
            make_environment(top)
    return of_generated(top, python, revisions, tables)


def _tree(top: Path) -> str:
    return git(top, "rev-parse", "HEAD^{tree}")


def of_generated(top: Path, python: Path, revisions: int, tables: int) -> Measured:
    return Measured(
        f"{revisions:,} revisions, {tables} tables",
        top,
        python,
        model="shop/models/account.py",
        after="    id: Mapped[int] = mapped_column(primary_key=True)\n",
        column="    measured_{number}: Mapped[int | None]\n",
        unloaded=UNLOADED,
        importing="import shop.models",
        tables=tables,
        options=("--python", str(python)),
    )


def airflow(folder: Path) -> Measured:
    column = "    measured_{number}: Mapped[int | None] = mapped_column(Integer)\n"
    return _published(
        folder,
        "airflow",
        model="airflow/models/pool.py",
        after="    slots: Mapped[int] = mapped_column(Integer, default=0)\n",
        column=column,
        unloaded="airflow/example_dags/tutorial.py",
        importing="from airflow import models, settings; models.import_all_models()",
    )


def ckan(folder: Path) -> Measured:
    return _published(
        folder,
        "ckan",
        model="ckan/model/system_info.py",
        after="    Column('value', types.UnicodeText),\n",
        column="    Column('measured_{number}', types.Integer),\n",
        unloaded="ckan/cli/profile.py",
        importing="import logging; import ckan.model",  # ckan hides the standard library's types once imported
    )


def _published(
    folder: Path, name: str, *, model: str, after: str, column: str, unloaded: str, importing: str
) -> Measured:
    """A package of `packages.py`, installed and put into a repository by `corpora.py`."""
    corpus = next(one for one in CORPORA if one.name == name)
    place = corpora.Place(folder / name)
    corpora.build(corpus, place)
    setup = corpus.setups[0]
    return Measured(
        re.sub(r"\[.*\]", "", corpus.requirements[0]).replace("==", " "),
        place.repository,
        place.python,
        model,
        after,
        column,
        unloaded,
        importing,
        config=setup.config,
        variables={key: value.format(folder=place.folder) for key, value in setup.variables},
        options=("--python", str(place.python), "--config", setup.config),
    )
