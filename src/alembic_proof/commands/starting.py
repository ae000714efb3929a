"""Starts probes. Imports little, for the first probe starts ahead of everything else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alembic_proof.commands.request import interpreter_of
from alembic_proof.interpreter import Interpreter, clean_variables
from alembic_proof.portable import of_one_job
from alembic_proof.probe import Probe

if TYPE_CHECKING:
    from alembic_proof.commands.request import Subject
    from alembic_proof.commands.reusing import Hints, Reuse
    from alembic_proof.environments import Environment
    from alembic_proof.settings import EnvironmentSettings


def early_probe(reuse: Reuse, environment: Environment) -> Probe | None:
    """The probe of an environment whose settings need no database to be named first."""
    subject = reuse.subject
    settings = subject.settings.of(environment.config)
    if names_database(settings):
        return None
    variables = variables_of(settings)
    interpreter = interpreter_of(subject, environment)
    return start_probe(subject, environment, interpreter, variables, reuse.hints(environment))


def start_probe(
    subject: Subject,
    environment: Environment,
    interpreter: Interpreter,
    variables: dict[str, str],
    hints: Hints,
) -> Probe:
    """Start an environment's probe, which imports what the environment will need until it has its job."""
    folder = subject.repository.top / environment.directory
    return Probe(
        interpreter.path,
        folder=folder if folder.is_dir() else subject.repository.top,
        variables=variables,
        preload=hints.modules,
    )


def variables_of(settings: EnvironmentSettings) -> dict[str, str]:
    """The environment variables that the project's code runs with, but for those that lie `aside`."""
    aside = aside_of(settings)
    own = clean_variables(os.environ)
    return {**{name: value for name, value in own.items() if name not in aside}, **settings.env}


def aside_of(settings: EnvironmentSettings) -> dict[str, str]:
    """The variables that the project's code gets where it asks for them by name, of which no answer knows."""
    return {name: value for name, value in of_one_job(os.environ).items() if name not in settings.env}


def names_database(settings: EnvironmentSettings) -> bool:
    """Whether env.py is given a database's URL by a variable."""
    return any("{url}" in value for value in settings.env.values())
