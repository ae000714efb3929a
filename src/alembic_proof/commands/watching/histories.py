"""Histories that differ from the base's by a few files, and what the rules say of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from alembic_proof import settings as settings_module
from alembic_proof.commands.histories import findings_of
from alembic_proof.commands.request import refuse_unfit_levels
from alembic_proof.environments import find_environments
from alembic_proof.facts import Facts
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.load import revision_paths
from alembic_proof.settings import EnvironmentSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from alembic_proof.commands.watching.blobs import Blob, Blobs
    from alembic_proof.environments import Environment
    from alembic_proof.facts import Coming
    from alembic_proof.findings import Finding
    from alembic_proof.git.stored import StoredTree

NEEDS = ("history",)


@dataclass(frozen=True)
class Project:
    """A tree with the settings and the environments that it holds."""

    tree: StoredTree
    settings: Settings
    environments: tuple[Environment, ...]
    coming: Coming | None = None  # the base, as whoever mends a pull request gets it

    def setting(self, environment: Environment) -> tuple[Environment, EnvironmentSettings]:
        """All that decides how an environment's revisions are judged."""
        return environment, self.settings.of(environment.config)

    def all_settings(self) -> list[tuple[Environment, EnvironmentSettings]]:
        return [self.setting(environment) for environment in self.environments]

    @cached_property
    def files(self) -> Mapping[Environment, Mapping[str, str]]:
        """The revision files of each environment, in Alembic's order, symbolic links followed."""
        return {environment: self._files(environment) for environment in self.environments}

    def _files(self, environment: Environment) -> Mapping[str, str]:
        linked = map(self.tree.real_path, revision_paths(self.tree.paths(), environment))
        ids = {path: self.tree.object_id(path) for path in linked if path is not None}
        return {path: oid for path, oid in ids.items() if oid is not None}


@dataclass(frozen=True)
class Delta:
    """What changes in an environment's revision files: the paths that go, and the files that come.

    A path that changes is among both; where a merge conflicts, both sides' files come.
    """

    gone: frozenset[str] = frozenset()
    come: tuple[Blob, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.come)

    def __or__(self, other: Delta) -> Delta:
        return Delta(self.gone | other.gone, tuple(dict.fromkeys((*self.come, *other.come))))


def find_project(tree: StoredTree, configs: Sequence[str], coming: Coming | None = None) -> Project:
    """Raises `ProofError` where the settings or a configuration cannot be read, or there is none."""
    source = tree.read([settings_module.FILE]).get(settings_module.FILE)
    settings = Settings() if source is None else settings_module.from_toml(source)
    refuse_unfit_levels(settings)
    return Project(
        tree, settings, find_environments(tree, configs or settings.configs, settings.exclude), coming
    )


def judge_history(
    blobs: Blobs, project: Project, environment: Environment, files: Mapping[str, str], delta: Delta
) -> tuple[Finding, ...]:
    """What the rules say of an environment whose files are those, with the changes of a delta."""
    settings = project.settings.of(environment.config)
    graph = RevisionGraph.build(blobs.parsed(blob) for blob in _changed(files, delta))
    return findings_of(
        Facts(
            environment,
            _without_repeats(graph),
            settings.heads,
            levels=settings.rules,
            coming=project.coming,
        ),
        NEEDS,
    )


def _changed(files: Mapping[str, str], delta: Delta) -> list[Blob]:
    """What comes stands last: of two heads it is the one to mend, for nobody's database has run it."""
    return [*(blob for blob in files.items() if blob[0] not in delta.gone), *delta.come]


def _without_repeats(graph: RevisionGraph) -> RevisionGraph:
    """Both sides of a conflict may say the same of a revision, or that it cannot be read."""
    revisions = {(one.path, one.id): one for one in graph.revisions}
    unreadable = {one.path: one for one in graph.unreadable}
    return RevisionGraph(tuple(revisions.values()), tuple(unreadable.values()))


def from_top(configs: Iterable[str], cwd: Path, top: Path) -> tuple[str, ...]:
    """Paths that a person gave, relative to the top of the repository."""
    named = (os.path.relpath(os.path.realpath(cwd / one), top) for one in configs)
    return tuple(path.replace(os.sep, "/") for path in named)
