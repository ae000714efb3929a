"""`revision`: the revision that the models lack, written from a throwaway database, and checked."""

from __future__ import annotations

import base64
import os
import shlex
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.commands import relevance
from alembic_proof.commands.check import OF_HISTORY, check
from alembic_proof.commands.histories import at_hand, findings_of, static_facts
from alembic_proof.commands.request import Request, Subject, find_subject, interpreter_of
from alembic_proof.commands.reusing import Reuse
from alembic_proof.commands.workshops import Workshops
from alembic_proof.commands.writing import FileChange, write_files
from alembic_proof.errors import ProofError, UsageError
from alembic_proof.findings import counted
from alembic_proof.git.staging import stage as add_to_index

if TYPE_CHECKING:
    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts, Schema
    from alembic_proof.findings import Finding
    from alembic_proof.probe import Message
    from alembic_proof.reports.report import Report


@dataclass(frozen=True)
class Wish:
    """What a person wants of the revision; None leaves it to Alembic. `version_path` is relative to the request's."""

    message: str
    head: str | None = None
    branch_label: str | None = None
    version_path: str | None = None
    rev_id: str | None = None

    @property
    def is_of_one(self) -> bool:
        """Whether it makes sense in one environment alone."""
        return any((self.head, self.branch_label, self.version_path, self.rev_id))


@dataclass(frozen=True)
class Draft:
    """One environment's new revision, which is not written yet; no file where nothing differs."""

    environment: Environment
    files: tuple[FileChange, ...]
    lines: tuple[str, ...]
    lacks: bool = False  # models that env.py does not import


@dataclass(frozen=True)
class Done:
    """What was written, in lines for a person. `configs` are the environments that are to be checked now."""

    lines: tuple[str, ...]
    configs: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    staged: bool = False


def write(request: Request, wish: Wish, *, stage: bool = False) -> Done:
    """Write what each environment lacks into the working tree, all or nothing; with `stage` into the index, too.

    Raises `ProofError` where the history is not one that a revision can follow, or where that cannot be found out.
    """
    subject = find_subject(request)
    if wish.is_of_one and len(subject.environments) > 1:
        configs = ", ".join(one.config for one in subject.environments)
        raise UsageError(
            f"--head, --branch-label, --version-path and --rev-id are for one environment, and there are {configs}",
            "name the one: --config PATH",
        )
    reuse = Reuse.of(subject)
    with Workshops(subject) as workshops:
        drafts = [_draft(reuse, one, workshops, wish) for one in subject.environments]
    files = [file for draft in drafts for file in draft.files]
    write_files(subject.repository.top, files)
    if stage:
        add_to_index(subject.repository, [file.path for file in files])
    return Done(
        (*(line for draft in drafts for line in draft.lines), *(_notes(subject, files) if stage else ())),
        tuple(draft.environment.config for draft in drafts if draft.files or draft.lacks),
        tuple(file.path for file in files),
        stage,
    )


def verify(request: Request, done: Done) -> Report:
    """Judge the environments of what was written, as `check --worktree` does. Raises `ProofError`."""
    top = find_subject(request).repository.top
    return check(replace(request, configs=tuple(str(top / config) for config in done.configs)))


def proved(done: Done, report: Report) -> tuple[str, ...]:
    """What to say where no error was found in what was written."""
    tried = all(one.rules["downgrade-incomplete"] == "passed" for one in report.environments)
    trip = ", is undone and applies again" if tried else ""
    paths = shlex.join(done.paths)
    todo = f"read it: git diff --cached -- {paths}" if done.staged else f"read it and add it: git add {paths}"
    if not done.paths:
        return ()
    return f"checked: it applies{trip}, and then models and revisions agree", f"  {todo}"


def _draft(reuse: Reuse, environment: Environment, workshops: Workshops, wish: Wish) -> Draft:
    subject = reuse.subject
    facts = static_facts(subject, environment)
    _refuse_history(facts)
    _refuse_several_heads(facts, wish)
    proved = workshops.prove(
        facts, interpreter_of(subject, environment), reuse, writing=_asked(subject, wish)
    )
    facts = replace(facts, schema=proved.proof.schema)
    if proved.proof.schema.failure is not None:
        _refuse(next(one for one in findings_of(facts, ["database"]) if one.rule == "upgrade-failed"))
    if proved.written is None:
        agree = f"{environment.config}: models and revisions agree, so there is nothing to write"
        return Draft(environment, (), (agree,), bool(proved.proof.schema.unregistered))
    if not proved.written["files"]:
        raise ProofError(
            f"{environment.script_location}/env.py: process_revision_directives leaves nothing of the revision",
            "let it keep the operations that it is given, or write them by hand: alembic-proof check shows them",
        )
    return _drafted(facts, wish, proved.proof.schema, proved.written)


def _asked(subject: Subject, wish: Wish) -> Message:
    path = wish.version_path
    if path is not None:
        path = os.path.relpath(os.path.realpath(subject.request.cwd / path), subject.repository.top)
    return {**asdict(wish), "head": wish.head or "head", "version_path": path}


def _refuse_history(facts: Facts) -> None:
    for finding in findings_of(facts, at_hand(facts, "history")):
        if finding.is_error and finding.rule in OF_HISTORY:
            _refuse(finding)


def _refuse(finding: Finding) -> None:
    where = f"{finding.path}:{finding.line}" if finding.path and finding.line else finding.environment
    raise ProofError(f"{where}: {finding.rule}: {finding.message}", finding.hint)


def _refuse_several_heads(facts: Facts, wish: Wish) -> None:
    heads = facts.graph.heads
    if len(heads) < 2 or wish.head:
        return
    raise UsageError(
        f"{facts.environment.config} has {len(heads)} heads on purpose: {', '.join(heads)}",
        f"say which one the revision follows: --head {heads[0]}, or --head LABEL@head",
    )


def _drafted(facts: Facts, wish: Wish, schema: Schema, written: Message) -> Draft:
    files = tuple(FileChange(one["path"], None, base64.b64decode(one["content"])) for one in written["files"])
    exact = sum(not one.autogenerated for one in schema.differences)
    after = wish.head or ", ".join(facts.graph.heads)
    lines = [f"{file.path}: written{f', after {after}' if after else ''}" for file in files]
    if exact:
        lines.append(f"  {counted(exact, 'difference')} that autogenerate does not see: read what is marked")
    lines += [f"note: post-write hook: {one}" for one in written["complaints"]]
    return Draft(facts.environment, files, tuple(lines))


def _notes(subject: Subject, files: list[FileChange]) -> tuple[str, ...]:
    """What else of the working tree the revision was written for, and the index lacks."""
    own = {file.path for file in files}
    repository = subject.repository
    changed = {*repository.untracked_paths(), *repository.unstaged_paths()} - own
    left = sorted(path for path in changed if relevance.can_affect(path, subject.environments))
    if not files or not left:
        return ()
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    return (f"note: it is for the working tree, of which the index lacks {', '.join(left[:3])}{more}",)
