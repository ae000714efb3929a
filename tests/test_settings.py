"""Settings as they are written, and what of them cannot be meant."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof import settings
from alembic_proof.errors import UsageError
from alembic_proof.settings import EnvironmentSettings, Settings, from_toml, overridden

HEAD = "[tool.alembic-proof]\n"
KEYS = (
    "allow-connections, base, config, database, dialect, env, environments, exact-drift, exclude, heads, "
    "irreversible, python, released, rewrite-history, rows, rows-seed, rules, small-tables, starting-schema, "
    "time-limit, trial, "
    "x-arguments"
)


def read(text: str) -> Settings:
    return from_toml((HEAD + text).encode())


def complaint(source: str) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        from_toml(source.encode())
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize("source", ["", "[tool]\n", "[tool.other]\nx = 1\n", HEAD, "tool = 3\n", "\ufeff"])
def test_nothing_set(source: str) -> None:
    assert from_toml(source.encode()) == Settings()


def test_everything_set() -> None:
    assert read(
        """\
config = ["a.ini", "b/alembic.ini"]
exclude = "vendor"
database = "local"
base = "origin/main"
rewrite-history = " squashed "
python = "env/bin/python"
heads = ["web", "9f2c"]
env = { URL = "{url}", DEBUG = true, PORT = 8080, RATE = 0.5 }
dialect = "mysql+pymysql"
starting-schema = "db/start.sql"
x-arguments = ["tenant=a"]
allow-connections = ["localhost:6379"]
time-limit = 12
rules = { model-drift = "warning" }
"""
    ) == Settings(
        configs=("a.ini", "b/alembic.ini"),
        exclude=("vendor",),
        database="local",
        base="origin/main",
        common=EnvironmentSettings(
            python="env/bin/python",
            rewrite_history="squashed",
            heads=("web", "9f2c"),
            env={"URL": "{url}", "DEBUG": "true", "PORT": "8080", "RATE": "0.5"},
            dialect="mysql+pymysql",
            starting_schema="db/start.sql",
            x_arguments=("tenant=a",),
            allow_connections=("localhost:6379",),
            time_limit=12.0,
            rules={"model-drift": "warning"},
        ),
    )


def test_every_field_has_a_reader() -> None:
    assert set(settings._READ) == {field.name for field in fields(EnvironmentSettings)}


def test_rows_are_switched_off_or_given() -> None:
    assert read("rows = false\nrows-seed = 7\n").common == EnvironmentSettings(rows=False, rows_seed="7")
    assert read("rows = 'rows.sql'\n").common == EnvironmentSettings(rows="rows.sql")
    assert overridden(read(""), python=None, time_limit=None, rows="a:b", rows_seed="x").common == (
        EnvironmentSettings(rows="a:b", rows_seed="x")
    )


def test_an_environment_starts_from_what_is_common() -> None:
    found = read('heads = 2\ntime-limit = 9\n[tool.alembic-proof.environments."a/alembic.ini"]\nheads = 3\n')

    assert found.of("alembic.ini") == EnvironmentSettings(heads=2, time_limit=9)
    assert found.of("a/alembic.ini") == EnvironmentSettings(heads=3, time_limit=9)


def test_an_environment_has_levels_of_its_own_beside_the_common_ones() -> None:
    found = read(
        'rules = { a = "off", b = "warning" }\n'
        '[tool.alembic-proof.environments."a/alembic.ini"]\nrules = { b = "error", c = "info" }\n'
    )

    assert found.of("alembic.ini").rules == {"a": "off", "b": "warning"}
    assert found.of("a/alembic.ini").rules == {"a": "off", "b": "error", "c": "info"}


def test_what_a_person_gives_is_put_over_every_environment() -> None:
    found = read('[tool.alembic-proof.environments."a.ini"]\npython = "a"\nheads = 2\n')

    over = overridden(found, python="b", time_limit=3.0, configs=("x",), database=None)

    assert over.configs == ("x",)
    assert over.database is None
    assert over.common == EnvironmentSettings(python="b", time_limit=3.0)
    assert over.of("a.ini") == EnvironmentSettings(python="b", time_limit=3.0, heads=2)


def test_what_a_person_does_not_give_changes_nothing() -> None:
    found = read('config = "a.ini"\ndatabase = "local"\npython = "a"\ntime-limit = 4\n')
    assert overridden(found, python=None, time_limit=None, configs=(), database=None) == found


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("python = 3", "python", "a text"),
        ("database = ['local']", "database", "a text"),
        ("config = 1", "config", "a list of texts"),
        ("exclude = [1]", "exclude", "a list of texts"),
        ("x-arguments = { a = 1 }", "x-arguments", "a list of texts"),
        ("env = 'A=b'", "env", "a table"),
        ("env = { A = [1] }", "env", "a table of texts"),
        ("environments = []", "[tool.alembic-proof] environments", "a table"),
        ("environments = { 'a.ini' = 1 }", "environments.a.ini", "a table"),
        ("rows = 1", "rows", "true, false, an SQL file of the tree, or module:function"),
        ("rows = ''", "rows", "true, false, an SQL file of the tree, or module:function"),
        ("rows-seed = true", "rows-seed", "a number or a text"),
        ("heads = 0", "heads", "a number of heads, or a list of revisions and labels"),
        ("heads = true", "heads", "a number of heads, or a list of revisions and labels"),
        ("heads = 1.5", "heads", "a number of heads, or a list of revisions and labels"),
        (
            "rules = { cycle = 'warn' }",
            "rules",
            "a table in which each rule is one of off, info, warning, error",
        ),
        ("rules = ['cycle']", "rules", "a table"),
        ("time-limit = 0", "time-limit", "a number of seconds above 0"),
        ("time-limit = '5'", "time-limit", "a number of seconds above 0"),
        ("time-limit = true", "time-limit", "a number of seconds above 0"),
        ("time-limit = nan", "time-limit", "a number of seconds above 0"),
    ],
)
def test_a_value_of_the_wrong_kind(text: str, key: str, wanted: str) -> None:
    assert complaint(HEAD + text) == (
        f"pyproject.toml: [tool.alembic-proof] {key!r} must be {wanted}",
        "mend the key in pyproject.toml",
    )


def test_settings_that_are_no_table() -> None:
    assert complaint("[tool]\nalembic-proof = 3\n") == (
        "pyproject.toml: [tool.alembic-proof] must be a table",
        "mend it in pyproject.toml",
    )


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("head", "did you mean 'heads'?"),
        ("starting_schema", "did you mean 'starting-schema'?"),
        ("databse", "did you mean 'database'?"),
        ("zzz", f"these are its keys: {KEYS}"),
    ],
)
def test_an_unknown_key(key: str, hint: str) -> None:
    assert complaint(f"{HEAD}{key} = 1\n") == (
        f"pyproject.toml: [tool.alembic-proof] has no key {key!r}",
        hint,
    )


def test_one_environment_cannot_have_what_belongs_to_the_run() -> None:
    message, _ = complaint('[tool.alembic-proof.environments."a.ini"]\ndatabase = "local"\n')
    assert message == "pyproject.toml: [tool.alembic-proof] has no key 'database'"


@pytest.mark.parametrize("source", [b"[tool", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml(source: bytes) -> None:
    with pytest.raises(UsageError, match=r"^pyproject\.toml cannot be read: ") as caught:
        from_toml(source)
    assert caught.value.hint == "mend pyproject.toml"


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(KEYS.split(", ")) | st.text()


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_whatever_is_written_is_read_or_refused(table: dict[str, object]) -> None:
    with suppress(UsageError):
        assert settings._settings(dict(table)).common.time_limit > 0
