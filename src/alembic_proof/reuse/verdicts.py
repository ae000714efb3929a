"""A proof stands as long as nothing that it was made from has changed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from alembic_proof import models, trials
from alembic_proof.errors import GitError
from alembic_proof.facts import Difference, Operation, Proof, Schema
from alembic_proof.git import commit_tree
from alembic_proof.git.entries import SUBMODULE
from alembic_proof.models import Model, Root
from alembic_proof.portable import of_one_job
from alembic_proof.reuse import store
from alembic_proof.reuse.inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from alembic_proof.environments import Environment
    from alembic_proof.git import Repository, Tree
    from alembic_proof.git.entries import Entry
    from alembic_proof.reuse.surroundings import Surroundings

FOLDER = "verdicts"
TRIALS = "trials"
MOST_KEPT = 8  # of one environment: branches that a person goes back and forth between
# What tells Git how files are written, and installers what to install.
_GOVERNING = (".gitattributes", ".gitignore", ".gitmodules")
_LOCKS = ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "pylock.toml", "conda-lock.yml")
# Variables that tell of the terminal, the session or the hook, and of nothing that an answer should depend on.
_PASSING = frozenset(
    (
        "_",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "COLUMNS",
        "LINES",
        "WINDOWID",
        "DISPLAY",
        "STY",
        "COLORTERM",
        *("INVOCATION_ID", "JOURNAL_STREAM", "XDG_SESSION_ID"),
        *("TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TERM_SESSION_ID", "TERMINAL_EMULATOR"),
        *("TMUX", "TMUX_PANE", "SSH_AGENT_PID", "SSH_AUTH_SOCK", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY"),
        *("ALEMBIC_PROOF_FORMAT", "ALEMBIC_PROOF_OUTPUT", "ALEMBIC_PROOF_BASE"),
        *("ALEMBIC_PROOF_REV", "ALEMBIC_PROOF_MERGE_WITH"),
    )
)
_PASSING_FAMILIES = ("VTE_", "KITTY_", "ITERM_", "WEZTERM_", "VSCODE_", "PRE_COMMIT")
_WRITING = r"^(core\.(autocrlf|eol|symlinks|attributesfile)|filter\.)"


def governing(tree: Tree, repository: Repository) -> list[object]:
    """What shapes a tree on disk beside its files' content, and the lock files."""
    paths = [path for path in tree.paths() if path.rpartition("/")[2] in (*_GOVERNING, *_LOCKS)]
    pointers = tree.pointers()
    return [
        *((path, tree.object_id(path)) for path in paths),
        *((one.path, one.oid) for one in pointers),
        *((one.path, _there(repository, one)) for one in pointers if one.mode == SUBMODULE),
        os.fsdecode(repository.git("config", "--null", "--get-regexp", _WRITING, ok=(0, 1))),
    ]


def _there(repository: Repository, pointer: Entry) -> list[object] | None:
    """What there is of a submodule, and of those in it; None where it is not checked out."""
    submodule = repository.submodule(pointer.path)
    if submodule is None:
        return None
    try:
        tree = commit_tree(submodule, pointer.oid)
    except GitError:
        return []
    return [pointer.oid, governing(tree, submodule)]


def lasting_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that an answer may depend on.

    Not those of one CI job: where the project's code reads one of them, nothing is kept.
    """
    aside = of_one_job(variables)
    return {
        name: value
        for name, value in sorted(variables.items())
        if name not in _PASSING and name not in aside and not name.startswith(_PASSING_FAMILIES)
    }


@dataclass(frozen=True)
class Bystanders:
    """The Python files that env.py did not load, with their blobs, and those of them that hold `models`.

    A model in one of them would be a finding, so that what is new or changed among them must hold none. In the
    `revisions` folders nobody looks for models.
    """

    blobs: Mapping[str, str | None]
    models: tuple[str, ...]
    revisions: tuple[str, ...]

    @classmethod
    def of(cls, tree: Tree, loaded: Mapping[str, str | None], revisions: tuple[str, ...]) -> Bystanders:
        blobs = _unloaded(tree, loaded, revisions)
        sources = tree.read(blobs)
        return cls(
            blobs,
            tuple(path for path, source in sources.items() if models.may_define_models(source)),
            revisions,
        )

    def hold(self, tree: Tree, loaded: Mapping[str, str | None]) -> bool:
        now = _unloaded(tree, loaded, self.revisions)
        changed = {path for path in (*now, *self.blobs) if now.get(path) != self.blobs.get(path)}
        if changed.intersection(self.models):
            return False
        sources = tree.read(sorted(path for path in changed if path in now))
        return not any(models.may_define_models(source) for source in sources.values())


def _unloaded(
    tree: Tree, loaded: Mapping[str, str | None], revisions: tuple[str, ...]
) -> dict[str, str | None]:
    folders = tuple(f"{folder}/" for folder in revisions if folder)
    return {
        path: tree.object_id(path)
        for path in tree.paths()
        if path.endswith(".py") and path not in loaded and not path.startswith(folders)
    }


@dataclass(frozen=True)
class Verdict:
    """A proof with all that it depends on. `key` is a digest of what is known before anything is looked at."""

    key: str
    inputs: Inputs
    bystanders: Bystanders
    proof: Proof

    def stands(self, tree: Tree, surroundings: Surroundings) -> bool:
        return self.inputs.hold(surroundings) and self.bystanders.hold(tree, self.inputs.files)


class Verdicts:
    """The verdicts on one environment of one working tree, newest first, in a file of their own below `cache`."""

    def __init__(self, cache: Path, top: Path, environment: Environment, folder: str = FOLDER) -> None:
        name = store.digest(os.path.realpath(top), environment.config, environment.section)
        self._file = cache / folder / f"{name}.json"

    @property
    def exist(self) -> bool:
        return self._file.exists()

    def recall(self, key: str, tree: Tree, surroundings: Surroundings) -> Proof | None:
        """The proof that still stands, or None."""
        for verdict in _decoded(self._kept()):
            if verdict.key == key and verdict.stands(tree, surroundings):
                with suppress(OSError):
                    os.utime(self._file)
                return verdict.proof
        return None

    def remember(self, verdict: Verdict) -> None:
        fresh = _encoded(verdict)
        others = [
            one for one in self._kept() if (one["key"], one["inputs"]) != (fresh["key"], fresh["inputs"])
        ]
        store.write(self._file, [fresh, *others][:MOST_KEPT])

    def _kept(self) -> list[dict[str, Any]]:
        return store.read(self._file) or []


def _encoded(verdict: Verdict) -> dict[str, Any]:
    return {
        "key": verdict.key,
        "at": time.time(),
        "inputs": verdict.inputs.as_json(),
        "bystanders": vars(verdict.bystanders),
        "proof": asdict(verdict.proof),
    }


def _decoded(kept: list[dict[str, Any]]) -> Iterator[Verdict]:
    """The store vouches that this is what `_encoded` made in this very version."""
    for one in kept:
        bystanders = one["bystanders"]
        yield Verdict(
            one["key"],
            Inputs(**one["inputs"]),
            Bystanders(bystanders["blobs"], tuple(bystanders["models"]), tuple(bystanders["revisions"])),
            _proof(one["proof"]),
        )


def _proof(told: dict[str, Any]) -> Proof:
    paths, schema = told["revision_paths"], told["schema"]
    return Proof(
        Schema(
            operations=tuple(_operation(one) for one in schema["operations"]),
            differences=tuple(_difference(one) for one in schema["differences"]),
            unregistered=tuple(_model(one) for one in schema["unregistered"]),
        ),
        tuple(told["databases"]),
        told["interpreter"],
        None if paths is None else tuple(paths),
        tuple(told["notes"]),
        tuple(told["tree_notes"]),
        tuple(told["unset_variables"]),
        reused=True,
        trials=None if told["trials"] is None else tuple(map(trials.from_json, told["trials"])),
    )


def _operation(told: dict[str, Any]) -> Operation:
    changes = {aspect: (before, after) for aspect, (before, after) in told["changes"].items()}
    return Operation(**{**told, "columns": tuple(told["columns"]), "changes": changes})


def _difference(told: dict[str, Any]) -> Difference:
    changes = {aspect: (before, after) for aspect, (before, after) in told["changes"].items()}
    return Difference(**{**told, "code": tuple(told["code"]), "changes": changes})


def _model(told: dict[str, Any]) -> Model:
    roots = tuple(Root(**{**one, "names": tuple(one["names"])}) for one in told["roots"])
    return Model(**{**told, "roots": roots})
