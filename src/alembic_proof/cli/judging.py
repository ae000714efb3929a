"""The commands that judge a tree. What each does is imported when it is called: starting is half of a quick check."""

from __future__ import annotations

import sys
from typing import Any

import click

from alembic_proof.cli.options import (
    base_option,
    cache_option,
    exact_option,
    project_options,
    report_options,
    tree_options,
    trial_options,
)
from alembic_proof.cli.output import Output, show
from alembic_proof.cli.running import judge, request_of


@click.command()
@tree_options
@report_options
@base_option
def heads(**options: Any) -> int:
    """Find forks and faults in the revisions: no database, no project code."""
    from alembic_proof.commands.heads import heads as run

    return judge(run, options)


@click.command()
@tree_options
@report_options
@base_option
@project_options
@exact_option
@trial_options
@cache_option
def check(**options: Any) -> int:
    """Check everything: the history, the upgrade, and that models and revisions agree."""
    from alembic_proof.commands.check import check as run

    return judge(run, options)


@click.command()
@tree_options
@project_options
@exact_option
@cache_option
def baseline(**options: Any) -> int:
    """Write today's findings to alembic-proof-baseline.toml, which later checks leave out."""
    from alembic_proof.commands.baseline import baseline as run
    from alembic_proof.reports.report import Report

    done = run(request_of(options))
    if isinstance(done, Report):
        return Output().write(done)
    show("".join(f"{line}\n" for line in done))
    return 0


@click.command()
@tree_options
@report_options
@project_options
def apply(**options: Any) -> int:
    """Apply the revisions to the database named by --database, and verify that it ends at the head."""
    from alembic_proof.commands.apply import apply as run
    from alembic_proof.commands.progress import Progress

    return judge(lambda request: run(request, Progress(sys.stderr)), options)


@click.command()
@tree_options
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "matrix")),
    default="text",
    help="matrix: what strategy.matrix takes.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=256, help="The most jobs that the matrix may have."
)
def environments(form: str, jobs: int, **options: Any) -> int:
    """List the Alembic environments: their heads, or the jobs that CI may judge them in."""
    from alembic_proof.commands.listing import environments as run

    show(run(request_of(options), form, jobs))
    return 0
