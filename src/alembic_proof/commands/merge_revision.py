"""Merge revisions, written by the project's own Alembic on a copy of the tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.cache import cache_folder
from alembic_proof.commands.answers import Answers
from alembic_proof.commands.proving import make_order, variables_for
from alembic_proof.commands.request import interpreter_of
from alembic_proof.commands.workshop import Workshop, open_workshop
from alembic_proof.commands.writing import FileChange
from alembic_proof.errors import ProbeError
from alembic_proof.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.commands.request import Subject
    from alembic_proof.environments import Environment
    from alembic_proof.probe import Message

MESSAGE = "merge heads"


@dataclass(frozen=True)
class Joining:
    """Heads of an environment that one merge revision is to join."""

    environment: Environment
    heads: tuple[str, ...]


def merge_revisions(
    subject: Subject, changes: Iterable[FileChange], joinings: Iterable[Joining], message: str | None
) -> tuple[FileChange, ...]:
    """The files of the merge revisions, in the order of `joinings`, for a tree in which `changes` are made.

    They come from the environment's own template, file names and post-write hooks; env.py is not run.
    Raises `ProbeError` where Alembic cannot write one, `InterpreterError` where the project's is not found.
    """
    with (
        cache_folder() as cache,
        open_workshop(subject, cache, subject.settings.database) as workshop,
    ):
        for change in changes:
            (workshop.folder / change.path).write_bytes(change.after)
        return tuple(_written(workshop, one, message or MESSAGE) for one in joinings)


def _written(workshop: Workshop, joining: Joining, message: str) -> FileChange:
    environment = joining.environment
    settings = workshop.subject.settings.of(environment.config)
    interpreter = interpreter_of(workshop.subject, environment)
    answers = Answers(workshop, environment, settings)
    try:
        variables = variables_for(settings, answers)
        order = make_order(workshop, environment, settings, answers)
        asked: Message = {"heads": list(joining.heads), "message": message}
        order = replace(order, task="merge", merge=asked, bytecode=None)
        with Probe(interpreter.path, folder=workshop.folder, variables=variables) as probe:
            answered = probe.run(order, seconds=settings.time_limit, answer=answers, listen=lambda _: None)
    finally:
        answers.drop_databases()
    if answered.result is None:
        raise _refused(answered.failure or {}, joining, message)
    path = answered.result["path"]
    return FileChange(path, None, (workshop.folder / path).read_bytes())


def _refused(failure: Message, joining: Joining, message: str) -> ProbeError:
    said = (failure.get("message") or "").splitlines() or ["no reason"]
    frames = [f"  {one['path']}:{one['line']}" for one in failure.get("frames", ())]
    return ProbeError(
        f"Alembic cannot write a merge revision: {failure.get('type')}: {said[0]}",
        f"mend that, or write it by hand: {joining.environment.command('merge', '-m', message, *joining.heads)}",
        "\n".join([*said[1:], *frames]),
    )
