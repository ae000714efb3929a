"""Which forms of the report go where: by the options, else by the CI that the run is in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cli.options import FORMS
from alembic_proof.cli.output import Output
from alembic_proof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GITLAB_REPORT = "gl-code-quality-report.json"


def output_of(form: str | None, places: Iterable[str], environ: Mapping[str, str]) -> Output:
    """Where the report goes. `places` are FILE or FORM=FILE. Raises `UsageError` for a form that there is not."""
    places = [place for place in places if place.strip()]
    told = [_place(place, form or "text") for place in places]
    files = tuple((one, file) for _, one, file in told)
    instead = any(not has_form for has_form, _, _ in told)
    if form is None and not instead:
        usual = _usual(environ)
        return Output(usual.shown, (*usual.files, *files))
    return Output(() if instead else (form or "text",), files)


def _usual(environ: Mapping[str, str]) -> Output:
    """What the CI shows by itself, beside the log. What cannot be written there is no reason to fail."""
    if environ.get("GITHUB_ACTIONS") == "true":
        summary = environ.get("GITHUB_STEP_SUMMARY", "")
        return Output(
            ("text", "github"), (("markdown", Path(summary)),) if os.access(summary, os.W_OK) else ()
        )
    if environ.get("GITLAB_CI") == "true":
        folder = Path(environ.get("CI_PROJECT_DIR") or ".")
        return Output(("text",), (("gitlab", folder / GITLAB_REPORT),) if os.access(folder, os.W_OK) else ())
    return Output()


def _place(place: str, form: str) -> tuple[bool, str, Path]:
    """Whether a form is named, the form, and the file. Only the name of a form is one."""
    name, separator, file = place.partition("=")
    if separator and name in FORMS:
        if not file:
            raise UsageError(f"--output {place} names no file", f"--output {name}=FILE")
        return True, name, Path(file)
    if separator:
        _refuse_misspelt(name, place)
    return False, form, Path(place)


def _refuse_misspelt(name: str, place: str) -> None:
    import difflib

    close = difflib.get_close_matches(name.lower(), FORMS, n=1, cutoff=0.75)
    if close and name.isalpha():
        raise UsageError(
            f"--output {place}: there is no form {name!r}",
            f"--output {close[0]}={place.partition('=')[2]}, or for a file of that name --output ./{place}",
        )
