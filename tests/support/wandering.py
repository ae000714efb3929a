"""A project on which somebody works at random: edits, commits, branches, merges and stashes, from a seed."""

from __future__ import annotations

import os
import random
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

URLS = {"postgresql": "postgresql+psycopg2://app@db/shop", "sqlite": "sqlite:///app.db"}
INI = """\
[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = {url}
"""
SETTINGS = """\
import os

COMMENTS = False
if os.path.exists(".env"):
    with open(".env") as file:
        COMMENTS = "COMMENTS=1" in file.read()
"""
BASE = """\
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
"""
PACKAGE = """\
from importlib import import_module
from pathlib import Path

import shop.models.customers
import shop.models.orders

try:
    import shop.models.optional
except ImportError:
    pass
for file in sorted((Path(__file__).parent / "plugins").glob("*.py")):
    import_module(f"shop.models.plugins.{file.stem}")
"""
CUSTOMERS = """\
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Text

from shop.base import Base


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
    city = Column(String(40))
    # columns end
"""
ORDERS = """\
from sqlalchemy import CheckConstraint, Column, Enum, ForeignKey, Index, Integer, String, Text

from shop.base import Base
from shop.kinds import KINDS


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, ForeignKey("customer.id"))
    kind = Column(Enum(*KINDS, name="kind"))
    # columns end
"""
KINDS = 'KINDS = ("gift", "plain")\n'
HELPERS = """\
from pathlib import Path

from sqlalchemy import String

LENGTH = 40
COUNTRIES = (Path(__file__).parent / "countries.txt").read_text().split()


def name_type():
    return String(LENGTH)
"""
TAGS = """\
from sqlalchemy import Column, Integer, String, Table

from shop.base import Base

LENGTH = 20


class Tag:
    pass


tag_table = Table(
    "tag",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("word", String(LENGTH)),
    # columns end
)
Base.registry.map_imperatively(Tag, tag_table)


def longest():
    return LENGTH
"""
# What a revision may import beside models: something of a model's own module, and what was made of one.
LIMITS = "\n\nLIMIT = 30\n\n\ndef limited():\n    return String(LIMIT)\n"
NAMES = """\
from shop.models.customers import Customer

NAMES = ["one"]
"""
ALL_NAMES = """\
from shop.models.customers import Customer

NAMES = [column.name for column in Customer.__table__.columns]
"""
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

import shop.models
from shop.base import Base
from shop.settings import COMMENTS


def include_object(thing, name, kind, reflected, compared):
    return name != "left_out"


engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_server_default=COMMENTS,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''\
"""{id}"""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{id}"
down_revision = {parent!r}


def upgrade():
{body}


def downgrade():
    pass
'''
FIRST = """\
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", name_type(), nullable=False),
        sa.Column("city", sa.String(40)),
    )
    for country in COUNTRIES:
        op.execute("SELECT 1")
        op.create_table(f"left_{country}", sa.Column("id", sa.Integer(), primary_key=True))
        op.drop_table(f"left_{country}")"""
LIMITED = """\
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", limited(), nullable=False),
        sa.Column("city", sa.String(40)),
    )
    for name in NAMES:
        op.create_table(f"named_{name}", sa.Column("id", sa.Integer(), primary_key=True))"""
LOOKING = """\
    from shop.models.customers import Customer

    for column in Customer.__table__.columns:
        op.create_table(f"{table}_{column.name}", sa.Column("id", sa.Integer(), primary_key=True))"""
TAG = """
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("word", sa.String(20)),
    )"""
SECOND = """\
    op.create_table(
        "order",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id")),
        sa.Column("kind", sa.Enum("gift", "plain", name="kind")),
    )"""
PYPROJECT = "[tool.alembic-proof]\nexact-drift = true\n"
VERSIONS = "migrations/versions"
MODEL_FILES = ("shop/models/customers.py", "shop/models/orders.py")
COLUMNS = (
    *("Column(String(40))", "Column(String(60))", "Column(Text)", "Column(Integer)"),
    *(
        "Column(Integer, nullable=False)",
        'Column(Integer, server_default="0")',
        "Column(String(40), index=True)",
    ),
    *("Column(String(40), unique=True)", 'Column(Integer, ForeignKey("customer.id"))'),
    *('Column(Text, comment="a note")', 'Column(Integer, ForeignKey("order.id"))'),
    *("Column(String(20), primary_key=True)",),
)


def revision(identifier: str, parent: str | None, body: str, imports: str = "") -> str:
    return REVISION.format(id=identifier, parent=parent, body=body, imports=imports)


def files(dialect: str, kind: int = 1) -> dict[str, str]:
    """The project: its first revision imports nothing of it (0), a module beside models (1), or one of models (2)."""
    imports, first = (
        ("", FIRST.replace("name_type()", "sa.String(40)").replace("COUNTRIES", '("a",)')),
        ("\nfrom shop.helpers import COUNTRIES, name_type\n", FIRST),
        ("\nfrom shop.models.customers import limited\nfrom shop.names import NAMES\n", LIMITED),
    )[kind]
    mapped = {} if kind == 2 else {"shop/models/tags.py": TAGS}
    package = PACKAGE if kind == 2 else f"import shop.models.tags\n{PACKAGE}"
    second = SECOND if kind == 2 else SECOND + TAG
    return {
        "alembic.ini": INI.format(url=URLS[dialect]),
        "pyproject.toml": PYPROJECT,
        ".gitignore": ".env\n*.db\n",
        "README": "A shop.\n",
        "shop/__init__.py": "",
        "shop/settings.py": SETTINGS,
        "shop/base.py": BASE,
        "shop/kinds.py": KINDS,
        "shop/helpers.py": HELPERS,
        "shop/countries.txt": "fr\nde\n",
        "shop/models/__init__.py": package,
        "shop/models/customers.py": CUSTOMERS + (LIMITS if kind == 2 else ""),
        "shop/names.py": NAMES,
        **mapped,
        "shop/models/orders.py": ORDERS,
        "migrations/env.py": ENV,
        "migrations/script.py.mako": "",
        f"{VERSIONS}/a1.py": revision("a1", None, first, imports),
        f"{VERSIONS}/a2.py": revision("a2", "a1", second),
    }


@dataclass
class Wanderer:
    """Takes one random step after the other; `found` is what the last check said."""

    checkout: Checkout
    random: random.Random
    found: Mapping[str, Any] = field(default_factory=dict)
    _number: int = 0

    def step(self) -> str:
        """Take a step, now and then without staging it; what it was."""
        name = self.random.choices(list(STEPS), weights=[weight for _, weight in STEPS.values()])[0]
        said = STEPS[name][0](self)
        if self.random.random() < 0.85:
            self._git("add", "--all")
        return f"{name} {said or ''}".rstrip()

    @property
    def top(self) -> Path:
        return self.checkout.top

    def number(self) -> int:
        self._number += 1
        return self._number

    def _git(self, *args: str) -> bool:
        done = subprocess.run(
            ("git", *args), cwd=self.top, capture_output=True, env={**os.environ, "GIT_EDITOR": "true"}
        )
        return done.returncode == 0

    def _edit(self, path: str, change: Callable[[str], str]) -> str:
        file = self.top / path
        if file.is_file() and not file.is_symlink():
            file.write_text(change(file.read_text()))
        return path

    def _model(self) -> str:
        there = [path for path in MODEL_FILES if (self.top / path).is_file()]
        return self.random.choice(there or list(MODEL_FILES))

    def _revisions(self) -> list[Path]:
        return sorted((self.top / VERSIONS).glob("*.py"))

    def add_column(self) -> str:
        line = f"    c{self.number()} = {self.random.choice(COLUMNS)}\n"
        return self._edit(
            self._model(), lambda text: text.replace("    # columns end", f"{line}    # columns end")
        )

    def add_table_args(self) -> str:
        one = self.random.choice(
            ('Index("ix_own", "id")', 'CheckConstraint("id > 0", name="positive")', '{"comment": "x"}')
        )
        own = re.compile(r"    __table_args__.*\n")
        return self._edit(
            self._model(),
            lambda text: own.sub("", text).replace(
                "    # columns end",
                f"    __table_args__ = ({one},)\n    # columns end".replace("({", "{").replace("},)", "}"),
            ),
        )

    def drop_line(self) -> str:
        def change(text: str) -> str:
            lines = text.splitlines(keepends=True)
            mine = [n for n, line in enumerate(lines) if "= Column" in line or "__table_args__" in line]
            if len(mine) > 1:
                del lines[self.random.choice(mine[1:])]
            return "".join(lines)

        return self._edit(self._model(), change)

    def alter_column(self) -> str:
        def change(text: str) -> str:
            found = re.findall(
                r"^    c\d+ = (Column.*)$|^    (?:name|city) = (Column.*)$", text, re.MULTILINE
            )
            chosen = [one for pair in found for one in pair if one]
            return (
                text.replace(self.random.choice(chosen), self.random.choice(COLUMNS), 1) if chosen else text
            )

        return self._edit(self._model(), change)

    def comment(self) -> str:
        path = self.random.choice((*MODEL_FILES, "shop/helpers.py", "migrations/env.py", "shop/base.py"))
        return self._edit(path, lambda text: f"{text}# {self.number()}\n")

    def edit_env(self) -> str:
        swap = self.random.choice(
            (
                ('name != "left_out"', 'name != "city"'),
                ('name != "city"', 'name != "left_out"'),
                ("compare_server_default=COMMENTS", "compare_server_default=True"),
                (
                    "    context.configure(",
                    "    connection.exec_driver_sql('SELECT 1')\n    context.configure(",
                ),
            )
        )
        return self._edit("migrations/env.py", lambda text: text.replace(*swap))

    def edit_helper(self) -> str:
        swap = self.random.choice((("LENGTH = 40", "LENGTH = 41"), ("LENGTH = 41", "LENGTH = 40")))
        return self._edit("shop/helpers.py", lambda text: text.replace(*swap))

    def edit_tags(self) -> str:
        """Of a table that is mapped imperatively, in a module that other code asks for more."""
        more = f'    Column("c{self.number()}", Integer),\n    # columns end'
        swap = self.random.choice(
            (
                *((r"    # columns end", more), (r'    Column\("c\d+", Integer\),\n', "")),
                *(("LENGTH = 20", "LENGTH = 21"), ("LENGTH = 21", "LENGTH = 20"), ("pass", "word = 'a'")),
            )
        )
        return self._edit("shop/models/tags.py", lambda text: re.sub(*swap, text, count=1))

    def edit_limit(self) -> str:
        """What a revision imports of a module that holds a model."""
        swap = self.random.choice((("LIMIT = 30", "LIMIT = 31"), ("LIMIT = 31", "LIMIT = 30")))
        return self._edit("shop/models/customers.py", lambda text: text.replace(*swap))

    def edit_names(self) -> str:
        return self._edit("shop/names.py", lambda text: self.random.choice((NAMES, ALL_NAMES)))

    def look_at_model(self) -> str:
        """A revision that builds what the columns of a model tell it to."""
        heads = (self.found.get("environments") or [{"heads": []}])[0]["heads"]
        if len(heads) != 1:
            return "none"
        identifier = f"l{self.number()}"
        body = LOOKING.replace("{table}", f"of_{identifier}")
        self.checkout.write({f"{VERSIONS}/{identifier}.py": revision(identifier, heads[0], body)})
        return identifier

    def edit_data(self) -> str:
        return self._edit(
            "shop/countries.txt", lambda text: self.random.choice(("fr\nde\n", "fr\n", "fr\nfr\nde\n", "'\n"))
        )

    def edit_kinds(self) -> str:
        return self._edit(
            "shop/kinds.py", lambda text: self.random.choice((KINDS, KINDS.replace('")', '", "odd")')))
        )

    def edit_base(self) -> str:
        names = ("ix_%(table_name)s_%(column_0_name)s", "ix_%(column_0_name)s")
        given = self.random.choice(names)
        return self._edit("shop/base.py", lambda text: re.sub(r'"ix_[^"]*"', f'"{given}"', text))

    def add_module(self) -> str:
        number = self.number()
        path = self.random.choice(
            (
                f"shop/models/plugins/p{number}.py",
                f"shop/models/lost{number}.py",
                "shop/models/optional.py",
                f"shop/tool{number}.py",
            )
        )
        model = CUSTOMERS.replace("Customer", f"Other{number}").replace('"customer"', f'"other{number}"')
        self.checkout.write({path: model if self.random.random() < 0.7 else "X = 1\n"})
        return path

    def drop_module(self) -> str:
        mine = [
            file
            for file in sorted((self.top / "shop").rglob("*.py"))
            if re.search(r"p\d+|lost|optional|tool", file.name) and file.is_file()
        ]
        if mine:
            self.random.choice(mine).unlink()
        return ""

    def include_lost(self) -> str:
        lost = sorted((self.top / "shop/models").glob("lost*.py"))
        lines = "".join(f"import shop.models.{file.stem}\n" for file in lost)
        return self._edit(
            "shop/models/__init__.py", lambda text: lines + re.sub(r"import shop.models.lost.*\n", "", text)
        )

    def write_revision(self) -> str:
        """The one that the last check asked for, where it did."""
        environments = self.found.get("environments") or [{"heads": []}]
        heads = environments[0]["heads"]
        if len(heads) != 1:
            return "none"
        operations: list[str] = []
        for finding in self.found.get("findings", ()):
            code = finding["details"].get("operations") or [finding["details"].get("code") or ""]
            operations += [one for one in code if one and one not in operations]
        lines = [f"    {line}" for one in operations for line in one.splitlines()] or ["    pass"]
        identifier = f"b{self.number()}{self.random.randrange(1000)}"
        dialect = "from sqlalchemy.dialects import postgresql\n"
        content = revision(identifier, heads[0], "\n".join([*lines, "    pass"]), dialect)
        self.checkout.write({f"{VERSIONS}/{identifier}.py": content})
        return identifier

    def edit_revision(self) -> str:
        path = self.random.choice(self._revisions()).relative_to(self.top)
        swap = self.random.choice(
            (
                ("sa.String(40)", "sa.String(41)"),
                ("sa.String(41)", "sa.String(40)"),
                ("def downgrade", "# x\ndef downgrade"),
            )
        )
        return self._edit(str(path), lambda text: text.replace(*swap))

    def delete_revision(self) -> str:
        last = self._revisions()[2:]
        if last:
            last[-1].unlink()
        return ""

    def rename_revision(self) -> str:
        chosen = self.random.choice(self._revisions())
        chosen.rename(chosen.with_name(f"{chosen.stem}_.py"))
        return chosen.name

    def branch_beside(self) -> str:
        identifier = f"d{self.number()}"
        parent = self.random.choice(("a1", "a2"))
        self.checkout.write({f"{VERSIONS}/{identifier}.py": revision(identifier, parent, "    pass")})
        return identifier

    def merge_revisions(self) -> str:
        heads = (self.found.get("environments") or [{"heads": []}])[0]["heads"]
        if len(heads) < 2:
            return "none"
        identifier = f"m{self.number()}"
        text = revision(identifier, None, "    pass").replace(
            "down_revision = None", f"down_revision = {tuple(heads)!r}"
        )
        self.checkout.write({f"{VERSIONS}/{identifier}.py": text})
        return identifier

    def ignored_file(self) -> str:
        file = self.top / ".env"
        if file.exists() and self.random.random() < 0.4:
            file.unlink()
        else:
            file.write_text(self.random.choice(("COMMENTS=1\n", "COMMENTS=0\n")))
        return ""

    def settings(self) -> str:
        one = self.random.choice(
            ("exact-drift = true", "exact-drift = false", 'x-arguments = ["a=1"]', 'env = { A = "1" }')
        )
        self.checkout.write({"pyproject.toml": f"[tool.alembic-proof]\n{one}\n"})
        return one

    def mode(self) -> str:
        path = self.random.choice((*MODEL_FILES, "migrations/env.py"))
        file = self.top / path
        if file.is_file():
            file.chmod(self.random.choice((0o644, 0o755)))
        return path

    def symlink(self) -> str:
        file = self.top / "shop/kinds.py"
        other = self.top / "shop/other_kinds.py"
        if file.is_symlink():
            file.unlink()
            file.write_text(KINDS)
        else:
            file.unlink(missing_ok=True)
            other.write_text(KINDS.replace("plain", self.random.choice(("plain", "odd"))))
            file.symlink_to("other_kinds.py")
        return ""

    def recreate(self) -> str:
        path = self._model()
        text = (self.top / path).read_text() if (self.top / path).is_file() else CUSTOMERS
        (self.top / path).unlink(missing_ok=True)
        (self.top / path).write_text(text)
        return path

    def commit(self) -> str:
        self._git("commit", "--quiet", "--allow-empty", "--message", "x")
        return ""

    def branch(self) -> str:
        self._git("switch", "--quiet", "--create", f"branch{self.number()}")
        return ""

    def switch(self) -> str:
        names = self.checkout.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        name = self.random.choice(names)
        self._git("commit", "--quiet", "--all", "--message", "x")
        self._git("switch", "--quiet", name)
        return name

    def merge(self) -> str:
        names = self.checkout.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        name = self.random.choice(names)
        self._git("commit", "--quiet", "--all", "--message", "x")
        if not self._git("merge", "--quiet", "--no-edit", name):
            self._git("merge", "--abort")
        return name

    def stash(self) -> str:
        self._git("stash", "--include-untracked", "--quiet")
        return ""

    def unstash(self) -> str:
        if not self._git("stash", "pop", "--quiet"):
            self._git("checkout", "--quiet", "--force", "HEAD")
        return ""

    def unstage(self) -> str:
        self._git("reset", "--quiet")
        return ""

    def readme(self) -> str:
        return self._edit("README", lambda text: f"{text}{self.number()}\n")

    def begin_anew(self) -> str:
        self._git("reset", "--quiet", "--hard")
        self._git("switch", "--quiet", "--force", "--detach", "start")
        self._git("switch", "--quiet", "--create", f"fresh{self.number()}")
        return ""


STEPS: Mapping[str, tuple[Callable[[Wanderer], str], int]] = {
    **{
        name: (getattr(Wanderer, name), 3)
        for name in ("add_column", "drop_line", "alter_column", "add_table_args")
    },
    **{
        name: (getattr(Wanderer, name), 2)
        for name in ("edit_helper", "edit_data", "edit_kinds", "edit_base", "edit_env")
    },
    **{
        name: (getattr(Wanderer, name), 1) for name in ("edit_revision", "delete_revision", "rename_revision")
    },
    **{
        name: (getattr(Wanderer, name), 1)
        for name in ("branch_beside", "mode", "symlink", "recreate", "readme")
    },
    **{
        name: (getattr(Wanderer, name), 2)
        for name in ("add_module", "drop_module", "include_lost", "ignored_file")
    },
    **{
        name: (getattr(Wanderer, name), 1)
        for name in ("settings", "branch", "stash", "unstash", "unstage", "comment")
    },
    **{name: (getattr(Wanderer, name), 2) for name in ("commit", "switch", "merge", "merge_revisions")},
    **{name: (getattr(Wanderer, name), 2) for name in ("edit_tags", "edit_limit", "edit_names")},
    "look_at_model": (Wanderer.look_at_model, 1),
    "write_revision": (Wanderer.write_revision, 8),
    "begin_anew": (Wanderer.begin_anew, 3),
}


def wanderer(top: Path, seed: int, dialect: str) -> Wanderer:
    checkout = Checkout.create(top, files(dialect, seed % 3))
    checkout.git("tag", "start")
    return Wanderer(checkout, random.Random(seed))
