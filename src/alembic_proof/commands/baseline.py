"""`baseline`: today's findings into the file that later runs leave out."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.commands.check import judge
from alembic_proof.commands.request import Request, Subject, find_subject
from alembic_proof.commands.suppressing import LENIENT, Judged, after_comments
from alembic_proof.errors import ProofError
from alembic_proof.findings import counted, in_order
from alembic_proof.reports.report import Report
from alembic_proof.suppressions.baseline import FILE, Entry, compared, entry_of, parse, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def baseline(request: Request) -> Report | tuple[str, ...]:
    """Judge a tree and write what was found to the baseline file; the lines that say what was done.

    A report where there is something that no baseline can leave out: then nothing is written.
    Raises `ProofError` where the tree cannot be judged.
    """
    subject = replace(find_subject(request), base=None, merged=None)  # what changed is no drift
    judged = judge(subject)
    found = after_comments(subject, judged)
    unfit = in_order(one for one in found if one.is_error and one.rule not in LENIENT)
    if unfit:
        note = f"{FILE} was not written: mend this first"
        return Report(subject.tree.description, unfit, judged.environments, (*judged.notes, note))
    entries = [entry_of(one) for one in found if one.rule in LENIENT]
    return *(f"note: {note}" for note in _notes(judged)), *_write(subject, entries)


def _notes(judged: Judged) -> tuple[str, ...]:
    return (*judged.notes, *(note for environment in judged.environments for note in environment.notes))


def _write(subject: Subject, found: Iterable[Entry]) -> tuple[str, ...]:
    file = subject.repository.top / FILE
    old = _old_entries(subject, file)
    entries = [*found, *_of_others(subject, old)]
    if entries:
        file.write_text(render(entries), encoding="utf-8")
    elif file.is_file():
        file.unlink()
    else:
        return ("nothing found: no baseline is needed",)
    new, gone = compared(old, entries)
    done = f"{counted(len(entries), 'finding')} recorded" if entries else "nothing found, so it is removed"
    where = shlex.quote(os.path.relpath(file, subject.request.cwd))
    return f"{FILE}: {done}, {new} new, {gone} gone", f"  review it and add it: git add {where}"


def _old_entries(subject: Subject, file: Path) -> tuple[Entry, ...]:
    """What the file has. A damaged one is written anew, unless that would lose what is in it for others."""
    try:
        return parse(file.read_bytes()) if file.is_file() else ()
    except ProofError:
        if subject.request.configs:
            raise
        return ()


def _of_others(subject: Subject, old: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of environments that nobody asked for."""
    judged = {environment.config for environment in subject.environments}
    if subject.request.configs:
        yield from (one for one in old if one.environment not in judged)
