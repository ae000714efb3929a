"""The command that draws. Judges nothing: what is wrong is marked, and the exit status is 0."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from alembic_proof.cli.options import option, tree_options
from alembic_proof.cli.output import show, wants_colours
from alembic_proof.cli.running import request_of

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.commands.graph import Picture
    from alembic_proof.graphs.text import Style

# Of these and --output no variable speaks: ALEMBIC_PROOF_FORMAT and ALEMBIC_PROOF_OUTPUT are a report's.
FORMATS = ("text", "mermaid", "dot", "html")


@click.command()
@tree_options
@option("--merge-with", metavar="REF", help="Draw the merge with this ref, without making it.")
@click.option(
    "--with",
    "refs",
    metavar="REF",
    multiple=True,
    help="Show what merging this branch, or refs/pull/12/head, would add (repeatable; a pattern names several).",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="The picture's form.")
@click.option("--all", "whole", is_flag=True, help="Fold no straight stretches (text and mermaid).")
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write the picture there.")
def graph(refs: tuple[str, ...], form: str, output: str | None, *, whole: bool, **options: Any) -> int:
    """Draw the revisions, with what is wrong marked: no database, no project code."""
    from pathlib import Path

    from alembic_proof.commands.graph import graph as run

    picture = run(request_of(options), refs)
    file = Path(output) if output else None
    text = _rendered(picture, form, whole=whole, file=file)
    if file is None:
        show(text)
    else:
        file.write_bytes(text.encode(errors="backslashreplace"))
    return 0


def _rendered(picture: Picture, form: str, *, whole: bool, file: Path | None) -> str:
    from alembic_proof.graphs import dot, html, mermaid, text

    if form == "html":
        return html.render(picture.drawings, tree=picture.tree)
    if form == "dot":
        return dot.render(picture.drawings)
    if form == "mermaid":
        return mermaid.render(picture.drawings, whole=whole)
    return text.render(picture.drawings, whole=whole, style=_style(file))


def _style(file: Path | None) -> Style:
    from dataclasses import replace

    from alembic_proof.graphs.text import ASCII, BOXES

    if file is not None:
        return BOXES
    style = BOXES if _shows_boxes() else ASCII
    return replace(style, coloured=wants_colours())


def _shows_boxes() -> bool:
    """Whether the encoding has them, and the terminal is one that draws them."""
    return sys.stdout.encoding.lower().replace("-", "") == "utf8" and os.environ.get("TERM") != "dumb"
