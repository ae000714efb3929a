"""The command line: options in, a report out, an exit status. The one place that turns errors into words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from alembic_proof import __version__
from alembic_proof.errors import ProofError
from alembic_proof.stopping import Stopped, stop_on_signals

if TYPE_CHECKING:
    from alembic_proof.commands.request import Request
    from alembic_proof.reports.report import Report

PREFIX = "ALEMBIC_PROOF"
FINDINGS, CANNOT_CHECK = 1, 2
HOOKS = ("pre-commit", "pre-merge-commit", "pre-push", "post-merge")
F = TypeVar("F", bound=Callable[..., Any])


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
        _give_up_stdout()
        status = status or CANNOT_CHECK
    sys.exit(status)


def _wants_colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _print(text: str) -> None:
    """Print; a reader that has seen enough, such as `head`, changes no verdict."""
    try:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_stdout()


def _give_up_stdout() -> None:
    """Python's own flush at exit must not complain about an output that we have given up."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


def _option(name: str, *names: str, **attributes: Any) -> Callable[[F], F]:
    """An option that its `ALEMBIC_PROOF_*` variable gives as well."""
    variable = f"{PREFIX}_{name.partition('/')[0].lstrip('-').replace('-', '_').upper()}"
    return click.option(name, *names, envvar=variable, **attributes)


def _tree_options(function: F) -> F:
    options = (
        _option("--rev", metavar="REV", help="Judge this commit instead of the index."),
        _option("--worktree", is_flag=True, help="Judge the files as they lie in the working tree."),
        _option(
            "--config", "configs", metavar="PATH", multiple=True, help="Only this environment (repeatable)."
        ),
    )
    return _with(options, function)


def _report_options(function: F) -> F:
    file = click.Path(dir_okay=False, path_type=Path)
    options = (
        _option("--merge-with", metavar="REF", help="Judge the merge with this ref, without making it."),
        _option(
            "--format", "form", type=click.Choice(("text", "json")), default="text", help="The report's form."
        ),
        _option("--output", metavar="FILE", type=file, help="Write the report there."),
        click.option("--hook", type=click.Choice(HOOKS), hidden=True),
    )
    return _with(options, function)


def _project_options(function: F) -> F:
    options = (
        _option("--python", metavar="PATH", help="The project's interpreter, or its virtual environment."),
        _option(
            "--database",
            metavar="URL|embedded|local",
            help="Where throwaway databases are made. For apply: the database itself.",
        ),
        _option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="For one environment.",
        ),
    )
    return _with(options, function)


_base_option = _option(
    "--base",
    metavar="REF",
    help="Only what the change brought since it left this ref is an error.",
)
_cache_option = _option(
    "--no-cache", is_flag=True, help="Use nothing that earlier runs kept, and keep nothing."
)
_exact_option = _option(
    "--exact-drift/--no-exact-drift",
    default=None,
    help="Compare the catalogs as well, for what autogenerate does not see (on by default).",
)


def _with(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Output:
    """Where the report goes, and in what form."""

    form: str
    file: Path | None

    def write(self, report: Report) -> int:
        """Write a report; the exit status that goes with it."""
        from alembic_proof.reports import FORMATS
        from alembic_proof.reports.colours import coloured

        text = FORMATS[self.form](report)
        failed = any(finding.is_error for finding in report.findings)
        if self.file is not None:
            self.file.write_bytes(text.encode(errors="backslashreplace"))
        elif self.form == "text" and _wants_colours():
            _print(coloured(text, {finding.rule for finding in report.findings}, failed=failed))
        else:
            _print(text)
        return FINDINGS if failed else 0


@command.command()
@_tree_options
@_report_options
@_base_option
def heads(**options: Any) -> int:
    """Find forks and faults in the revisions: no database, no project code."""
    from alembic_proof.commands.heads import heads as run

    return _judge(run, options)


@command.command()
@_tree_options
@_report_options
@_base_option
@_project_options
@_exact_option
@_cache_option
def check(**options: Any) -> int:
    """Check everything: the history, the upgrade, and that models and revisions agree."""
    from alembic_proof.commands.check import check as run

    return _judge(run, options)


@command.command()
@_tree_options
@_project_options
@_exact_option
@_cache_option
def baseline(**options: Any) -> int:
    """Write today's findings to alembic-proof-baseline.toml, which later checks leave out."""
    from alembic_proof.commands.baseline import baseline as run
    from alembic_proof.reports.report import Report

    done = run(_request(options))
    if isinstance(done, Report):
        return Output("text", None).write(done)
    _print("".join(f"{line}\n" for line in done))
    return 0


@command.command()
@_tree_options
@_report_options
@_project_options
def apply(**options: Any) -> int:
    """Apply the revisions to the database named by --database, and verify that it ends at the head."""
    from alembic_proof.commands.apply import apply as run
    from alembic_proof.commands.progress import Progress

    return _judge(lambda request: run(request, Progress(sys.stderr)), options)


@command.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> int:
    """Say what a rule means and how to mend what it finds; without RULE, list them."""
    from alembic_proof.commands.explain import explain as run

    _print(run(rule))
    return 0


@command.command()
@click.option(
    "--stage", "stages", type=click.Choice(HOOKS), multiple=True, help="Only this hook (repeatable)."
)
@click.option("--uninstall", is_flag=True, help="Take the hooks away again.")
def install(stages: tuple[str, ...], *, uninstall: bool) -> int:
    """Install the plain Git hooks, for those who do not use pre-commit."""
    from alembic_proof.commands import install as hooks
    from alembic_proof.git import Repository

    act = hooks.uninstall if uninstall else hooks.install
    _print("".join(f"{line}\n" for line in act(Repository.find(Path.cwd()), stages or HOOKS)))
    return 0


@command.group()
def cache() -> None:
    """Show or clear what earlier runs kept to make later ones quicker."""


@cache.command("show")
def cache_show() -> int:
    """Say where the cache is, what is in it, and how large it is."""
    from alembic_proof.commands import kept

    _print("".join(f"{line}\n" for line in kept.show()))
    return 0


@cache.command("clear")
def cache_clear() -> int:
    """Remove everything that no run is using right now."""
    from alembic_proof.commands import kept

    _print("".join(f"{line}\n" for line in kept.clear()))
    return 0


def _judge(run: Callable[[Request], Report], options: dict[str, Any]) -> int:
    output = Output(options.pop("form"), options.pop("output"))
    request = _request(options)
    if request.hook != "pre-push" or request.rev or request.merge_with or request.worktree:
        return output.write(run(request))
    return output.write(_judge_pushed(run, request))


def _judge_pushed(run: Callable[[Request], Report], request: Request) -> Report:
    """At pre-push each commit that is pushed is judged, whatever the index holds."""
    from dataclasses import replace

    from alembic_proof.commands.request import pushed_revisions
    from alembic_proof.reports.report import together

    revisions = pushed_revisions(os.environ, sys.stdin)
    return together([run(replace(request, rev=revision)) for revision in revisions])


def _request(options: dict[str, Any]) -> Request:
    from alembic_proof.commands.request import Request, hook_of

    hook = options.pop("hook", None) or hook_of(os.environ)
    context = click.get_current_context()
    from_variable = context.get_parameter_source("python") is click.core.ParameterSource.ENVIRONMENT
    source = f"{PREFIX}_PYTHON" if from_variable else "--python"
    return Request(**options, hook=hook, python_source=source)
