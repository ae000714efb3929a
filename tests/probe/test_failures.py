"""What was raised, told by the exception that says most."""

from __future__ import annotations

import sys

import pytest

from support.commands import ENV, MODELS, Project
from support.interpreters import CURRENT, interpreter

GROUPS = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.11 brought exception groups")
RAISES = {
    "a cause": (
        "try:\n    {}['tenant']\nexcept KeyError as error:\n    raise RuntimeError('no tenant') from error",
        "models.py:4 raises RuntimeError: no tenant",
    ),
    "nothing to say": ("raise ValueError", "models.py:1 raises ValueError: "),
    "several lines": ("raise ValueError('first\\nsecond')", "models.py:1 raises ValueError: first"),
    "no text": (
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError('of no use')\nraise Odd",
        "models.py:4 raises Odd: ",
    ),
    "a syntax error": (
        "def broken(:\n    pass",
        "models.py:1 raises SyntaxError: invalid syntax (models.py, line 1)",
    ),
    "a keyboard interrupt": ("raise KeyboardInterrupt", "models.py:1 raises KeyboardInterrupt: "),
    "a recursion": ("def again():\n    again()\nagain()", "models.py:2 raises RecursionError: "),
}


@pytest.mark.parametrize(("code", "problem"), RAISES.values(), ids=RAISES)
def test_what_the_models_raise(project: Project, code: str, problem: str) -> None:
    project.checkout.add({"models.py": f"{code}\n{MODELS}"})
    first, *_ = project.refused("check").splitlines()
    assert first.startswith(f"alembic-proof: {problem}".rstrip())


@GROUPS
def test_the_first_of_a_nested_group(project: Project) -> None:
    code = "raise ExceptionGroup('all', [ExceptionGroup('some', [OSError('disk'), ValueError('x')])])"
    project.checkout.add({"models.py": f"{code}\n{MODELS}"})
    first, *_ = project.refused("check").splitlines()
    assert first == "alembic-proof: models.py:1 raises OSError: disk"


SETTINGS = """\
from pydantic_settings import BaseSettings, SettingsConfigDict

class Common(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="app_")

class Settings(Common):
    database_url: str
    workers: int

settings = Settings()
"""


def test_a_settings_object_names_the_variables_that_it_misses(project: Project) -> None:
    project.checkout.add({"settings.py": SETTINGS, "migrations/env.py": f"import settings\n{ENV}"})
    lines = project.refused("check", "--python", str(interpreter(CURRENT))).splitlines()
    assert lines[0] == (
        "alembic-proof: settings.py:10 needs the environment variables APP_DATABASE_URL, APP_WORKERS, which are not set"
    )
    assert lines[2:] == ["[tool.alembic-proof.env]", 'APP_DATABASE_URL = "{url}"', 'APP_WORKERS = "x"']


def test_a_settings_object_says_what_is_wrong_with_a_variable(project: Project) -> None:
    env = {"APP_DATABASE_URL": "x", "APP_WORKERS": "many"}
    project.checkout.add({"settings.py": SETTINGS, "migrations/env.py": f"import settings\n{ENV}"})
    lines = project.refused("check", "--python", str(interpreter(CURRENT)), env=env).splitlines()
    assert lines[0] == "alembic-proof: settings.py:10 raises ValidationError: 1 validation error for Settings"
    assert any("unable to parse string as an integer" in line for line in lines)
