from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.graphs.html import embedded, render
from support.drawings import FORK, NASTY, drawing_of, line
from support.histories import revision


class Elements(HTMLParser):
    """Each element with its attributes, and the text right inside it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def data_of(page: str) -> dict[str, Any]:
    (text,) = [text for attributes, text in Elements(page).all("script") if attributes.get("id") == "data"]
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_data_of_a_fork() -> None:
    (environment,) = data_of(render([FORK], tree="the index with #12"))["environments"]
    problem = FORK.problems[0]
    common = {"line": 3, "problems": [0], "marks": ["head"]}
    assert environment == {
        "title": "alembic.ini",
        "revisions": 4,
        "lanes": 2,
        "nodes": [
            {
                "id": "left",
                "lane": 0,
                "colour": 0,
                "message": "discounts",
                "path": "migrations/versions/left.py",
                "added": ["#12"],
                **common,
            },
            {
                "id": "right",
                "lane": 1,
                "colour": 1,
                "message": "loyalty",
                "path": "migrations/versions/right.py",
                "added": ["#14"],
                **common,
            },
            {
                "id": "shared",
                "lane": 0,
                "colour": 0,
                "message": "Orders",
                "path": "migrations/versions/shared.py",
                "line": 3,
                "marks": ["fork"],
            },
            {
                "id": "base",
                "lane": 0,
                "colour": 0,
                "message": "Customers",
                "path": "migrations/versions/base.py",
                "line": 3,
                "marks": ["base"],
            },
        ],
        "routes": [[0, 2, 0, 0, 1], [1, 2, 1, 1, 1], [2, 3, 0, 0, 0]],
        "arcs": [],
        "problems": [
            {
                "rule": "multiple-heads",
                "severity": "error",
                "message": problem.message,
                "hint": problem.hint,
                "place": "migrations/versions/right.py:4",
                "rows": [0, 1],
                "branches": ["#12", "#14"],
            }
        ],
        "notes": [],
    }


def test_dependencies_and_what_a_cycle_turns_upwards_are_arcs() -> None:
    history = drawing_of(revision("a", "b"), revision("b", "a"), revision("c", "b", depends_on=("a",)))
    (environment,) = data_of(render([history]))["environments"]
    ids = [node["id"] for node in environment["nodes"]]
    arcs = {(ids[child], ids[parent], cyclic) for child, parent, cyclic in environment["arcs"]}
    assert ("c", "a", 0) in arcs
    assert len({arc for arc in arcs if arc[2]}) == 1


def test_nothing_runs_but_the_script_and_the_style_of_the_page() -> None:
    page = Elements(render([FORK]))
    (policy,) = [
        attributes["content"]
        for attributes, _ in page.all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    (script,) = [text for attributes, text in page.all("script") if not attributes]
    ((_, style),) = page.all("style")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (script, style)
    ]
    assert policy == (
        f"default-src 'none'; script-src {hashes[0]}; style-src {hashes[1]}; base-uri 'none'; form-action 'none'"
    )


def test_the_page_names_no_other_place() -> None:
    page = render([drawing_of(*line(3))])
    assert re.findall(r"https?://[\w./-]*", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\b(?:src|href|action)\s*=", page)


def test_odd_names_stay_data() -> None:
    page = render([drawing_of(revision("a", message=NASTY, path=NASTY))], tree=NASTY)
    assert len(Elements(page).found) == len(Elements(render([FORK])).found)
    document = data_of(page)
    (node,) = document["environments"][0]["nodes"]
    assert (document["tree"], node["message"], node["path"]) == (NASTY, NASTY, NASTY)


@given(st.text())
def test_any_text_may_stand_in_a_script_element(text: str) -> None:
    inside = embedded([text])
    assert json.loads(inside) == [text]
    assert inside.isascii()
    assert not set("<>&") & set(inside)
