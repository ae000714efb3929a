"""The options that commands share, each with its `ALEMBIC_PROOF_*` variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.types import StringParamType

PREFIX = "ALEMBIC_PROOF"
FORMS = ("text", "json", "github", "markdown", "sarif", "junit", "gitlab")
HOOKS = ("pre-commit", "pre-merge-commit", "pre-push", "post-merge")
F = TypeVar("F", bound=Callable[..., Any])


class Place(StringParamType):
    """What `--output` takes: FILE or FORM=FILE. The variable has one a line."""

    envvar_list_splitter = "\n"


def option(name: str, *names: str, **attributes: Any) -> Callable[[F], F]:
    """An option that its `ALEMBIC_PROOF_*` variable gives as well."""
    variable = f"{PREFIX}_{name.partition('/')[0].lstrip('-').replace('-', '_').upper()}"
    return click.option(name, *names, envvar=variable, **attributes)


config_option = option(
    "--config", "configs", metavar="PATH", multiple=True, help="Only this environment (repeatable)."
)


def tree_options(function: F) -> F:
    options = (
        option("--rev", metavar="REV", help="Judge this commit instead of the index."),
        option("--worktree", is_flag=True, help="Judge the files as they lie in the working tree."),
        config_option,
    )
    return _with(options, function)


def report_options(function: F) -> F:
    options = (
        option("--merge-with", metavar="REF", help="Judge the merge with this ref, without making it."),
        option(
            "--format",
            "form",
            type=click.Choice(FORMS),
            help="The report's form (text; GitHub Actions and GitLab CI get what they show as well).",
        ),
        option(
            "--output",
            "outputs",
            metavar="FILE|FORM=FILE",
            multiple=True,
            type=Place(),
            help="Write the report there, or in one more form there (repeatable).",
        ),
        click.option("--hook", type=click.Choice(HOOKS), hidden=True),
    )
    return _with(options, function)


def project_options(function: F) -> F:
    options = (
        option("--python", metavar="PATH", help="The project's interpreter, or its virtual environment."),
        option(
            "--database",
            metavar="URL|embedded|local",
            help="Where throwaway databases are made. For apply: the database itself.",
        ),
        option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="For one environment.",
        ),
    )
    return _with(options, function)


base_option = option(
    "--base",
    metavar="REF",
    help="Only what the change brought since it left this ref is an error.",
)
cache_option = option(
    "--no-cache", is_flag=True, help="Use nothing that earlier runs kept, and keep nothing."
)
exact_option = option(
    "--exact-drift/--no-exact-drift",
    default=None,
    help="Compare the catalogs as well, for what autogenerate does not see (on by default).",
)


def trial_options(function: F) -> F:
    options = (
        option(
            "--trial/--no-trial",
            default=None,
            help="Try new revisions by themselves: up, down and up again (on by default).",
        ),
        option(
            "--rows",
            metavar="FILE|MODULE:FUNCTION",
            help="Rows that new revisions are tried on, before our own.",
        ),
        option("--no-rows", is_flag=True, help="Try new revisions on empty tables alone."),
        option("--rows-seed", metavar="TEXT", help="Make other rows than those of the default seed."),
        option("--all", is_flag=True, help="Try all revisions, not only the new ones."),
    )
    return _with(options, function)


def _with(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function
