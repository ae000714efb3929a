"""Revisions that do not apply, and histories that do not start from an empty database."""

from __future__ import annotations

import pytest

from support.commands import FILES, INI, Project, revision_file, revision_path

B1 = revision_path("b1")
MEND = f"  fix: mend {B1} and run alembic-proof check again\n"
POSTGRES = {"alembic.ini": INI.replace("sqlite:///app.db", "postgresql+psycopg2://host.invalid/name")}


def failed(project: Project, upgrade: str) -> str:
    """What is said of a revision, without the line that sums up."""
    project.checkout.add({B1: revision_file("b1", "a1", upgrade)})
    ran = project.run("check")
    assert ran.status == 1, ran
    return ran.out.rpartition("\n\n")[0] + "\n"


def test_the_statement_and_the_databases_words(project: Project) -> None:
    assert failed(project, 'op.execute("UPDATE gone SET x = 1")') == (
        f"{B1}:13: upgrade-failed: revision b1 fails: OperationalError: no such table: gone, "
        f"at UPDATE gone SET x = 1\n{MEND}"
    )


def test_a_long_statement_is_shown_below(project: Project) -> None:
    columns = ", ".join(f"column_{number} = {number}" for number in range(20))
    said = failed(project, f'op.execute("""UPDATE gone\n    SET {columns}""")')
    shown = f"UPDATE gone SET {columns}"[:157]
    assert said == (
        f"{B1}:13: upgrade-failed: revision b1 fails: OperationalError: no such table: gone, at {shown}...\n"
        f"    UPDATE gone\n        SET {columns}\n{MEND}"
    )


def test_an_error_in_a_helper_is_shown_where_the_revision_calls_it(project: Project) -> None:
    project.checkout.add({"helpers.py": "from alembic import op\n\n\ndef go():\n    op.execute('SELEC 1')\n"})
    assert failed(project, "import helpers; helpers.go()") == (
        f'{B1}:13: upgrade-failed: revision b1 fails: OperationalError: near "SELEC": syntax error, '
        f"at SELEC 1\n{MEND}"
    )


def test_an_error_of_pythons(project: Project) -> None:
    assert failed(project, "raise ValueError('not\\nlike this')") == (
        f"{B1}:13: upgrade-failed: revision b1 fails: ValueError: not\n    like this\n{MEND}"
    )


def test_a_postgresql_error_has_its_state(project: Project) -> None:
    project.checkout.add(POSTGRES | {B1: revision_file("b1", "a1", "op.drop_column('user', 'gone')")})

    (finding,) = project.run("check", "--format", "json").report["findings"]

    assert (finding["path"], finding["line"], finding["revision"]) == (B1, 13, "b1")
    assert finding["message"] == (
        'revision b1 fails: ProgrammingError: column "gone" of relation "user" does not exist, '
        'at ALTER TABLE "user" DROP COLUMN gone'
    )
    assert finding["details"] == {
        "error": "ProgrammingError",
        "error_message": 'column "gone" of relation "user" does not exist',
        "statement": 'ALTER TABLE "user" DROP COLUMN gone',
        "sqlstate": "42703",
        "missing_table": None,
    }


def test_a_constraint_that_is_checked_at_the_end(project: Project) -> None:
    statements = (
        'op.execute("CREATE TABLE pet (owner int REFERENCES \\"user\\" DEFERRABLE INITIALLY DEFERRED)")',
        'op.execute("INSERT INTO pet VALUES (7)")',
    )
    project.checkout.add(POSTGRES | {B1: revision_file("b1", "a1", "; ".join(statements))})

    ran = project.run("check", "--format", "json")

    assert ran.status == 1
    (finding,) = ran.report["findings"]
    assert (finding["path"], finding["line"], finding["revision"]) == (B1, 6, "b1")
    assert finding["details"]["sqlstate"] == "23503"
    assert finding["message"] == (
        'revision b1 fails: IntegrityError: insert or update on table "pet" violates foreign key constraint '
        '"pet_owner_fkey", at COMMIT'
    )


def test_an_extension_that_is_nowhere(project: Project) -> None:
    upgrade = 'op.execute("CREATE EXTENSION no_such_extension")'
    project.checkout.add(POSTGRES | {B1: revision_file("b1", "a1", upgrade)})
    assert project.refused("check") == (
        "alembic-proof: a revision needs PostgreSQL's extension no_such_extension, "
        "which the throwaway server does not have\n"
        "  fix: install a PostgreSQL that has it and use --database local, or name a server: "
        "--database URL\n"
    )


WITHOUT_FIRST = {
    **FILES,
    revision_path("a1"): revision_file(
        "a1", None, 'op.create_index("by_name", "user", ["name"])', "Find users"
    ),
    "models.py": FILES["models.py"]
    + '    name = Column(String, index=False)\n    __table_args__ = (Index("by_name", "name"),)\n',
}
WITHOUT_FIRST["models.py"] = WITHOUT_FIRST["models.py"].replace("Column, ", "Column, Index, ")
SQLITE_SCHEMA = 'CREATE TABLE "user" (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR);\n'
DUMP = r"""--
-- PostgreSQL database dump
--

\restrict 3q8yYFhBvR

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public."user" (
    id integer NOT NULL,
    name character varying
);

CREATE SEQUENCE public.user_id_seq AS integer;
ALTER SEQUENCE public.user_id_seq OWNED BY public."user".id;
ALTER TABLE ONLY public."user" ALTER COLUMN id SET DEFAULT nextval('public.user_id_seq'::regclass);
ALTER TABLE ONLY public."user" ADD CONSTRAINT user_pkey PRIMARY KEY (id);

\unrestrict 3q8yYFhBvR
"""
FUNCTION = f"""\
from sqlalchemy import text


def create(connection):
    connection.execute(text('''{SQLITE_SCHEMA}'''))
"""


def starting(schema: str) -> dict[str, str]:
    return {"pyproject.toml": f'[tool.alembic-proof]\nstarting-schema = "{schema}"\n'}


@pytest.mark.parametrize("database", [{}, POSTGRES], ids=["sqlite", "postgresql"])
def test_a_history_that_starts_on_tables_is_told_as_such(project: Project, database: dict[str, str]) -> None:
    project.checkout.add(WITHOUT_FIRST | database)

    ran = project.run("check")

    assert ran.status == 1
    assert ran.out.splitlines()[0] == (
        "migrations/versions/a1.py:13: upgrade-failed: the history does not start from an empty database: "
        "revision a1 needs the table user, which no revision makes"
    )
    assert (
        '  fix: give the schema that it starts on: starting-schema = "schema.sql" in [tool.alembic-proof]\n'
        in ran.out
    )


@pytest.mark.parametrize(
    ("database", "files"),
    [
        ({}, {"db/start.sql": SQLITE_SCHEMA, **starting("db/start.sql")}),
        ({}, {"start.py": FUNCTION, **starting("start:create")}),
        (POSTGRES, {"db/start.sql": DUMP, **starting("db/start.sql")}),
        (POSTGRES, {"start.py": FUNCTION.replace("INTEGER", "SERIAL"), **starting("start:create")}),
    ],
    ids=["sqlite-file", "sqlite-function", "postgresql-dump", "postgresql-function"],
)
def test_a_starting_schema_mends_it(
    project: Project, database: dict[str, str], files: dict[str, str]
) -> None:
    project.checkout.add(WITHOUT_FIRST | database | files)

    ran = project.run("check")

    assert (ran.status, ran.out.partition(" (")[0]) == (0, "nothing found in the index"), ran


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        (
            starting("gone.sql"),
            "starting-schema 'gone.sql' cannot be read: No such file or directory",
            (
                "name an SQL file of the tree, relative to the repository's top (and git add it), "
                "or module:function"
            ),
        ),
        (
            {**starting("start.sql"), "start.sql": "CREATE TABL x (id INTEGER);"},
            'the starting schema does not apply: near "TABL": syntax error',
            "mend starting-schema's file",
        ),
        (
            starting("gone:create"),
            "starting-schema names gone:create, and there is no such module",
            "name a function of the tree as module:function (and git add it); it is called with a connection",
        ),
        (
            {**starting("start:gone"), "start.py": FUNCTION},
            "starting-schema names start:gone, and there is no such function",
            "name a function of the tree as module:function (and git add it); it is called with a connection",
        ),
    ],
    ids=["no-file", "bad-file", "no-module", "no-function"],
)
def test_a_starting_schema_that_cannot_be_used(
    project: Project, files: dict[str, str], message: str, hint: str
) -> None:
    project.checkout.add(WITHOUT_FIRST | files)
    assert project.refused("check") == f"alembic-proof: {message}\n  fix: {hint}\n"
