"""One report that has some of everything, and text that every format has a reason to trip over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from alembic_proof.findings import Finding, Suppressed, in_order
from alembic_proof.git import Base
from alembic_proof.reports import EnvironmentReport, Report
from alembic_proof.rules import multiple_heads
from support.histories import facts_of, revision

LONG = [revision(f"{number:04d}", f"{number - 1:04d}") for number in range(2, 9)]
FORK = next(
    iter(
        multiple_heads.find(
            facts_of(
                [
                    revision("0000"),
                    revision("0001", "0000"),
                    *LONG,
                    revision("6d2f1a90c7b3", "0001"),
                    revision("94be07d15a6c", "0001"),
                ]
            )
        )
    )
)
ADDED = Finding(
    "model-drift",
    "column customer.nickname is in the models and in no revision",
    "write the revision: alembic-proof revision --stage -m 'describe the change'",
    environment="alembic.ini",
    path="shop/models.py",
    line=14,
    details={"operations": ["op.add_column('customer', sa.Column('nickname', sa.String(), nullable=True))"]},
    identity={"object": "column customer.nickname", "only": "models"},
)
CHECK = Finding(
    "model-drift",
    'check constraint price_is_sane on item differs: "price" > 0 | {free} in the models, price >= 0 in the revisions',
    "write the revision: alembic-proof revision --config bills/alembic.ini --stage -m 'describe the change'",
    environment="bills/alembic.ini",
    path="bills/models.py",
    line=20,
    details={
        "operations": [
            "op.execute('ALTER TABLE item DROP CONSTRAINT price_is_sane')",
            "# rows may be in the way: see to them first",
            "op.execute('ALTER TABLE item ADD CONSTRAINT price_is_sane CHECK (price > 0 OR free)')",
        ]
    },
    identity={"object": "check constraint price_is_sane on item", "found-by": "catalogs"},
)
FAILED = Finding(
    "upgrade-failed",
    "revision b7 fails: IntegrityError: could not create unique index",
    "mend bills/versions/b7.py and run alembic-proof check again",
    environment="bills/alembic.ini",
    path="bills/versions/b7.py",
    line=9,
    revision="b7",
    details={
        "error": "IntegrityError",
        "error_message": "could not create unique index\nDETAIL:  Key (mail)=(a@b.c) is duplicated.",
        "statement": "CREATE UNIQUE INDEX mail_is_unique\n    ON customer (lower(mail))",
    },
    identity={"object": "b7", "error": "IntegrityError"},
)
UNREGISTERED = Finding(
    "unregistered-model",
    "Invoice (table invoice) is on env.py's metadata, and nothing that env.py loads imports shop/50%, a:b/invoice.py",
    "import it where the other models are imported, or in migrations/env.py",
    "warning",
    environment="alembic.ini",
    path="shop/50%, a:b/invoice.py",
    line=3,
    details={"model": "Invoice", "table": "invoice"},
    identity={"object": "Invoice (table invoice)"},
)
UNUSED = Finding(
    "unused-ignore",
    "model-drift does not find anything here, so the comment is not needed",
    "remove the comment",
    "info",
    path="shop/models.py",
    line=30,
)
SHOP = EnvironmentReport(
    "alembic.ini",
    ("0008", "6d2f1a90c7b3", "94be07d15a6c"),
    11,
    {"multiple-heads": "failed", "cycle": "passed", "unregistered-model": "passed", "model-drift": "failed"},
    seconds=0.8412,
    databases=("PostgreSQL 16.4 (embedded)",),
    interpreter="/venv/bin/python",
)
BILLS = EnvironmentReport(
    "bills/alembic.ini",
    ("b7",),
    7,
    {"multiple-heads": "off", "cycle": "passed", "upgrade-failed": "failed", "unregistered-model": "skipped"},
    seconds=1.25,
    databases=("MariaDB 10.11", "SQLite"),
    notes=("env.py's process_revision_directives dropped 2 operations of autogenerate",),
)
RICH = Report(
    "the merge of 1234567 and origin/main",
    in_order([FORK, ADDED, CHECK, FAILED, UNREGISTERED, UNUSED]),
    (SHOP, BILLS),
    ("submodule vendor/x was left out",),
    (
        Suppressed(
            replace(ADDED, line=40, identity={"object": "index ix_a"}),
            "comment",
            "made by hand, <b>on purpose</b>",
        ),
        Suppressed(
            replace(CHECK, line=41, identity={"object": "index ix_b"}),
            "baseline",
            "alembic-proof-baseline.toml",
        ),
        Suppressed(replace(CHECK, line=42, identity={"object": "index ix_c"}), "base", "origin/main"),
    ),
    Base("origin/main", "89abcde"),
)
CLEAN = Report("the index", environments=(replace(SHOP, rules={"cycle": "passed"}),))

# A character each, then words that are set apart by spaces.
_BITS = st.sampled_from(
    [
        *"%,:|`=*_\\{\"'é🐍\n\r\t\x00\x1b\udcff\u2028\u202e\ufffe",
        *[
            "%0A",
            "%25",
            "::",
            "```",
            "~~~",
            "<script>alert(1)</script>",
            "]]>",
            "<!--",
            "-->",
            "&amp;",
            "</details>",
            "../",
            "[a](b)",
            "](x)",
            "{0}",
        ],
        *["*a*", "_b_", "\\|", "#12", "@team", "end", "$x$", "www.a.bc", "http://a.bc", ":+1:", "fa:fa-ban"],
        "- ",
        "1. ",
    ]
)
AWKWARD = st.lists(_BITS | st.text(st.characters(), max_size=3), max_size=8).map("".join)
NOTE = AWKWARD.map("it {}".format)


@st.composite
def awkward_findings(draw: st.DrawFn) -> Finding:
    """A finding in which everything that a user or a repository gives is awkward."""
    kind = draw(st.sampled_from(["model-drift", "upgrade-failed", "multiple-heads"]))
    node = {"revision": f"r{draw(AWKWARD)}", "path": draw(AWKWARD), "parents": [], "head": True}
    details = {
        "model-drift": {"operations": [draw(AWKWARD), draw(AWKWARD)]},
        "upgrade-failed": {"statement": draw(AWKWARD), "error_message": draw(AWKWARD)},
        "multiple-heads": {"graph": [node]},
    }
    return Finding(
        kind,
        f"what {draw(AWKWARD)}",
        f"do {draw(AWKWARD)}",
        draw(st.sampled_from(["error", "warning", "info"])),
        environment=draw(st.sampled_from(["", "alembic.ini"]) | AWKWARD),
        path=draw(st.none() | AWKWARD.filter(bool)),
        line=draw(st.none() | st.integers(1, 9)),
        details=details[kind],
        identity={"object": draw(AWKWARD)},
    )


@st.composite
def awkward_reports(draw: st.DrawFn) -> Report:
    findings = draw(st.lists(awkward_findings(), max_size=3))
    config = draw(AWKWARD)
    environment = EnvironmentReport(
        config, (), 1, {"cycle": "passed", "model-drift": "off"}, 0.1, notes=(draw(AWKWARD),)
    )
    left_out = tuple(Suppressed(finding, "comment", draw(AWKWARD)) for finding in findings[:1])
    return Report(draw(AWKWARD), tuple(findings), (environment,), (draw(NOTE),), left_out)
