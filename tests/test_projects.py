"""Each small project passes as it is, and a change of its models that no revision makes is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import servers
from support.interpreters import CURRENT, install, interpreter, layer_over, oldest, oldest_python
from support.once import proof_cache
from support.projects import PROJECTS, Change, copy_project, edit, findings

if TYPE_CHECKING:
    from pathlib import Path

    from support.commands import Project, Ran

CHANGES = (
    Change(
        "all-models",
        "bikeshare/stations/models.py",
        "    docks: Mapped[int]\n",
        "    docks: Mapped[int]\n    city: Mapped[str | None] = mapped_column(String(60))\n",
        "column stations.city is in the models and in no revision",
        12,
    ),
    Change(
        "async",
        "podcasts/models.py",
        "    seconds: Mapped[int]\n",
        "    seconds: Mapped[int | None]\n",
        "column episodes.seconds differs: nullable yes in the models, no in the revisions",
        24,
    ),
    Change(
        "environ-url",
        "newsletter/models.py",
        "String(200)",
        "String(250)",
        "column issue.subject differs: type VARCHAR(250) in the models, VARCHAR(200) in the revisions",
        23,
    ),
    Change(
        "flask-app-py",
        "app.py",
        "    votes = ",
        "    colour = db.Column(db.String(20))\n    votes = ",
        "column choice.colour is in the models and in no revision",
        23,
        "migrations/alembic.ini",
    ),
    Change(
        "flask-migrate",
        "blog/models.py",
        "    body: Mapped[str] = mapped_column(Text)\n",
        "",
        "column post.body is made by the revisions and is not in the models",
        12,
        "migrations/alembic.ini",
    ),
    Change(
        "import-creates-tables",
        "lending/models.py",
        "    back_by: Mapped[date]\n",
        "    back_by: Mapped[date]\n    returned: Mapped[date | None]\n",
        "column lendings.returned is in the models and in no revision",
        19,
    ),
    Change(
        "ini-url",
        "library/models.py",
        "    due = sa.Column(sa.Date, nullable=False)\n",
        "    due = sa.Column(sa.Date, nullable=False, index=True)\n",
        "index ix_loans_due on loans is in the models and in no revision",
        18,
    ),
    Change(
        "labelled-branches",
        "radio.py",
        "String(100)",
        "String(120)",
        "column programmes.title differs: type VARCHAR(120) in the models, VARCHAR(100) in the revisions",
        9,
    ),
    Change(
        "monorepo",
        "services/billing/app/models.py",
        "String(20), unique=True",
        "String(20)",
        "constraint invoices_number_key on invoices is made by the revisions and is not in the models",
        12,
        "services/billing/alembic.ini",
    ),
    Change(
        "multidb",
        "game/analytics.py",
        "    happened_at: Mapped[datetime]\n",
        "    happened_at: Mapped[datetime]\n    level: Mapped[int | None]\n",
        "column events.level is in the models and in no revision (database analytics)",
        11,
    ),
    Change(
        "naming-convention",
        "museum/models.py",
        '(UniqueConstraint("floor", "number"),)',
        '(UniqueConstraint("floor", "number"), UniqueConstraint("number"))',
        "unique constraint uq_room_number on room is in the models and in no revision",
        17,
    ),
    Change(
        "package-location",
        "shop/models.py",
        "class Product(Base):",
        'class Label(Base):\n    __tablename__ = "labels"\n\n'
        "    id: Mapped[int] = mapped_column(init=False, primary_key=True)\n\n\nclass Product(Base):",
        "table labels is in the models and in no revision",
        11,
    ),
    Change(
        "psycopg3",
        "tickets.py",
        'server_default="open"',
        'server_default="waiting"',
        "column tickets.state differs: default waiting in the models, 'open'::state in the revisions",
        27,
    ),
    Change(
        "pyproject-config",
        "choir.py",
        "    joined: Mapped[date | None]\n",
        "    joined: Mapped[date]\n",
        "column singers.joined differs: nullable no in the models, yes in the revisions",
        11,
        "pyproject.toml",
    ),
    Change(
        "schema-version-table",
        "parking/models.py",
        "    cents: Mapped[int]\n",
        "    cents: Mapped[int]\n    reason: Mapped[str | None]\n",
        "column app.fines.reason is in the models and in no revision",
        21,
    ),
    Change(
        "settings-object",
        "clinic/models.py",
        '        Index("appointments_starts_at", "starts_at"),\n',
        "",
        "index appointments_starts_at on appointments is made by the revisions and is not in the models",
        21,
    ),
    Change(
        "sqlite-batch",
        "models.py",
        "String(30), nullable=False",
        "String(30)",
        "column ingredients.amount differs: nullable yes in the models, no in the revisions",
        19,
    ),
    Change(
        "src-layout",
        "src/ferry/tables.py",
        'Column("vessel", String(80))',
        'Column("vessel", String(90))',
        "column departures.vessel differs: type VARCHAR(90) in the models, VARCHAR(80) in the revisions",
        24,
    ),
    Change(
        "tenants",
        "schools/models.py",
        "    name: Mapped[str] = mapped_column(String(80))\n",
        "    name: Mapped[str] = mapped_column(String(80))\n    born: Mapped[int | None]\n",
        "column pupils.born is in the models and in no revision",
        16,
    ),
    Change(
        "version-locations",
        "plugins/comments/models.py",
        "    text: Mapped[str] = mapped_column(Text)\n",
        "    text: Mapped[str] = mapped_column(Text)\n    author: Mapped[str | None]\n",
        "column comment.author is in the models and in no revision",
        7,
    ),
)

MYSQL = Change(
    "mysql",
    "garden/models.py",
    "    sunny: Mapped[bool]\n",
    "    sunny: Mapped[bool]\n    fenced: Mapped[bool | None]\n",
    "column plots.fenced is in the models and in no revision",
    12,
)


@pytest.fixture(scope="session")
def cache() -> Path:
    return proof_cache()


@pytest.fixture(scope="session")
def current() -> Path:
    return interpreter(CURRENT)


def staged(project: Project, change: Change) -> None:
    edit(project.top, change.path, change.old, change.new)
    project.checkout.git("add", change.path)


def verdict(ran: Ran) -> tuple[int, list[dict[str, object]], str]:
    """The exit status, the findings, and what stands on standard error."""
    return ran.status, findings(ran.report) if ran.out else [], ran.err


def proves_and_finds(project: Project, change: Change, *options: str) -> None:
    assert verdict(project.run("check", "--format", "json", *options)) == (0, [], "")
    staged(project, change)
    assert verdict(project.run("check", "--format", "json", *options)) == (1, [change.finding()], "")


def test_every_project_has_its_change() -> None:
    listed = {change.project for change in (*CHANGES, MYSQL)}
    assert listed == {folder.name for folder in PROJECTS.iterdir() if folder.is_dir()}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.project)
def test_a_project_is_proved_and_a_change_of_a_model_is_found(
    change: Change, tmp_path: Path, current: Path, cache: Path
) -> None:
    proves_and_finds(copy_project(change.project, tmp_path / "project", current, cache), change)


@pytest.mark.mariadb
def test_the_mysql_project_on_a_server_that_the_user_names(
    tmp_path: Path, current: Path, cache: Path
) -> None:
    with servers.mariadb() as server:
        project = copy_project("mysql", tmp_path / "project", current, cache)
        proves_and_finds(project, MYSQL, "--database", server.url())


@pytest.mark.parametrize(
    "change",
    [change for change in CHANGES if change.project in ("ini-url", "sqlite-batch")],
    ids=lambda change: f"{change.project}-python{oldest_python()[1]}-alembic1.8-sqlalchemy1.4",
)
def test_the_oldest_versions_will_do(change: Change, tmp_path: Path, cache: Path) -> None:
    proves_and_finds(copy_project(change.project, tmp_path / "project", interpreter(oldest()), cache), change)


def test_a_model_that_the_gathering_module_forgets_is_unregistered(
    tmp_path: Path, current: Path, cache: Path
) -> None:
    project = copy_project("all-models", tmp_path / "project", current, cache)
    project.checkout.add(
        {
            "bikeshare/repairs/__init__.py": "",
            "bikeshare/repairs/models.py": "from bikeshare.base import Base, WithId\n\n\n"
            'class Repair(WithId, Base):\n    __tablename__ = "repairs"\n',
        }
    )
    finding = {
        "rule": "unregistered-model",
        "message": "Repair (table repairs) is on env.py's metadata, and nothing that env.py loads imports "
        "bikeshare/repairs/models.py",
        "severity": "error",
        "environment": "alembic.ini",
        "path": "bikeshare/repairs/models.py",
        "line": 4,
        "revision": None,
    }
    assert verdict(project.run("check", "--format", "json")) == (1, [finding], "")


FERRY = next(change for change in CHANGES if change.project == "src-layout")


def install_editable(project: Project, python: Path, mode: str) -> None:
    if mode == "lenient":  # with a mapping from names to folders, setuptools writes a finder
        found = '[tool.setuptools.packages.find]\nwhere = ["src"]\n'
        listed = '[tool.setuptools]\npackages = ["ferry"]\npackage-dir = { ferry = "src/ferry" }\n'
        edit(project.top, "pyproject.toml", found, listed)
    project.checkout.add({".gitignore": "*.egg-info/\nbuild/\n"})
    options = ("--no-deps", "--no-build-isolation", "--config-settings", f"editable_mode={mode}")
    install(python, *options, "--editable", str(project.top))


@pytest.mark.parametrize(
    ("mode", "left"),
    [("compat", "*.pth"), ("lenient", "__editable___ferry_*_finder.py"), ("strict", "*.pth")],
    ids=["a path file", "a finder", "a folder of links"],
)
def test_an_editable_install_does_not_lead_into_the_working_tree(
    mode: str, left: str, tmp_path: Path, current: Path, cache: Path
) -> None:
    python = layer_over(current, tmp_path / "venv")
    project = copy_project("src-layout", tmp_path / "project", python, cache)
    install_editable(project, python, mode)
    assert list((tmp_path / "venv").rglob(left))

    edit(project.top, FERRY.path, FERRY.old, FERRY.new)
    assert verdict(project.run("check", "--format", "json")) == (0, [], "")

    project.checkout.git("add", FERRY.path)
    edit(project.top, FERRY.path, FERRY.new, FERRY.old)
    assert verdict(project.run("check", "--format", "json")) == (1, [FERRY.finding()], "")
