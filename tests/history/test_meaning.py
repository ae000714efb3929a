"""What is free in a revision that is merged, and what is not."""

from __future__ import annotations

import pytest

from alembic_proof.history.meaning import DIFF_LINES, Edit, edit_of

MERGED = '''\
"""Add the nickname

Revision ID: b1
Revises: a1
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from app.types import Money

# revision identifiers, used by Alembic.
revision: str = "b1"
down_revision: Union[str, None] = "a1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    with op.batch_alter_table("user") as batch:  # type: ignore
        batch.add_column(sa.Column("nickname", sa.String(40)))
        batch.add_column(sa.Column("price", Money()))
    op.execute("UPDATE user SET " "nickname = 'x'")


def downgrade() -> None:
    pass


class Row:
    """A row."""

    id: int = 1
'''
UPGRADE = MERGED[MERGED.index('    """Add it') : MERGED.index("\n\ndef downgrade")]


def edit(old: str, new: str) -> Edit | None:
    assert old in MERGED
    return edit_of(MERGED.encode(), MERGED.replace(old, new).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Add the nickname", "Give users a nickname"),
        (MERGED[: MERGED.index("from typing")], ""),
        ('    """Add it."""\n', ""),
        ('"""A row."""', '"""One."""'),
        ("    pass\n", '    """Nothing to do."""\n'),
        ("    pass\n", "    ...\n"),
        ("# revision identifiers, used by Alembic.\n", ""),
        ("  # type: ignore", ""),
        ("def upgrade() -> None:", "def upgrade():"),
        ('revision: str = "b1"', "revision = 'b1'"),
        ("branch_labels: Union[str, Sequence[str], None] = None", "branch_labels = None"),
        ("from typing import Sequence, Union\n", "from collections.abc import Sequence\n"),
        (
            "from alembic import op\nimport sqlalchemy as sa\n",
            "import sqlalchemy as sa\n\nfrom alembic import op\n",
        ),
        (
            "import sqlalchemy as sa\n",
            "import sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n",
        ),
        ('sa.Column("nickname", sa.String(40))', "sa.Column(\n'nickname',\n(sa.String(40)),\n)"),
        ('"UPDATE user SET " "nickname = \'x\'"', "u\"UPDATE user SET nickname = 'x'\""),
        ("sa.String(40)", "sa.String(0x28)"),
        ("\n", "\r\n"),
        # The graph has these.
        ('revision: str = "b1"', 'revision: str = "b2"'),
        ('= "a1"', "= None"),
        ("depends_on = None", 'depends_on = ("x",)'),
    ],
)
def test_free(old: str, new: str) -> None:
    assert edit(old, new) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "parts"),
    [
        ("String(40)", "String(80)", 22, ("upgrade",)),
        ('"nickname = ', '"name = ', 24, ("upgrade",)),
        ('        batch.add_column(sa.Column("price", Money()))\n', "", 22, ("upgrade",)),
        ("    pass\n", "    op.drop_column('user', 'nickname')\n", 28, ("downgrade",)),
        (UPGRADE, '    """Nothing."""\n    pass\n', 20, ("upgrade",)),
        (UPGRADE, "    try:\n        pass\n    except KeyError:\n        pass\n", 20, ("upgrade",)),
        ("    id: int = 1\n", "    pass\n", 34, ("Row",)),
        ("    id: int = 1", "    id: str = 1", 34, ("Row",)),
        ("from app.types import Money", "from app.kinds import Money", 10, ("",)),
        ("def upgrade() -> None:", "SIZE = 1\n\n\ndef upgrade() -> None:", 19, ("",)),
        ("import sqlalchemy as sa", "import sqlalchemy.dialects as sa", 1, ("",)),
        ("def downgrade", "def down", 27, ("down", "downgrade")),
        ("depends_on = None", "depends_on = find()", 16, ("",)),
    ],
)
def test_not_free(old: str, new: str, line: int, parts: tuple[str, ...]) -> None:
    found = edit(old, new)
    assert found is not None
    assert (found.line, found.parts) == (line, parts)


def test_what_went_and_what_came() -> None:
    found = edit("String(40)", "String(80)")
    assert found is not None
    assert found.diff[1:5] == (
        "     with op.batch_alter_table('user') as batch:",
        "-        batch.add_column(sa.Column('nickname', sa.String(40)))",
        "+        batch.add_column(sa.Column('nickname', sa.String(80)))",
        "         batch.add_column(sa.Column('price', Money()))",
    )


def test_a_long_difference_is_cut() -> None:
    found = edit("    pass\n", "".join(f"    op.execute('{number}')\n" for number in range(200)))
    assert found is not None
    assert (len(found.diff), found.diff[-1]) == (DIFF_LINES + 1, "... 144 more lines")


def test_an_import_that_comes_with_what_uses_it_is_no_difference_by_itself() -> None:
    before = b'revision = "a"\ndown_revision = None\n\ndef upgrade():\n    pass\n'
    now = b"from alembic import op\n" + before.replace(b"pass", b'op.execute("x")')
    assert edit_of(before, now) == Edit(
        6,
        ("upgrade",),
        (
            "@@ -1,2 +1,3 @@",
            "+from alembic import op",
            " def upgrade():",
            "-    pass",
            "+    op.execute('x')",
        ),
    )


def test_what_cannot_be_parsed_is_told_elsewhere() -> None:
    assert edit("def upgrade", "def def") is None
    assert edit_of(b"x = (", b"x = 1") is None


def test_what_is_nested_too_deeply_is_compared_token_by_token() -> None:
    deep = f"x = {'+'.join(['y'] * 2000)}\n".encode()
    assert edit_of(deep, b"# more\n\n" + deep) is None
    assert edit_of(deep, deep.replace(b"y", b"z", 1)) == Edit(1, ("",), ())
