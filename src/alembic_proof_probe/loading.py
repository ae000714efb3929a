"""Alembic's configuration as its own command line would make it, with the Flask application where one is needed."""

from __future__ import annotations

import contextlib
import inspect
import os
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FLASK_APPLICATION = re.compile(
    rb"^(?:def (?:create_app|make_app)\b|(?:app|application)\b[^=\n]*=)", re.MULTILINE
)


class ApplicationNotFound(Exception):
    """A Flask-Migrate environment whose application is nowhere to be seen."""


@contextlib.contextmanager
def configuration(job: dict[str, Any]) -> Iterator[Any]:
    """Yield the environment's `Config`, inside the application's context for Flask-Migrate."""
    if job["kind"] == "flask-migrate":
        with _flask_application(job["directory"]).app_context():
            yield _flask_config(job)
    else:
        yield _config(job)


def as_command(config: Any, job: dict[str, Any], *words: str) -> None:
    """Let env.py see the options that Alembic's own command line would give it for these words."""
    from alembic.config import CommandLine

    given = [word for argument in job["x_arguments"] for word in ("-x", argument)]
    sys.argv = ["alembic", *given, *words]
    options = CommandLine(prog="alembic").parser.parse_args(sys.argv[1:])
    for name, value in vars(options).items():
        setattr(config.cmd_opts, name, value)


def _config(job: dict[str, Any]) -> Any:
    from argparse import Namespace

    from alembic.config import Config

    arguments: dict[str, Any] = {"ini_section": job["section"], "cmd_opts": Namespace()}
    if "toml_file" in inspect.signature(Config.__init__).parameters:
        arguments["toml_file"] = job["toml"]
    return Config(job["ini"], **arguments)


def _flask_config(job: dict[str, Any]) -> Any:
    from argparse import Namespace

    from flask import current_app

    migrate = current_app.extensions.get("migrate")
    if migrate is None:
        raise ApplicationNotFound("the Flask application that was loaded has no Flask-Migrate extension")
    config = migrate.migrate.get_config(os.path.dirname(job["ini"]))
    if config.cmd_opts is None:
        config.cmd_opts = Namespace()
    return config


def _flask_application(directory: str) -> Any:
    from flask.cli import NoAppException, ScriptInfo, load_dotenv

    with contextlib.suppress(Exception):
        load_dotenv()
    named = os.environ.get("FLASK_APP")
    candidates = [named] if named else [None, *_application_files(directory)]
    lacks = []
    for candidate in candidates:
        try:
            return ScriptInfo(app_import_path=candidate).load_app()
        except NoAppException as error:  # noqa: PERF203
            lacks.append(str(error))
    raise ApplicationNotFound(lacks[0])


def _application_files(directory: str) -> list[str]:
    """Modules and packages that look as if they hold the application, those at the top first."""
    found = []
    for folder in (directory, os.path.join(directory, "src")):
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            file = os.path.join(path, "__init__.py") if os.path.isdir(path) else path
            if file.endswith(".py") and os.path.isfile(file) and _holds_application(file):
                found.append(os.path.relpath(path, directory))
    return sorted(found, key=lambda path: not path.endswith(".py"))


def _holds_application(file: str) -> bool:
    with open(file, "rb") as source:
        text = source.read()
    return b"flask" in text.lower() and FLASK_APPLICATION.search(text) is not None
