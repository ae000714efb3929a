"""`revision`: the command that writes the revision that is missing."""

from __future__ import annotations

from typing import Any

import click

from alembic_proof.cli.options import cache_option, config_option, exact_option, project_options
from alembic_proof.cli.output import Output, show


@click.command()
@click.option("-m", "--message", required=True, metavar="TEXT", help="What the revision does.")
@click.option("--stage", is_flag=True, help="Add the revision, and nothing else, to the index.")
@click.option("--head", metavar="REV", help="What it comes after, where there are several heads: LABEL@head.")
@click.option("--branch-label", metavar="LABEL", help="Begin a branch of this label.")
@click.option("--version-path", metavar="PATH", help="The folder, where there are several.")
@click.option("--rev-id", metavar="ID", help="The revision's id.")
@config_option
@project_options
@exact_option
@cache_option
def revision(
    message: str,
    stage: bool,
    head: str | None,
    branch_label: str | None,
    version_path: str | None,
    rev_id: str | None,
    **options: Any,
) -> int:
    """Write the revision that the models lack, for the files as they lie in the working tree, and check it."""
    from alembic_proof.cli.running import request_of
    from alembic_proof.commands import revision as run

    request = request_of({**options, "worktree": True})
    wish = run.Wish(message, head, branch_label, version_path, rev_id)
    done = run.write(request, wish, stage=stage)
    show("".join(f"{line}\n" for line in done.lines))
    if not done.configs:
        return 0
    report = run.verify(request, done)
    if report.findings:
        status = Output().write(report)
        if status:
            return status
    show("".join(f"{line}\n" for line in run.proved(done, report)))
    return 0
