"""The commands that change files of the project."""

from __future__ import annotations

import click

from alembic_proof.cli.options import option
from alembic_proof.cli.output import show, show_bytes

CHANGED = 1


@click.command()
@option("--base", metavar="REF", help="What is on this branch stays; what is not goes on top of it.")
@option("--config", "configs", metavar="PATH", multiple=True, help="Only this environment (repeatable).")
@click.option(
    "--merge", "only_join", is_flag=True, help="Join the heads with a merge revision; move nothing."
)
@click.option("-m", "--message", metavar="TEXT", help="A merge revision's message (merge heads).")
@click.option("--dry-run", is_flag=True, help="Write nothing; print the patch that `git apply` takes.")
@click.option("--stage", "stages", is_flag=True, help="Add what was written to the index.")
@option("--python", metavar="PATH", help="The project's interpreter, which writes merge revisions.")
def fix(
    base: str | None,
    configs: tuple[str, ...],
    message: str | None,
    python: str | None,
    *,
    only_join: bool,
    dry_run: bool,
    stages: bool,
) -> int:
    """Mend forks in the working tree: what is not merged yet goes on top of what is."""
    from alembic_proof.cli.running import request_of
    from alembic_proof.commands.fix import Asked
    from alembic_proof.commands.fix import fix as run
    from alembic_proof.commands.fix_report import as_text

    request = request_of({"base": base, "configs": configs, "python": python})
    fixed = run(request, Asked(only_join, message, dry_run, stages))
    if dry_run:
        click.echo(as_text(fixed), nl=False, err=True)
        show_bytes(fixed.patch)
    else:
        show(as_text(fixed))
    return CHANGED if fixed.changes else 0
