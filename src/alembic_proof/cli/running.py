"""From options to a request, and from a request to an exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from alembic_proof.cli.options import PREFIX
from alembic_proof.cli.places import output_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_proof.commands.request import Request
    from alembic_proof.reports.report import Report


def judge(run: Callable[[Request], Report], options: dict[str, Any]) -> int:
    from alembic_proof.commands.coming_merge import in_ci

    output = output_of(options.pop("form"), options.pop("outputs"), os.environ)
    request = request_of(options)
    with in_ci(request) as request:
        return output.write(_run(run, request))


def _run(run: Callable[[Request], Report], request: Request) -> Report:
    if request.hook != "pre-push" or request.rev or request.merge_with or request.worktree:
        return run(request)
    return _judge_pushed(run, request)


def _judge_pushed(run: Callable[[Request], Report], request: Request) -> Report:
    """At pre-push each commit that is pushed is judged, whatever the index holds."""
    from dataclasses import replace

    from alembic_proof.commands.request import pushed_revisions
    from alembic_proof.reports.report import together

    revisions = pushed_revisions(os.environ, sys.stdin)
    return together([run(replace(request, rev=revision)) for revision in revisions])


def request_of(options: dict[str, Any]) -> Request:
    from alembic_proof.commands.request import Request, hook_of

    hook = options.pop("hook", None) or hook_of(os.environ)
    context = click.get_current_context()
    from_variable = context.get_parameter_source("python") is click.core.ParameterSource.ENVIRONMENT
    source = f"{PREFIX}_PYTHON" if from_variable else "--python"
    return Request(**options, hook=hook, python_source=source)
