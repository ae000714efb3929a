"""The page in a real browser: opened, searched, zoomed, clicked. It asks for nothing and complains of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.graphs.html import render
from support.chromium import Page, chromium_page
from support.drawings import FORK, NASTY, drawing_of, line, thousand
from support.histories import revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from alembic_proof.graphs.drawing import Drawing

BIG = thousand()
ROW = ".row[data-row='{}'] .id"
INK = "getComputedStyle(document.body).color"


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with chromium_page() as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    browser.requests.clear()
    browser.complaints.clear()
    browser.size(1280, 800)
    yield browser
    browser.run("0")  # what is still on its way comes before this answer
    assert browser.complaints == []
    assert [url.partition("#")[0].rpartition("/")[2] for url in browser.requests] == ["graph.html"]


def show(page: Page, tmp_path: Path, drawings: Sequence[Drawing], fragment: str = "") -> None:
    file = tmp_path / "graph.html"
    file.write_text(render(drawings, tree="the index"))
    page.open(file, fragment)


def text(page: Page, selector: str) -> str:
    found: str = page.run(f"document.querySelector({selector!r}).textContent")
    return found


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.run(f"[...document.querySelectorAll({selector!r})].map(one => one.textContent)")
    return found


def count(page: Page, selector: str) -> int:
    found: int = page.run(f"document.querySelectorAll({selector!r}).length")
    return found


def top_of(page: Page, selector: str) -> float:
    found: float = page.run(f"document.querySelector({selector!r}).getBoundingClientRect().top")
    return found


def test_a_thousand_revisions_are_on_the_screen_at_once(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    assert page.run("document.title") == "Revision graph of the index"
    assert text(page, "#panel p") == "1000 revisions, 4 heads"
    assert 20 < count(page, ".row") < 60
    page.until("performance.getEntriesByName('first-contentful-paint').length")
    paint = page.run("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 3000, "milliseconds; a tenth of it on a machine with nothing else to do"


def test_a_fork_and_its_pull_requests_are_marked(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [FORK])
    assert texts(page, ".row") == [
        "leftdiscountshead#12",
        "rightloyaltyhead#14",
        "sharedOrdersfork",
        "baseCustomersbase",
    ]
    assert count(page, ".dot.unmerged.wrong") == 2
    assert count(page, ".route.forked") == 1
    assert texts(page, ".problem strong") == ["multiple-heads"]
    assert texts(page, ".problem .branch") == ["#12", "#14"]
    assert texts(page, ".problem code") == [
        "alembic-proof fix --merge --stage",
        "alembic-proof fix --base BRANCH --stage",
    ]
    assert count(page, "#ruler i.wrong") == 3


def test_branches_have_colours_of_their_own(page: Page, tmp_path: Path) -> None:
    show(
        page,
        tmp_path,
        [drawing_of(revision("a"), revision("b", "a", labels=("x",)), revision("c", "a", labels=("y",)))],
    )
    colours = page.run("[...document.querySelectorAll('.row .dot')].map(dot => getComputedStyle(dot).fill)")
    assert colours == ["rgb(9, 105, 218)", "rgb(26, 127, 55)", "rgb(9, 105, 218)"]


def test_a_click_shows_the_file_and_the_message(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [FORK])
    page.click_on(ROW.format(2))
    assert text(page, "#panel h2") == "Orders"
    assert text(page, "#revision") == "shared"
    assert text(page, "#file") == "migrations/versions/shared.py:3"
    assert texts(page, "#panel h3") == ["File", "Follows", "Followed by"]
    assert texts(page, "#panel .link .code") == ["base", "left", "right"]
    assert page.run("location.hash") == "#shared"
    page.click_on("#panel .link:nth-of-type(1)")
    assert text(page, "#revision") == "base"
    page.press("Escape")
    assert text(page, "#panel h2") == "alembic.ini"


def test_an_address_may_name_a_revision(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [drawing_of(*line(300))], "#r7")
    assert text(page, "#revision") == "r7"
    assert 60 < top_of(page, ".row.chosen") < 740


def test_a_search_goes_from_match_to_match(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    wanted = [node for node in BIG.nodes if node.message.startswith("Backfill invoice")]
    page.press("/")
    page.type("invoice backfill")
    assert text(page, "#count") == f"1 of {len(wanted)}"
    first = text(page, "#revision")
    assert first in {node.id for node in wanted}
    page.press("Enter")
    assert text(page, "#count") == f"2 of {len(wanted)}"
    assert text(page, "#revision") in {node.id for node in wanted} - {first}
    assert 60 < top_of(page, ".row.chosen.found") < 740
    page.click_on("#previous")
    assert text(page, "#revision") == first


def test_a_search_knows_branches_labels_files_and_ids(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    page.click_on("#query")
    for words, matches in (
        ("#1849", 2),
        ("reporting", 1),
        ("CUSTOMER nickname #1841", 1),
        (BIG.nodes[500].path, 1),
    ):
        page.run("document.querySelector('#query').select()")
        page.type(words)
        assert text(page, "#count") == f"1 of {matches}", words


def test_a_search_without_a_match_says_so_and_escape_ends_it(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [FORK])
    page.press("/")
    page.type("nothing of that kind")
    assert text(page, "#count") == "no match"
    assert count(page, ".row.aside") == 4
    page.press("Escape")
    assert (text(page, "#count"), count(page, ".row.aside")) == ("", 0)


def test_zooming_keeps_what_is_under_the_pointer(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    page.wheel(300, 400, 2000)
    place = page.run("Number(document.elementFromPoint(120, 400).closest('[data-row]').dataset.row)")
    page.wheel(120, 400, -150, control=True)
    assert text(page, "#scale") == "157%"
    after = page.run("Number(document.elementFromPoint(120, 400).closest('[data-row]').dataset.row)")
    assert abs(place - after) <= 1
    page.click_on("#scale")
    assert text(page, "#scale") == "100%"


def test_all_of_it_fits_on_the_screen_with_what_matters_named(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    page.click_on("#fit")
    assert text(page, "#scale") == "2%"
    assert page.run("document.querySelector('.dots').getBoundingClientRect().height") < 740
    assert count(page, ".row") == 0
    named = texts(page, ".landmark")
    assert any("#1841" in one for one in named)
    assert any("· core" in one for one in named)
    page.click_on(".landmark")
    assert text(page, "#panel .branch") == "#1841"


def test_a_hundred_steps_of_zoom_and_pan_are_fluid(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    milliseconds = page.run("""(async () => {
        const canvas = document.querySelector("#canvas");
        const started = performance.now();
        for (let step = 0; step < 100; step++) {
            const zoom = step % 4 < 2;
            const by = { deltaY: step % 2 ? 300 : -300, ctrlKey: zoom, clientX: 300, clientY: 300, cancelable: true };
            canvas.dispatchEvent(new WheelEvent("wheel", by));
            await new Promise(requestAnimationFrame);
        }
        return (performance.now() - started) / 100;
    })()""")
    assert milliseconds < 100, "a frame takes 17 on a machine with nothing else to do"


def test_dragging_moves_the_graph_and_selects_nothing(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    page.wheel(300, 400, 3000)
    row = page.run("document.querySelector('.row').dataset.row")
    before = top_of(page, ROW.format(row))
    page.drag((150, 300), (150, 350))
    assert top_of(page, ROW.format(row)) == before + 50
    assert text(page, "#panel h2") == "alembic.ini"


def test_the_keyboard_reaches_every_revision(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    page.run("document.querySelector('#canvas').focus()")
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
        page.press(key)
        seen.append(page.run("Number(document.querySelector('.row.chosen').dataset.row)"))
    assert seen == [0, 1, 0, 999, 0]
    for key, scale in (("-", "80%"), ("0", "100%"), ("+", "125%"), ("f", "2%")):
        page.press(key)
        assert text(page, "#scale") == scale


def test_the_ruler_leads_to_any_part(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [BIG])
    x, bottom = page.run(
        "(b => [b.left + 7, b.bottom - 5])(document.querySelector('#ruler').getBoundingClientRect())"
    )
    page.click(x, bottom)
    assert page.run("Math.max(...[...document.querySelectorAll('.row')].map(row => row.dataset.row))") == 999


def test_each_environment_has_a_graph(page: Page, tmp_path: Path) -> None:
    other = drawing_of(revision("o", message="Others"))
    show(page, tmp_path, [FORK, other])
    assert texts(page, "#environment option") == ["alembic.ini", "alembic.ini"]
    page.run(
        "(s => { s.value = '1'; s.dispatchEvent(new Event('change')); })(document.querySelector('#environment'))"
    )
    page.settle()
    assert texts(page, ".row .message") == ["Others"]


def test_no_revision_at_all(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, [drawing_of()])
    for key in ("ArrowDown", "End", "f", "+"):
        page.press(key)
    assert text(page, "#panel p") == "0 revisions, 0 heads"


def test_odd_names_are_shown_and_do_nothing(page: Page, tmp_path: Path) -> None:
    attack = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
    show(page, tmp_path, [drawing_of(revision("a", message=attack + NASTY, path=attack, labels=(attack,)))])
    page.click_on(ROW.format(0))
    assert text(page, "#panel h2") == attack + NASTY
    assert text(page, "#file") == f"{attack}:3"
    assert page.run("window.ran") is None


def test_dark_where_the_reader_prefers_it(page: Page, tmp_path: Path) -> None:
    page.size(1280, 800, dark=True)
    show(page, tmp_path, [FORK])
    dark = page.run(INK)
    page.size(1280, 800)
    assert (dark, page.run(INK)) == ("rgb(230, 237, 243)", "rgb(31, 35, 40)")


def test_a_small_screen_has_the_graph_above_what_is_said_of_it(page: Page, tmp_path: Path) -> None:
    page.size(400, 800)
    show(page, tmp_path, [FORK])
    assert page.run("document.documentElement.scrollWidth") == 400
    assert top_of(page, "#panel") > top_of(page, ROW.format(3))


def test_the_page_can_send_nothing(browser: Page, tmp_path: Path) -> None:
    show(browser, tmp_path, [FORK])
    refused = browser.run("fetch('http://127.0.0.1:9/').then(() => 'sent', error => error.name)")
    assert refused == "TypeError"
    assert any("Content Security Policy" in one for one in browser.complaints)
