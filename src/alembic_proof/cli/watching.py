"""The commands that speak with GitHub: statuses and comments on pull requests."""

from __future__ import annotations

import os
from pathlib import Path

import click

from alembic_proof.cli.options import option
from alembic_proof.cli.output import FINDINGS, show


@click.command()
@option("--config", "configs", metavar="PATH", multiple=True, help="Only this environment (repeatable).")
@click.option("--branch", metavar="BRANCH", help="Pull requests into this branch (default: GITHUB_REF_NAME).")
@click.option("--remote", metavar="NAME", default="origin", help="Where they are fetched from.")
@click.option("--context", metavar="NAME", default="alembic-proof", help="What the status is called.")
@click.option("--dry-run", is_flag=True, help="Set no status, and say what would be set.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="The report's form."
)
def watch(
    configs: tuple[str, ...], branch: str | None, remote: str, context: str, form: str, *, dry_run: bool
) -> int:
    """Judge every open pull request by what merging it now would make, and set its status on GitHub."""
    from alembic_proof.commands.watch import Watching
    from alembic_proof.commands.watch import watch as run
    from alembic_proof.reports.watched import as_json, as_text

    watched, trouble = run(Watching(branch, remote, configs, context, dry_run), os.environ)
    show(as_json(watched) if form == "json" else as_text(watched))
    if trouble is not None:
        raise trouble
    return FINDINGS if watched.failed else 0


@click.command(hidden=True)
@click.option("--pull", type=click.IntRange(min=1), required=True, metavar="NUMBER", help="The pull request.")
@click.option(
    "--body",
    "file",
    type=click.Path(dir_okay=False, path_type=Path, exists=True),
    metavar="FILE",
    help="What the comment says, as Markdown.",
)
@click.option("--remove", is_flag=True, help="Remove the comment.")
@click.option("--key", default="", metavar="TEXT", help="Tells it from the comments of other jobs.")
def comment(pull: int, file: Path | None, key: str, *, remove: bool) -> int:
    """Keep one comment of ours on a pull request up to date."""
    from alembic_proof.commands import comment as comments

    if (file is None) != remove:
        raise click.UsageError("give either --body FILE or --remove")
    body = None if file is None else file.read_text(encoding="utf-8", errors="replace")
    show(f"{comments.comment(pull, body, os.environ, key)}\n")
    return 0
