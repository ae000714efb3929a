"""History that is rewritten on purpose: a setting or a commit's trailer says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof import settings as settings_module
from alembic_proof.commands.known_base import tips
from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding, Suppressed
from alembic_proof.git import commit_tree, trailer_values
from alembic_proof.rules import merged_revision_edited, merged_revision_removed
from alembic_proof.rules.wording import REWRITE_TRAILER
from alembic_proof.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.commands.request import Subject
    from alembic_proof.git import Base

REWRITES = frozenset((merged_revision_edited.NAME, merged_revision_removed.NAME))


def allowed(subject: Subject, findings: Iterable[Finding]) -> list[Suppressed]:
    """The findings on merged revisions that the change gives a reason for: in its settings, else in its commits."""
    found = [finding for finding in findings if finding.rule in REWRITES]
    if not found or subject.merged is None:
        return []
    before = _settings_before(subject, subject.merged)
    by_setting = [
        Suppressed(finding, "setting", reason)
        for finding in found
        if (reason := _reason(subject.settings, before, finding.environment))
    ]
    rest = [finding for finding in found if not any(one.finding is finding for one in by_setting)]
    return [*by_setting, *_by_trailer(subject, subject.merged, rest)]


def _reason(now: Settings, before: Settings, config: str) -> str:
    """The setting's, in the change that brings it: what is merged speaks for no later change."""
    reason = now.of(config).rewrite_history
    return "" if reason == before.of(config).rewrite_history else reason


def _settings_before(subject: Subject, merged: Base) -> Settings:
    file = settings_module.FILE
    source = commit_tree(subject.repository, merged.commit).read([file]).get(file)
    try:
        return settings_module.from_toml(source) if source is not None else Settings()
    except UsageError:
        return Settings()


def _by_trailer(subject: Subject, merged: Base, findings: list[Finding]) -> list[Suppressed]:
    if not findings:
        return []
    repository = subject.repository
    said = trailer_values(repository, REWRITE_TRAILER, merged.commit, tips(repository, subject.request))
    return [Suppressed(finding, "trailer", said[0]) for finding in findings] if said else []
