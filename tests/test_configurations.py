from __future__ import annotations

import os
import warnings

import pytest
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.configurations import Options, read_ini, read_pyproject
from alembic_proof.errors import ConfigurationError


def ini(text: str, path: str = "alembic.ini") -> dict[str, Options]:
    return read_ini(path, text.encode())


def test_an_ini_file_as_alembic_writes_it() -> None:
    source = b"""\xef\xbb\xbf# A generic, single database configuration.\r
[alembic]\r
script_location = %(here)s/migrations\r
# file_template = %%(rev)s_%%(slug)s\r
prepend_sys_path = .\r
path_separator = os\r
sqlalchemy.url = driver://%(user)s:pass@localhost/dbname\r
\r
[loggers]\r
keys = root\r
"""
    assert read_ini("backend/alembic.ini", source) == {"alembic": Options("/<top>/backend/migrations")}


def test_here_at_the_top() -> None:
    assert ini("[alembic]\nscript_location = %(here)s\n") == {"alembic": Options("/<top>")}


def test_a_section_with_a_script_location_of_its_own() -> None:
    text = "[DEFAULT]\nurl = x\n[one]\nscript_location = a\n[two]\nscript_location = b\n[logger_root]\nlevel = INFO\n"
    assert ini(text) == {"one": Options("a"), "two": Options("b")}


def test_a_script_location_for_all_sections_makes_none_of_them_an_environment() -> None:
    text = "[DEFAULT]\nscript_location = a\n[alembic]\n[engine1]\nsqlalchemy.url = x\n"
    assert ini(text) == {"alembic": Options("a")}


@pytest.mark.parametrize(
    ("separator", "locations", "expected"),
    [
        ("", "a b, c,d", ("a", "b", "c", "d")),
        ("", "a:b", ("a:b",)),
        ("path_separator = os", f"a{os.pathsep} b", ("a", "b")),
        ("version_path_separator = :", "a:b", ("a", "b")),
        ("path_separator = ;\nversion_path_separator = :", "a:b;c", ("a:b", "c")),
        ("path_separator = space", "a  b", ("a", "b")),
        ("path_separator = newline", "\n  a b\n  c", ("a b", "c")),
    ],
)
def test_version_locations_are_split_as_the_ini_file_says(
    separator: str, locations: str, expected: tuple[str, ...]
) -> None:
    text = f"[alembic]\nscript_location = m\n{separator}\nversion_locations = {locations}\n"
    assert ini(text)["alembic"].version_locations == expected


SEPARATORS = st.sampled_from(["path_separator", "version_path_separator"])
NAMED = st.sampled_from(["os", "space", "newline", ":", ";"])


@given(
    st.dictionaries(SEPARATORS, NAMED, max_size=2),
    st.lists(st.text("ab/%,;: ", min_size=1, max_size=6).map(str.strip).filter(bool), min_size=1, max_size=4),
    st.sampled_from([" ", ", ", ",", ":", ";", "\n    ", "  "]),
)
def test_version_locations_are_those_of_alembic(
    tmp_path_factory: pytest.TempPathFactory, separators: dict[str, str], locations: list[str], between: str
) -> None:
    listed = between.join(locations).replace("%", "%%")
    lines = ["[alembic]", *(f"{name} = {value}" for name, value in separators.items())]
    path = tmp_path_factory.mktemp("project") / "alembic.ini"
    path.write_text("\n".join([*lines, f"version_locations = {listed}", ""]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Config(str(path)).get_version_locations_list() or []
    ours = read_ini("alembic.ini", path.read_bytes())["alembic"].version_locations
    assert list(ours or ()) == [location.strip() for location in theirs if location.strip()]


def test_a_variable_that_only_env_py_sets_is_left_as_it_is() -> None:
    text = "[alembic]\nscript_location = %(where)s/migrations\nversion_locations = a\n"
    note = "script_location holds a %(name)s that only env.py can fill in: %(where)s/migrations"
    assert ini(text) == {"alembic": Options("%(where)s/migrations", ("a",), notes=(note,))}


@pytest.mark.parametrize(("value", "recursive"), [("true", True), ("True", False), ("false", False)])
def test_recursive_is_the_word_true_alone(value: str, recursive: bool) -> None:
    assert ini(f"[alembic]\nrecursive_version_locations = {value}\n") == {
        "alembic": Options(recursive=recursive)
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "script_location = a\n",
            "x/alembic.ini, line 1: 'script_location = a' stands before the first section",
        ),
        ("[alembic]\na\nb = 1\n", "x/alembic.ini, line 2: 'a' is neither a section nor an option"),
        ("[alembic]\na = 1\n\na = 2\n", "x/alembic.ini, line 4: 'a' is there twice in [alembic]"),
        ("[alembic]\n[b]\n[alembic]\n", "x/alembic.ini, line 3: [alembic] is there twice"),
        (
            "[alembic]\nversion_locations = a\npath_separator = |\n",
            "x/alembic.ini: path_separator is '|', which is none of space, newline, os, :, ;",
        ),
    ],
)
def test_a_broken_ini_file(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ini(text, "x/alembic.ini")
    assert caught.value.message == message
    assert caught.value.hint == "mend it, or name the configuration to check with --config"


def test_a_toml_table() -> None:
    source = b"""\xef\xbb\xbf[project]\r
name = "x"\r
[tool.alembic]\r
script_location = "%(here)s/migrations"\r
version_locations = ["%(here)s/a", "b"]\r
recursive_version_locations = true\r
file_template = "%%(rev)s"\r
"""
    assert read_pyproject("backend/pyproject.toml", source) == Options(
        "/<top>/backend/migrations", ("/<top>/backend/a", "b"), recursive=True
    )


@pytest.mark.parametrize(
    "source",
    [b"", b"[tool.ruff]\n", b"dependencies = ['alembic']\n", b"tool = 1 # alembic", b"x = alembic\n"],
)
def test_no_toml_table(source: bytes) -> None:
    assert read_pyproject("pyproject.toml", source) is None


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"[tool.alembic]\nscript_location = a\n", "pyproject.toml, line 2: Invalid value"),
        (
            b"[tool.alembic]\nscript_location = 1\n",
            "pyproject.toml: tool.alembic.script_location is no string",
        ),
        (
            b"[tool.alembic]\nversion_locations = 'a b'\n",
            "pyproject.toml: tool.alembic.version_locations is no list of strings",
        ),
        (
            b"[tool.alembic]\nrecursive_version_locations = 'true'\n",
            "pyproject.toml: tool.alembic.recursive_version_locations is neither true nor false",
        ),
        (
            b"[tool.alembic]\nscript_location = '%(there)s'\n",
            "pyproject.toml: tool.alembic has a % that is neither %(here)s nor doubled",
        ),
    ],
)
def test_a_broken_toml_table(source: bytes, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_pyproject("pyproject.toml", source)
    assert caught.value.message == message


def test_one_file_stands_in_where_the_other_says_nothing() -> None:
    first = Options(script_location="a", notes=("one",))
    second = Options("b", ("c",), recursive=True, notes=("two",))
    assert first.or_else(second) == Options("a", ("c",), recursive=True, notes=("one", "two"))
    assert second.or_else(first) == Options("b", ("c",), recursive=True, notes=("two", "one"))
