"""The command line: options in, a report out, an exit status. The one place that turns errors into words."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from alembic_proof import __version__
from alembic_proof.cli import beside, drawing, judging, mending, revising, watching
from alembic_proof.cli.output import give_up_stdout
from alembic_proof.errors import ProofError
from alembic_proof.stopping import Stopped, stop_on_signals

CANNOT_CHECK = 2


def main() -> None:
    """Run the command line and exit: 0 nothing found, 1 findings, 2 could not check, 130 interrupted."""
    stop_on_signals()
    try:
        status = command(prog_name="alembic-proof", standalone_mode=False)
    except Stopped as stopped:
        status = stopped.status
    except click.ClickException as error:
        error.show()
        status = CANNOT_CHECK
    except Exception as error:
        _say(_explained(error))
        status = CANNOT_CHECK
    _exit(status or 0)


def _exit(status: int) -> NoReturn:
    """Exit with this status, whatever becomes of what standard output still holds."""
    try:
        sys.stdout.flush()
    except OSError:
        give_up_stdout()
        status = status or CANNOT_CHECK
    sys.exit(status)


def _say(error: ProofError) -> None:
    click.echo(f"alembic-proof: {error.message}", err=True)
    click.echo(f"  fix: {error.hint}", err=True)
    if error.detail:
        click.echo(error.detail, err=True)


def _explained(error: Exception) -> ProofError:
    """An exception as two lines. One that nobody foresaw is our own fault, and brings its traceback."""
    if isinstance(error, ProofError):
        return error
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return ProofError(f"{where}{error.strerror or error}", _hint_for(error))
    import traceback

    return ProofError(
        f"this is a fault of alembic-proof's, not of yours: {type(error).__name__}: {error}",
        "report it with the lines below: https://github.com/alembic-proof/alembic-proof/issues",
        traceback.format_exc().rstrip(),
    )


def _hint_for(error: OSError) -> str:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "free some space, or set ALEMBIC_PROOF_CACHE to a folder on another disk"
    return "see that the file or folder is there and may be read and written"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def command() -> None:
    """Stop forgotten, forked and failing Alembic revisions before the commit or the merge.

    What Git would commit is judged (the index), on a throwaway database, in the project's own Python.
    """


for one in (
    judging.heads,
    judging.check,
    judging.baseline,
    judging.apply,
    revising.revision,
    judging.environments,
    watching.watch,
    watching.comment,
    mending.fix,
    beside.explain,
    beside.install,
    beside.cache,
    drawing.graph,
):
    command.add_command(one)
