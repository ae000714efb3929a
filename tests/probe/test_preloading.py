"""What is imported before the job is known is of the interpreter's own packages, and no driver."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DIALECTS = (
    *("postgresql.psycopg2", "postgresql.psycopg", "postgresql.asyncpg", "postgresql.pg8000"),
    *("mysql.pymysql", "mysql.mysqldb", "mysql.aiomysql", "sqlite.pysqlite", "sqlite.aiosqlite"),
)
PRELOADED = """
import sys
from alembic_proof_probe import direct
from alembic_proof_probe.leading import Broker
from alembic_proof_probe.preloading import preload

preload(sys.argv[1:])
print(sorted(name for name in direct.changes(Broker(None), "/nowhere") if name in sys.modules))
print(*(name for name in ("sqlalchemy.orm", "alembic.command", "shop") if name in sys.modules))
"""


def preloaded(*names: str, path: str = "") -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{PRELOADED}", *names],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.splitlines()


def test_no_driver_is_loaded_with_its_dialect() -> None:
    """Its functions would be in other modules before they could be led."""
    dialects = [f"sqlalchemy.dialects.{name}" for name in DIALECTS]
    assert preloaded(*dialects) == ["[]", "sqlalchemy.orm alembic.command"]


def test_a_driver_that_is_asked_for_is_not_loaded() -> None:
    assert preloaded("psycopg2", "sqlite3", "sqlalchemy.dialects.nowhere")[0] == "[]"


def test_a_package_of_the_projects_is_left_to_the_tree(tmp_path: Path) -> None:
    (tmp_path / "alembic").mkdir()
    (tmp_path / "alembic" / "__init__.py").write_text("raise SystemExit('the working tree')")
    assert preloaded("shop", path=str(tmp_path)) == ["[]", "sqlalchemy.orm"]
