"""The project's own code that does not load: what is wrong, where, and what would mend it."""

from __future__ import annotations

import sys

import pytest

from support.commands import INI, MODELS, Project

LOADED = "  migrations/env.py:4 in <module>\n    from models import Base\n"
USE = f"  fix: make it run with {sys.executable}: alembic current is a quick way to see\n"


def test_a_package_that_is_not_installed(project: Project) -> None:
    project.checkout.add({"models.py": "import no_such_package\n"})
    assert project.refused("check") == (
        f"alembic-proof: models.py:1 imports no_such_package, which {sys.executable} "
        "(ALEMBIC_PROOF_PYTHON) does not have, and the tree neither\n"
        "  fix: install the project's packages there, name its own Python with --python PATH, "
        "or git add the module\n"
        f"{LOADED}"
        "  models.py:1 in <module>\n"
        "    import no_such_package\n"
        "ModuleNotFoundError: No module named 'no_such_package'\n"
    )


def test_a_module_that_was_not_added(project: Project) -> None:
    project.checkout.write({"helpers.py": "x = 1\n"})
    project.checkout.add({"models.py": f"import helpers\n{MODELS}"})
    said = project.refused("check")
    assert said.startswith("alembic-proof: models.py:1 imports helpers, which ")
    assert "or git add the module\n" in said


def test_a_file_that_does_not_parse(project: Project) -> None:
    project.checkout.add({"models.py": "x = (\n"})
    assert project.refused("check") == (
        "alembic-proof: models.py:1 raises SyntaxError: '(' was never closed (models.py, line 1)\n"
        f"{USE}{LOADED}"
        "  models.py:1\n"
        "    x = (\n"
        "SyntaxError: '(' was never closed (models.py, line 1)\n"
    )


def test_an_exception_comes_with_the_projects_frames_alone(project: Project) -> None:
    source = "import json\n\n\ndef load():\n    return json.loads('{')\n\n\nload()\n"
    project.checkout.add({"models.py": source})
    assert project.refused("check") == (
        "alembic-proof: models.py:5 raises JSONDecodeError: "
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n"
        f"{USE}{LOADED}"
        "  models.py:8 in <module>\n"
        "    load()\n"
        "  models.py:5 in load\n"
        "    return json.loads('{')\n"
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n"
    )


KEY_ERROR = 'import os\n\nTOKEN = os.environ["API_TOKEN"]\n'
DECOUPLE = """\
import os


class UndefinedValueError(Exception):
    pass


def config(name):
    if name not in os.environ:
        raise UndefinedValueError(f"{name} not found. Declare it as envvar or define a default value.")
    return os.environ[name]


TOKEN = config("API_TOKEN")
"""


@pytest.mark.parametrize("source", [KEY_ERROR, DECOUPLE], ids=["key-error", "decouple"])
def test_a_variable_that_is_not_set_comes_with_the_block_that_sets_it(project: Project, source: str) -> None:
    project.checkout.add({"models.py": source + MODELS})

    said = project.refused("check")

    first, hint, *block = said.splitlines()
    place = "models.py:3" if source is KEY_ERROR else "models.py:10"
    assert first == (f"alembic-proof: {place} needs the environment variable API_TOKEN, which is not set")
    assert hint.startswith("  fix: give a value, or paste this into pyproject.toml ")
    assert block == ["[tool.alembic-proof.env]", 'API_TOKEN = "x"']
    project.checkout.add({"pyproject.toml": "\n".join(block)})
    assert project.run("check").status == 0


def test_a_url_that_is_not_set_gets_the_throwaway_databases(project: Project) -> None:
    project.checkout.add({"alembic.ini": INI.replace("sqlite:///app.db", "")})
    env = (project.top / "migrations" / "env.py").read_text()
    url = 'os.environ["DATABASE_URL"]'
    env = env.replace('engine_from_config(context.config.get_section("alembic")', f"create_engine({url}")
    project.checkout.add({"migrations/env.py": f"import os\nfrom sqlalchemy import create_engine\n{env}"})

    block = project.refused("check").splitlines()[2:]

    assert block == ["[tool.alembic-proof.env]", 'DATABASE_URL = "{url}"']
    settings = ["[tool.alembic-proof]", 'dialect = "sqlite"', *block]
    project.checkout.add({"pyproject.toml": "\n".join(settings)})
    ran = project.run("check")
    assert (ran.status, ran.text) == (
        0,
        "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n",
    )


@pytest.mark.parametrize(
    "use",
    [
        "from sqlalchemy import create_engine\ncreate_engine(os.getenv('SHOP_URL'))\n",
        "os.getenv('SHOP_URL').replace('postgres://', 'postgresql://')\n",
        "from configparser import ConfigParser\nConfigParser().set('DEFAULT', 'url', os.getenv('SHOP_URL'))\n",
    ],
    ids=["create-engine", "replace", "option"],
)
def test_a_variable_that_is_missed_later_on(project: Project, use: str) -> None:
    project.checkout.add({"models.py": f"import os\n{use}{MODELS}"})

    first, _, *block = project.refused("check").splitlines()

    line = use.count("\n") + 1
    assert first == (
        f"alembic-proof: models.py:{line} needs the environment variable SHOP_URL, which is not set"
    )
    assert block == ["[tool.alembic-proof.env]", 'SHOP_URL = "{url}"']


def with_url(project: Project, url: str) -> None:
    project.checkout.add({"alembic.ini": INI.replace("sqlite:///app.db", url)})


def test_a_driver_that_is_not_installed(project: Project) -> None:
    with_url(project, "mysql+asyncmy://host/name")
    assert project.refused("check") == (
        f"alembic-proof: the database driver asyncmy is not installed for {sys.executable}\n"
        f"  fix: {sys.executable} -m pip install 'asyncmy'\n"
    )


def test_a_url_that_is_a_placeholder(project: Project) -> None:
    with_url(project, "driver://user:pass@localhost/dbname")
    assert project.refused("check") == (
        "alembic-proof: migrations/env.py:6 asks for a database that SQLAlchemy does not know: driver\n"
        "  fix: if the URL in alembic.ini is a placeholder, leave the environment out: "
        "exclude = [...] in [tool.alembic-proof], or --config; else install what brings the dialect\n"
    )


def test_a_project_that_hangs(project: Project) -> None:
    project.checkout.add({"models.py": f"import time\ntime.sleep(600)\n{MODELS}"})
    assert project.refused("check", "--time-limit", "1") == (
        "alembic-proof: env.py and the revisions took longer than 1 s\n"
        "  fix: find what waits there, or give them more time: --time-limit SECONDS\n"
    )


def test_the_time_limit_can_be_a_setting(project: Project) -> None:
    project.checkout.add(
        {
            "models.py": f"import time\ntime.sleep(600)\n{MODELS}",
            "pyproject.toml": "[tool.alembic-proof]\ntime-limit = 0.5\n",
        }
    )
    assert project.refused("check").startswith(
        "alembic-proof: env.py and the revisions took longer than 0.5 s\n"
    )
