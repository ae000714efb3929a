"""Types that are there already are used by new tables, and not made once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import api, render
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy.dialects import postgresql

from alembic_proof_probe import types_in_use


def rendered(operation: ops.MigrateOperation) -> str:
    options = {"sqlalchemy_module_prefix": "sa.", "alembic_module_prefix": "op.", "user_module_prefix": None}
    options |= {"render_item": None, "target_metadata": sa.MetaData()}
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    context = api.AutogenContext(MigrationContext.configure(dialect=dialect, opts=options))
    return "\n".join(render.render_op(context, operation))


def new_table(*types: sa.types.TypeEngine[object]) -> ops.CreateTableOp:
    columns = [sa.Column(f"c{number}", type_) for number, type_ in enumerate(types)]
    return ops.CreateTableOp.from_table(sa.Table("item", sa.MetaData(), *columns))


def test_known_types_are_used_by_themselves_and_in_arrays() -> None:
    mood, size = sa.Enum("sad", "it's", name="mood", schema="other"), sa.Enum("s", name="size")
    table = new_table(mood, sa.ARRAY(mood), size, sa.Enum("a", name="mood", native_enum=False), sa.Integer())
    own = [column.type for column in table.columns if isinstance(column, sa.Column)]

    types_in_use.keep(ops.UpgradeOps([table]), ops.DowngradeOps([]), {("other", "mood")}, set())

    used = "postgresql.ENUM('sad', \"it's\", name='mood', schema='other', create_type=False)"
    source = rendered(table)
    assert f"sa.Column('c0', {used}, nullable=True)" in source
    assert f"sa.Column('c1', sa.ARRAY({used}), nullable=True)" in source
    assert "sa.Column('c2', sa.Enum('s', name='size'), nullable=True)" in source
    assert "native_enum=False" in source
    assert own[0] is mood  # the models' own types stay as they are


def test_a_downgrade_makes_the_types_that_went_with_their_table() -> None:
    gone, kept = sa.Enum("a", name="gone"), sa.Enum("a", name="kept")
    table = new_table(gone, kept)

    types_in_use.keep(
        ops.UpgradeOps([]), ops.DowngradeOps([table]), {(None, "gone"), (None, "kept")}, {(None, "gone")}
    )

    source = rendered(table)
    assert "sa.Column('c0', sa.Enum('a', name='gone'), nullable=True)" in source
    assert "sa.Column('c1', postgresql.ENUM('a', name='kept', create_type=False), nullable=True)" in source
