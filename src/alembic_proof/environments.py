"""The Alembic environments of a tree: every configuration in it, and the folders that it names."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from alembic_proof.configurations import MAIN_SECTION, Options, read_ini, read_pyproject
from alembic_proof.errors import ConfigurationError
from alembic_proof.locations import Folders, application_folder, locate, version_folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alembic_proof.git.tree import Tree

Kind = Literal["ini", "pyproject", "flask-migrate"]

_TEMPLATE_MARKS = ("{{", "{%")  # a template's file is no project's yet


@dataclass(frozen=True)
class Environment:
    """One Alembic configuration and its folders; every path is relative to the top, "" being the top itself.

    `config` is the ini file, or the `pyproject.toml` where there is none; `section` the ini file's section
    (`-n`); `pyproject` the file whose `[tool.alembic]` Alembic reads as well; `directory` the one to start
    Alembic in; `notes` what is odd in it and no error.
    """

    config: str
    kind: Kind
    directory: str
    script_location: str
    version_locations: tuple[str, ...]
    recursive: bool = False
    pyproject: str | None = None
    section: str = MAIN_SECTION
    notes: tuple[str, ...] = ()

    def command(self, *arguments: str) -> str:
        """The shell line, from the top of the repository, that runs Alembic, or `flask db`, on it."""
        program = self._flask(*arguments) if self.kind == "flask-migrate" else self._alembic(*arguments)
        enter = f"cd {shlex.quote(self.directory)} && " if self.directory else ""
        return enter + shlex.join(program)

    def _from_directory(self, path: str) -> str:
        return posixpath.relpath(f"/{path}", f"/{self.directory}")

    def _flask(self, name: str, *rest: str) -> list[str]:
        folder = self._from_directory(self.script_location)
        return ["flask", "db", name, *([] if folder == "migrations" else ["-d", folder]), *rest]

    def _alembic(self, *arguments: str) -> list[str]:
        config = self._from_directory(self.config)
        named = [] if config in ("alembic.ini", "pyproject.toml") else ["-c", config]
        section = [] if self.section == MAIN_SECTION else ["-n", self.section]
        return ["alembic", *named, *section, *arguments]


def find_environments(
    tree: Tree, configs: Sequence[str] = (), exclude: Sequence[str] = ()
) -> tuple[Environment, ...]:
    """The environments of a tree, or of `configs` alone: ini files, `pyproject.toml`s, or their folders.

    Without `configs`, the files of `exclude` and what lies below its folders are left out, and two
    configurations of the same revision folders are one environment. Every path is relative to the top
    of the repository.
    Raises `ConfigurationError` where there is none, where a named one is not there, and where one cannot be
    read or names a folder that is not there.
    """
    folders = Folders(tree.paths(), tree.real_path)
    if configs:
        found = tuple(_environments(tree, folders, [_named(config, folders) for config in configs]))
    else:
        below = tuple(f"{posixpath.normpath(folder)}/" for folder in exclude)
        discovered = [
            path for path in folders.paths if is_discovered(path) and not f"{path}/".startswith(below)
        ]
        found = _without_repeats(_environments(tree, folders, discovered))
    if not found:
        raise _none_found(folders, configs)
    return found


def is_discovered(path: str) -> bool:
    """Whether a file may configure Alembic, by its name."""
    name = posixpath.basename(path)
    alembic_ini = name.endswith(".ini") and (name.startswith("alembic") or name.endswith("alembic.ini"))
    return (alembic_ini or name == "pyproject.toml") and not any(mark in path for mark in _TEMPLATE_MARKS)


def _named(config: str, folders: Folders) -> str:
    path = posixpath.normpath(config)
    inside = "" if path == "." else f"{path}/"
    for candidate in (path, f"{inside}alembic.ini", f"{inside}pyproject.toml"):
        if candidate in folders and candidate.endswith(".ini"):
            return candidate
        if candidate in folders and posixpath.basename(candidate) == "pyproject.toml":
            ini = posixpath.join(posixpath.dirname(candidate), "alembic.ini")
            return ini if ini in folders else candidate
    raise ConfigurationError(
        f"{config} is neither an Alembic configuration of the tree nor a folder with one",
        "name it relative to the top of the repository, and `git add` it if Git does not have it yet",
    )


def _environments(tree: Tree, folders: Folders, configs: Iterable[str]) -> Iterator[Environment]:
    configs = tuple(dict.fromkeys(configs))
    beside = {path: posixpath.join(posixpath.dirname(path), "pyproject.toml") for path in configs}
    sources = tree.read(sorted({*configs, *(path for path in beside.values() if path in folders)}))
    tables = {path: read_pyproject(path, sources[path]) for path in sources if path.endswith(".toml")}
    for config in configs:
        pyproject = beside[config]
        table = tables.get(pyproject)
        if config.endswith(".ini"):
            sections = read_ini(config, sources[config])
            for section, options in (sections or ({MAIN_SECTION: Options()} if table else {})).items():
                merged = options.or_else(table) if table else options
                yield from _environment(folders, config, section, merged, pyproject if table else None)
        elif table and posixpath.join(posixpath.dirname(config), "alembic.ini") not in configs:
            yield from _environment(folders, config, MAIN_SECTION, table, pyproject)


def _environment(
    folders: Folders, config: str, section: str, options: Options, pyproject: str | None
) -> Iterator[Environment]:
    here = posixpath.dirname(config)
    notes: tuple[str, ...] = ()
    if not options.script_location:
        if not folders.has_env_py(here):
            return
        kind: Kind = "flask-migrate"
        directory, script_location = application_folder(folders, here), here
    else:
        kind = "ini" if config.endswith(".ini") else "pyproject"
        if any(mark in options.script_location for mark in _TEMPLATE_MARKS):
            return
        directory, script_location, notes = locate(folders, config, options.script_location)
    listed, absent = version_folders(folders, directory, options.version_locations or ())
    yield Environment(
        config=config,
        kind=kind,
        directory=directory,
        script_location=script_location,
        version_locations=listed or (posixpath.join(script_location, "versions"),),
        recursive=bool(options.recursive),
        pyproject=pyproject,
        section=section,
        notes=(*options.notes, *notes, *absent),
    )


def _without_repeats(environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """Of several configurations of the same revisions, Alembic's default name first, then by path."""
    kept: dict[object, Environment] = {}
    for environment in sorted(environments, key=_preference):
        revisions = (environment.script_location, environment.version_locations, environment.recursive)
        first = kept.setdefault(revisions, environment)
        if first is not environment:
            note = (
                f"{environment.config} configures the same revisions; --config {environment.config} checks it"
            )
            kept[revisions] = replace(first, notes=(*first.notes, note))
    return tuple(sorted(kept.values(), key=lambda environment: environment.config))


def _preference(environment: Environment) -> tuple[bool, str]:
    return posixpath.basename(environment.config) not in ("alembic.ini", "pyproject.toml"), environment.config


def _none_found(folders: Folders, configs: Sequence[str]) -> ConfigurationError:
    if configs:
        return ConfigurationError(
            f"{' and '.join(configs)} has no script_location, and no env.py lies beside it",
            "set script_location in its [alembic] section to the folder that holds env.py",
        )
    lone = next(
        (folder for folder in folders.with_env_py if folders.exists(posixpath.join(folder, "versions"))), None
    )
    return ConfigurationError(
        "no Alembic environment: no alembic.ini with a script_location, no [tool.alembic] in a "
        "pyproject.toml, and no Flask-Migrate folder",
        "`git add` it if there is one, or start one: alembic init migrations"
        if lone is None
        else f"`git add` an alembic.ini with the lines [alembic] and script_location = {lone}",
    )
