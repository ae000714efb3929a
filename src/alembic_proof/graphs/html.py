"""The graph as one page that needs nothing else: no network, no other file, no code of anybody's but ours."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from alembic_proof import __version__
from alembic_proof.graphs.layout import lay_out
from alembic_proof.graphs.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alembic_proof.graphs.drawing import Drawing, Problem
    from alembic_proof.graphs.layout import Place

_SCRIPTS = ("canvas.js", "panel.js", "page.js")
_PART = re.compile(r"@(\w+)@")


def render(drawings: Sequence[Drawing], *, tree: str = "") -> str:
    """The page; `tree` says what is drawn. All revisions are in it."""
    style, script = _file("page.css"), _script()
    document = {"tree": tree, "version": __version__, "environments": [_data(one) for one in drawings]}
    parts = {
        "policy": html.escape(_policy(script, style)),
        "title": html.escape(one_line(f"Revision graph of {tree}")),
        "style": style,
        "data": embedded(document),
        "script": script,
    }
    return _PART.sub(lambda part: parts[part[1]], _file("page.html"))


def embedded(document: object) -> str:
    """JSON to stand in a script element: nothing in it can end the element, or begin a comment in it."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _script() -> str:
    """The scripts as one, with names of their own beside those that a page has (`top`, `find`)."""
    return f"(() => {{\n{''.join(map(_file, _SCRIPTS))}}})();\n"


def _file(name: str) -> str:
    return files("alembic_proof.graphs").joinpath("page").joinpath(name).read_text(encoding="utf-8")


def _policy(script: str, style: str) -> str:
    """Nothing may be loaded, sent or run but the page's own two parts."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(drawing: Drawing) -> dict[str, object]:
    layout = lay_out(drawing)
    rows = {place.node.id: row for row, place in enumerate(layout.places)}
    routed = {route.edge for route in layout.routes}
    return {
        "title": drawing.title,
        "revisions": drawing.revisions,
        "lanes": layout.lanes,
        "nodes": [_node(place) for place in layout.places],
        "routes": [
            [route.start, route.end, route.lane, route.colour, int(route.edge.forked)]
            for route in layout.routes
        ],
        "arcs": [  # what no lane leads along: dependencies, and what a cycle turns upwards
            [rows[edge.child], rows[edge.parent], int(edge.kind == "parent")]
            for edge in drawing.edges
            if edge not in routed
        ],
        "problems": [_problem(problem, rows) for problem in drawing.problems],
        "notes": drawing.notes,
    }


def _node(place: Place) -> dict[str, object]:
    """What is empty is left out, for a thousand of them."""
    node = place.node
    known: dict[str, object] = {
        "message": node.message,
        "path": node.path,
        "line": node.line,
        "labels": node.labels,
        "depends": node.depends_on,
        "marks": node.marks,
        "added": node.added_by,
        "altered": node.altered_by,
        "problems": node.problems,
    }
    return {
        "id": node.id,
        "lane": place.lane,
        "colour": place.colour,
        **{name: value for name, value in known.items() if value},
    }


def _problem(problem: Problem, rows: Mapping[str, int]) -> dict[str, object]:
    return {
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "place": f"{problem.path}:{problem.line}" if problem.line else problem.path,
        "rows": [rows[node] for node in problem.nodes if node in rows],
        "branches": problem.branches,
    }
