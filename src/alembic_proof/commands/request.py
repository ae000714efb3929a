"""What a person or a hook asked for, and the repository, tree and environments that it is about."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof import settings as settings_module
from alembic_proof.commands.known_base import known_base
from alembic_proof.commands.merged import Before, tree_before
from alembic_proof.environments import Environment, find_environments
from alembic_proof.errors import UsageError
from alembic_proof.git import (
    Base,
    Repository,
    Tree,
    commit_tree,
    index_tree,
    merge_tree,
    working_tree,
)
from alembic_proof.interpreter import Interpreter, find_interpreter
from alembic_proof.rules.naming import closest, named
from alembic_proof.settings import Settings
from alembic_proof.suppressions.baseline import FILE as BASELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Request:
    """The options of one run, flags and variables alike. None and empty say nothing."""

    rev: str | None = None
    merge_with: str | None = None
    worktree: bool = False
    base: str | None = None
    configs: tuple[str, ...] = ()
    python: str | None = None
    python_source: str = "--python"
    database: str | None = None
    time_limit: float | None = None
    exact_drift: bool | None = None
    trial: bool | None = None
    rows: str | None = None
    no_rows: bool = False
    rows_seed: str | None = None
    all: bool = False  # whether all revisions count as new
    no_cache: bool = False
    hook: str | None = None
    names: tuple[str, str] | None = None  # what people call `rev` and `merge_with`
    repository: Repository | None = None  # else the one that holds `cwd`
    cwd: Path = field(default_factory=Path.cwd)


@dataclass(frozen=True)
class Subject:
    """What is judged: a tree of a repository, with the settings and the environments that it holds."""

    request: Request
    repository: Repository
    tree: Tree
    settings: Settings
    environments: tuple[Environment, ...]
    baseline: bytes | None = None  # the file, as the tree has it
    base: Base | None = None  # where the change starts, if what was wrong there is to be told apart
    merged: Base | None = None  # whose revisions are to stay as they are
    notes: tuple[str, ...] = ()

    @property
    def is_index(self) -> bool:
        """Whether what is judged is about to be committed."""
        return not (self.request.rev or self.request.merge_with or self.request.worktree)

    @cached_property
    def staged(self) -> tuple[str, ...]:
        return self.repository.staged_paths() if self.is_index else ()

    @cached_property
    def before(self) -> Before | None:
        return tree_before(self)

    def named_python(self, config: str) -> tuple[str, str] | None:
        """The interpreter that the user named for an environment, and where."""
        if self.request.python:
            beside = self.request.cwd / self.request.python
            return self.request.python_source, str(beside) if beside.exists() else self.request.python
        named = self.settings.of(config).python
        return ("[tool.alembic-proof] python", named) if named else None


def interpreter_of(subject: Subject, environment: Environment) -> Interpreter:
    repository = subject.repository
    common = (
        repository.git_dir.parent.parent.parent if repository.git_dir.parent.name == "worktrees" else None
    )
    return find_interpreter(
        repository.top,
        repository.top / environment.directory if environment.directory else repository.top,
        common or repository.top,
        subject.named_python(environment.config),
        os.environ,
    )


def find_subject(request: Request) -> Subject:
    """Find everything that a request is about. Raises `ProofError` for whatever is not there."""
    repository = request.repository or Repository.find(request.cwd)
    tree = _tree(repository, request)
    files = tree.read([settings_module.FILE, BASELINE])
    settings = _settings(files.get(settings_module.FILE), request)
    _refuse_unknown_source(settings.database)
    refuse_unfit_levels(settings)
    environments = find_environments(tree, _from_top(settings.configs, repository, request), settings.exclude)
    known = known_base(repository, tree, request, settings.base)
    return Subject(
        request,
        repository,
        tree,
        settings,
        environments,
        files.get(BASELINE),
        known.base,
        known.merged,
        known.notes,
    )


def _tree(repository: Repository, request: Request) -> Tree:
    if request.worktree and (request.rev or request.merge_with):
        raise UsageError("--worktree goes with neither --rev nor --merge-with", "leave one of them out")
    if request.worktree:
        return working_tree(repository)
    if request.merge_with:
        return merge_tree(repository, request.merge_with, request.rev, request.names)
    return commit_tree(repository, request.rev) if request.rev else index_tree(repository)


def _settings(source: bytes | None, request: Request) -> Settings:
    settings = settings_module.from_toml(source) if source is not None else Settings()
    return settings_module.overridden(
        settings,
        python=None,
        time_limit=request.time_limit,
        exact_drift=request.exact_drift,
        trial=request.trial,
        rows=False if request.no_rows else request.rows or None,
        rows_seed=request.rows_seed,
        configs=request.configs,
        database=request.database,
    )


def _refuse_unknown_source(database: str | None) -> None:
    if database not in (None, "embedded", "local") and "://" not in database:
        raise UsageError(
            f"the database {database!r} is neither embedded, nor local, nor the URL of a server",
            "for example: --database postgresql://USER@HOST/",
        )


def refuse_unfit_levels(settings: Settings) -> None:
    """Raises `UsageError` for a rule that there is not, or that must stay an error."""
    for one in (settings.common, *settings.environments.values()):
        for name, level in one.rules.items():
            _refuse_unfit_level(name, level)


def _refuse_unfit_level(name: str, level: str) -> None:
    rule = named(name)
    if rule is None:
        close = closest(name)
        raise UsageError(
            f"{settings_module.FILE}: {settings_module.TABLE} 'rules' names {name!r}, which is no rule",
            f"did you mean {close!r}?" if close else "alembic-proof explain lists them",
        )
    if rule.LENIENCE == "none" and level != "error":
        raise UsageError(
            f"{settings_module.FILE}: {settings_module.TABLE} 'rules' cannot make {name} {level!r}: "
            "nothing can be judged where Alembic cannot follow the history or apply it",
            f"take {name} out, and mend what it finds",
        )


def _from_top(configs: Iterable[str], repository: Repository, request: Request) -> tuple[str, ...]:
    """Paths that a person gave are relative to where the person is."""
    if not request.configs:
        return tuple(configs)
    named = (os.path.relpath(os.path.realpath(request.cwd / config), repository.top) for config in configs)
    return tuple(path.replace(os.sep, "/") for path in named)


def pushed_revisions(variables: Mapping[str, str], lines: Iterable[str]) -> tuple[str, ...]:
    """The commits that are pushed, deletions left out.

    pre-commit names one in its variables, and only the local branch where the remote has nothing of it yet;
    Git gives a line for each ref (githooks(5), pre-push). Raises `UsageError` for any other line.
    """
    named = variables.get("PRE_COMMIT_TO_REF") or variables.get("PRE_COMMIT_LOCAL_BRANCH")
    if named:
        return (named,)
    return tuple(dict.fromkeys(one for line in lines if (one := _pushed(line)).strip("0")))


def _pushed(line: str) -> str:
    parts = line.split()
    if len(parts) != 4:
        raise UsageError(
            f"this is no line of Git's pre-push hook: {line.rstrip()!r}",
            "give standard input as Git gives it: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID",
        )
    return parts[1]


def hook_of(variables: Mapping[str, str]) -> str | None:
    """The hook that pre-commit runs us in; it tells by its variables."""
    if not variables.get("PRE_COMMIT"):
        return None
    pushes = any(variables.get(name) for name in ("PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH"))
    return "pre-push" if pushes else "pre-commit"
