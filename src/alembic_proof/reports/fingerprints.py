"""What other programs know a finding by from one run to the next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.findings import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """One for each finding, in their order: the same while its key is, and different from all others.

    Findings that share a key are told apart by their order alone.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        digest = _digest(finding)
        found.append(f"{digest}-{seen[digest]}" if seen[digest] else digest)
        seen[digest] += 1
    return found


def _digest(finding: Finding) -> str:
    import hashlib
    import json

    # What has no identity is told by its file and its words: lines move.
    known = finding.key if finding.identity else (*finding.key, finding.path, finding.message)
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:40]
