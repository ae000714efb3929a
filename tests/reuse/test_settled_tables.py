"""Tables that were found alike are not compared again, and what else could make them differ is seen all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.answers import judged
from support.commands import ENV, INI, make_project, revision_file, revision_path

if TYPE_CHECKING:
    from pathlib import Path

URL = INI.replace("sqlite:///app.db", "postgresql+psycopg2://app@db/shop")
MODELS = """\
from sqlalchemy import Column, Enum, ForeignKey, Integer, String, Text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    kind = Column(Enum("a", "b", name="kind"))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("user.id"))
    title = Column(String(40))
"""
CREATE = """op.create_table("user", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Enum("a", "b", name="kind")))
    op.create_table("post", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id")), sa.Column("title", sa.String(40)))
    op.create_table("aside", sa.Column("id", sa.Integer(), primary_key=True))"""
FILTER = "include_object=lambda thing, name, kind, *_: name != 'aside'"


def test_what_differs_is_found_beside_settled_tables(tmp_path: Path, cache: Path) -> None:
    env = ENV.replace("Base.metadata)", f"Base.metadata, {FILTER})")
    files = {"alembic.ini": URL, "models.py": MODELS, "migrations/env.py": env}
    checkout = make_project(
        tmp_path / "project", cache, {**files, revision_path("a1"): revision_file("a1", None, CREATE)}
    ).checkout
    assert judged(checkout.top, no_cache=False)["findings"] == []

    compared = env.replace("Base.metadata,", "Base.metadata, compare_type=lambda *a: a[1].name == 'title',")
    changes = {
        "a table that is no longer left out": (
            {"migrations/env.py": env.replace(f", {FILTER}", "")},
            ["table aside is made by the revisions and is not in the models"],
        ),
        "a comparator": (
            {"migrations/env.py": compared},
            ["column post.title differs: type VARCHAR(40) in the models, VARCHAR(40) in the revisions"],
        ),
        "a label": (
            {"models.py": MODELS.replace('"a", "b"', '"a", "b", "c"')},
            ["enum type kind differs: labels 'a', 'b', 'c' in the models, 'a', 'b' in the revisions"],
        ),
        "the target of a key": (
            {"models.py": MODELS.replace("Integer, primary", "Text, primary", 1)},
            [
                "column user.id differs: default none in the models, nextval of its own sequence in the revisions",
                "column user.id differs: type TEXT in the models, INTEGER in the revisions",
            ],
        ),
        "the key": (
            {"models.py": MODELS.replace('ForeignKey("user.id")', 'ForeignKey("post.id")')},
            [
                (
                    "foreign key post_user_id_fkey on post differs: FOREIGN KEY (user_id) REFERENCES post(id) "
                    'in the models, FOREIGN KEY (user_id) REFERENCES "user"(id) in the revisions'
                )
            ],
        ),
        "a schema": (
            {"models.py": MODELS.replace('"post"', '"post"\n    __table_args__ = {"schema": "other"}')},
            [
                "schema other is in the models and in no revision",
                "table other.post is in the models and in no revision",
                "table post is made by the revisions and is not in the models",
            ],
        ),
        "a table that is gone": (
            {"models.py": MODELS[: MODELS.index("class Post")]},
            ["table post is made by the revisions and is not in the models"],
        ),
    }
    for name, (edited, messages) in changes.items():
        checkout.add(edited)
        findings = judged(checkout.top, no_cache=False)["findings"]
        assert (name, [finding["message"] for finding in findings]) == (name, messages)
        checkout.git("reset", "--quiet", "--hard")
