"""The golden files: what every format makes of one report. `scripts/golden` writes them anew."""

from __future__ import annotations

from pathlib import Path

from alembic_proof.reports import FORMATS
from support.reports import RICH

FOLDER = Path(__file__).parents[1] / "reports" / "golden"
EXTENSIONS = {"text": "txt", "github": "txt", "markdown": "md", "junit": "xml"}


def file_of(form: str) -> Path:
    return FOLDER / f"{form}.{EXTENSIONS.get(form, 'json')}"


def main() -> None:
    for form, render in FORMATS.items():
        file_of(form).write_text(render(RICH), encoding="utf-8")


if __name__ == "__main__":
    main()
