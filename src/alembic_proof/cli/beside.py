"""The commands beside judging: what rules mean, hooks, and the cache."""

from __future__ import annotations

from pathlib import Path

import click

from alembic_proof.cli.options import HOOKS
from alembic_proof.cli.output import show


@click.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> int:
    """Say what a rule means and how to mend what it finds; without RULE, list them."""
    from alembic_proof.commands.explain import explain as run

    show(run(rule))
    return 0


@click.command()
@click.option(
    "--stage", "stages", type=click.Choice(HOOKS), multiple=True, help="Only this hook (repeatable)."
)
@click.option("--uninstall", is_flag=True, help="Take the hooks away again.")
def install(stages: tuple[str, ...], *, uninstall: bool) -> int:
    """Install the plain Git hooks, for those who do not use pre-commit."""
    from alembic_proof.commands import install as hooks
    from alembic_proof.git import Repository

    act = hooks.uninstall if uninstall else hooks.install
    show("".join(f"{line}\n" for line in act(Repository.find(Path.cwd()), stages or HOOKS)))
    return 0


@click.group()
def cache() -> None:
    """Show, clear or seal what earlier runs kept to make later ones quicker."""


@cache.command("show")
def cache_show() -> int:
    """Say where the cache is, what is in it, and how large it is."""
    from alembic_proof.commands import kept

    show("".join(f"{line}\n" for line in kept.show()))
    return 0


@cache.command("clear")
def cache_clear() -> int:
    """Remove everything that no run is using right now."""
    from alembic_proof.commands import kept

    show("".join(f"{line}\n" for line in kept.clear()))
    return 0


@cache.command("seal")
@click.option(
    "--most-mib",
    type=click.IntRange(min=1),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="Drop what was not used for longest until the folder is no larger.",
)
def cache_seal(most_mib: int) -> int:
    """Make the folder ready to be moved to another machine, as the last step of a CI job."""
    from alembic_proof.commands import sealing

    show(f"{sealing.seal(most_mib)}\n")
    return 0
