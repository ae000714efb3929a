"""The baseline file: what is written is read again, and what cannot be meant is refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding
from alembic_proof.suppressions.baseline import Entry, compared, entry_of, match, parse, render
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

LENIENT = {"model-drift"}
FAX = Finding(
    "model-drift",
    "column user.fax differs: type INTEGER in the models, VARCHAR in the revisions",
    "mend it",
    environment="alembic.ini",
    path="models.py",
    line=4,
    identity={
        "object": "column user.fax",
        "models.type": "INTEGER",
        "revisions.type": "VARCHAR",
        "revisions.access method": 'heap "x"\n',
    },
)
FILE = """\
# What alembic-proof leaves out: it was there before. Written by `alembic-proof baseline`.
version = 1

[[finding]]
rule = "model-drift"
environment = "alembic.ini"
object = "column user.fax"
models.type = "INTEGER"
revisions."access method" = "heap \\"x\\"\\n"
revisions.type = "VARCHAR"
message = "column user.fax differs: type INTEGER in the models, VARCHAR in the revisions"
"""
NEWER = FILE.replace("version = 1", "version = 2")
MEND = "mend it, or write it anew: alembic-proof baseline"


def about(thing: str, **fields: str) -> Finding:
    return replace(FAX, identity={"object": thing, "only": "models"}, **fields)  # type: ignore[arg-type]


def test_a_file() -> None:
    assert render([entry_of(FAX)]) == FILE
    assert parse(FILE.encode()) == (entry_of(FAX),)


def test_the_order_does_not_depend_on_how_things_were_found() -> None:
    findings = [
        about("column b.x"),
        about("column a.x"),
        about("column a.x", environment="a/alembic.ini"),
        about("Invoice", rule="unregistered-model"),
    ]
    entries = [entry_of(one) for one in findings]

    text = render(entries)

    assert render(reversed(entries)) == text
    places = [(one.environment, one.rule, dict(one.identity)["object"]) for one in parse(text.encode())]
    assert places == sorted(places)


RULES = st.sampled_from(["model-drift", "unregistered-model"])
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Z", "C", "Cs")))
KEYS = st.sampled_from(["models", "revisions"]).flatmap(lambda side: TEXTS.map(lambda rest: f"{side}.{rest}"))
IDENTITIES = st.dictionaries(KEYS | st.sampled_from(["only", "found-by", "database", "object"]), TEXTS)


@given(st.lists(st.builds(Finding, RULES, TEXTS, TEXTS, environment=TEXTS, identity=IDENTITIES)))
def test_whatever_was_found_is_read_as_it_was_written(findings: list[Finding]) -> None:
    entries = [entry_of(finding) for finding in findings]
    source = render(entries).encode()
    assert sorted(parse(source), key=repr) == sorted(entries, key=repr)


@given(st.binary() | TEXTS.map(lambda text: f"version = 1\n{text}".encode(errors="replace")))
def test_whatever_a_file_holds_is_read_or_refused(source: bytes) -> None:
    with suppress(UsageError):
        assert all(isinstance(entry, Entry) for entry in parse(source))


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        (
            NEWER,
            "alembic-proof-baseline.toml has version 2, and this alembic-proof reads version 1",
            "use the alembic-proof that wrote it, or write it anew: alembic-proof baseline",
        ),
        (
            "",
            "alembic-proof-baseline.toml has version None, and this alembic-proof reads version 1",
            "use the alembic-proof that wrote it, or write it anew: alembic-proof baseline",
        ),
        (
            "version = 1\nnext = 2\n",
            "alembic-proof-baseline.toml cannot be read: 'next' has no place in it",
            MEND,
        ),
        (
            "version = 1\nfinding = 2\n",
            "alembic-proof-baseline.toml cannot be read: 'finding' has no place in it",
            MEND,
        ),
        *(
            (
                f"version = 1\n{block}\n",
                (
                    "alembic-proof-baseline.toml cannot be read: "
                    "a finding needs a rule, an environment and a message, all of them texts"
                ),
                MEND,
            )
            for block in (
                "finding = [1]",
                "[[finding]]\nrule = 'r'\nenvironment = 'e'",
                "[[finding]]\nrule = 'r'\nenvironment = 'e'\nmessage = 3",
                "[[finding]]\nrule = 'r'\nenvironment = 'e'\nmessage = 'm'\nmodels.a.b = 'c'",
            )
        ),
    ],
)
def test_a_file_that_cannot_be_meant(source: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(source.encode())
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize("source", [b"\xff", b"<<<<<<< HEAD\n", b"version = 1\n[[finding]]\nrule = "])
def test_a_damaged_file(source: bytes) -> None:
    with pytest.raises(UsageError, match=r"^alembic-proof-baseline\.toml cannot be read: ") as caught:
        parse(source)
    assert caught.value.hint == MEND


def test_a_finding_is_known_again_when_lines_and_words_have_changed() -> None:
    later = replace(FAX, path="shop/models.py", line=90, message="other words", severity="warning")
    assert match([later], parse(FILE.encode()), LENIENT) == ([later], [])


@pytest.mark.parametrize(
    "other",
    [
        replace(FAX, identity={**FAX.identity, "models.type": "BIGINT"}),
        replace(FAX, identity={"object": "column user.fax", "only": "models"}),
        replace(FAX, environment="service/alembic.ini"),
        replace(FAX, rule="unregistered-model"),
    ],
)
def test_what_is_wrong_in_another_way_is_new(other: Finding) -> None:
    entry = entry_of(FAX)
    assert match([other], [entry], {*LENIENT, "unregistered-model"}) == ([], [entry])


def test_it_does_not_matter_who_saw_it() -> None:
    """Another version of Alembic may see by itself what only the catalogs showed."""
    seen = replace(FAX, identity={**FAX.identity, "found-by": "catalogs"})
    assert match([seen], [entry_of(FAX)], LENIENT) == ([seen], [])
    assert match([FAX], [entry_of(seen)], LENIENT) == ([FAX], [])


def test_an_entry_stands_for_one_finding() -> None:
    twice, entry = [FAX, replace(FAX, line=9)], entry_of(FAX)
    assert match(twice, [entry], LENIENT) == ([FAX], [])
    assert match([FAX], [entry, entry], LENIENT) == ([FAX], [entry])


def test_what_cannot_be_left_out_has_no_entry() -> None:
    fork = replace(FAX, rule="multiple-heads")
    assert match([fork], [entry_of(fork)], LENIENT) == ([], [entry_of(fork)])


def test_two_files_are_compared_by_what_they_stand_for() -> None:
    old = [entry_of(about(name)) for name in "abb"]
    new = [replace(entry_of(about(name)), message="other words") for name in "bcde"]
    assert compared(old, new) == (3, 2)


def test_git_merges_what_two_branches_changed_in_it(tmp_path: Path) -> None:
    def file(*things: str) -> dict[str, str]:
        return {"baseline.toml": render(entry_of(about(f"column t.{thing}")) for thing in things)}

    checkout = Checkout.create(tmp_path / "repo", file(*"acegi"))
    checkout.branch("mended")
    checkout.commit(file(*"aegi"))
    checkout.switch("main")
    checkout.commit(file(*"aceghi"))

    checkout.git("merge", "--quiet", "mended")

    assert (checkout.top / "baseline.toml").read_text() == file(*"aeghi")["baseline.toml"]
