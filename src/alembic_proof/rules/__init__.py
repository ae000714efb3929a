"""What can be wrong, one module each. A rule that is not in this list does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.rules import (
    blocks_reads,
    blocks_writes,
    cycle,
    downgrade_failed,
    downgrade_incomplete,
    duplicate_revision,
    fails_on_its_own,
    fails_on_rows,
    loses_rows,
    merged_revision_edited,
    merged_revision_removed,
    missing_parent,
    model_drift,
    multiple_heads,
    no_lock_timeout,
    placeholder_revision_id,
    rewrites_table,
    squawk,
    unknown_dependency,
    unreadable_revision,
    unregistered_model,
    unstaged_revision,
    unused_baseline_entry,
    unused_ignore,
    upgrade_failed,
    upgrade_not_repeatable,
)

if TYPE_CHECKING:
    from alembic_proof.rules.base import Page, Rule

RULES: tuple[Rule, ...] = (
    unreadable_revision,
    duplicate_revision,
    missing_parent,
    unknown_dependency,
    cycle,
    multiple_heads,
    unstaged_revision,
    merged_revision_edited,
    merged_revision_removed,
    placeholder_revision_id,
    upgrade_failed,
    model_drift,
    unregistered_model,
    fails_on_its_own,
    downgrade_failed,
    downgrade_incomplete,
    upgrade_not_repeatable,
    blocks_writes,
    blocks_reads,
    rewrites_table,
    no_lock_timeout,
    squawk,
    fails_on_rows,
    loses_rows,
)

# What is said of the suppressions themselves, once all findings are known.
UPKEEP: tuple[Page, ...] = (unused_ignore, unused_baseline_entry)
PAGES: tuple[Page, ...] = (*RULES, *UPKEEP)
