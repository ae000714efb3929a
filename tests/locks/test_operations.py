"""What common operations keep others from, on a real server: the table of the documentation holds."""

from __future__ import annotations

import runpy

from support.once import proof_cache
from support.shop import CHECKOUT


def test_the_page_says_what_the_server_does() -> None:
    script = runpy.run_path(str(CHECKOUT / "scripts" / "locks"))
    text = script["PAGE"].read_text()

    assert len(script["OPERATIONS"]) >= 25
    assert text == script["page"](text, "embedded", proof_cache()), "write it anew: scripts/locks"
