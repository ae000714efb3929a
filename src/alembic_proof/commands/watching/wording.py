"""What a status says: one line of at most 140 characters, with what is wrong and the command that mends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.hosting.github import MOST_IN_DESCRIPTION, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.commands.watching.merges import Judgement
    from alembic_proof.errors import ProofError
    from alembic_proof.findings import Finding

_COMMAND = re.compile(r"`([^`]+)`")
_ASIDE = re.compile(r" \([^()]*\)")
_SHORTEST_MESSAGE = 40
_MOST_NAMED = 3


def status_of(
    judgement: Judgement, branch: str, partners: Sequence[int], together: Sequence[Finding]
) -> Status:
    """The status of a pull request into `branch`. `partners` are those that it collides with, `together` what is
    wrong once it and the first of them are merged.
    """
    errors = [finding for finding in judgement.findings if finding.is_error]
    if judgement.trouble is not None:
        return Status("error", _of_trouble(judgement.trouble))
    if errors:
        return Status("failure", _of_findings(errors, f"with {branch}: "))
    if partners:
        return Status("success", _of_findings(together, f"fine, but collides with {_numbers(partners)}: "))
    return Status("success", _fine(judgement, branch))


def fitted(text: str, fix: str = "") -> str:
    """Both within what GitHub takes: of a fix that fits, nothing is cut."""
    text, fix = " ".join(text.split()), " ".join(fix.split())
    ending = f"; fix: {fix}" if fix else ""
    whole = f"{text}{ending}"
    if len(whole) <= MOST_IN_DESCRIPTION:
        return whole
    shorter = _ASIDE.sub("", text)
    room = MOST_IN_DESCRIPTION - len(ending)
    if len(shorter) <= room:
        return f"{shorter}{ending}"
    if room >= _SHORTEST_MESSAGE:
        return f"{_cut(shorter, room)}{ending}"
    return _cut(shorter, MOST_IN_DESCRIPTION)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _of_findings(findings: Sequence[Finding], start: str) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    command = _COMMAND.search(first.hint)
    return fitted(f"{start}{first.message}{more}", _short(command[1]) if command else first.hint)


def _short(command: str) -> str:
    """`fix` itself says where something has to be merged first."""
    _, _, last = command.rpartition(" && ")
    return last if last.startswith("alembic-proof fix ") else command


def _of_trouble(trouble: ProofError) -> str:
    return fitted(trouble.message, trouble.hint)


def _numbers(partners: Sequence[int]) -> str:
    named = ", ".join(f"#{number}" for number in partners[:_MOST_NAMED])
    more = len(partners) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _fine(judgement: Judgement, branch: str) -> str:
    if not judgement.changes:
        return fitted(f"{branch} has these revisions already")
    if judgement.known:
        return fitted(f"adds nothing to what is wrong on {branch} itself: {judgement.known[0].message}")
    if judgement.conflicts:
        return fitted(f"conflicts with {branch}; the revisions of both sides make one history")
    return fitted(f"its revisions fit {branch} as it is now")
