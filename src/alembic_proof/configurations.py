"""What an ini file or a TOML table says to Alembic, by the rules of `alembic.config.Config`."""

from __future__ import annotations

import configparser
import os
import posixpath
import re
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from alembic_proof.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = "/<top>"  # what `%(here)s` gives for a file at the top of the tree
MAIN_SECTION = "alembic"

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_LEGACY_SEPARATOR = re.compile(r", *|(?: +)")
_TABLE_NAME = re.compile(rb"""\btool['"]?\s*\.\s*['"]?alembic\b""")
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True)
class Options:
    """What one file says of where the revisions are; None where it says nothing."""

    script_location: str | None = None
    version_locations: tuple[str, ...] | None = None
    recursive: bool | None = None
    notes: tuple[str, ...] = ()

    def or_else(self, other: Options) -> Options:
        """These options, with the other file's where this one says nothing."""
        return Options(
            other.script_location if self.script_location is None else self.script_location,
            other.version_locations if self.version_locations is None else self.version_locations,
            other.recursive if self.recursive is None else self.recursive,
            self.notes + other.notes,
        )


def read_ini(path: str, source: bytes) -> dict[str, Options]:
    """What `[alembic]` says, and each section (`-n`) that has a `script_location` of its own.

    Raises `ConfigurationError` for a file that is no ini file, and for a value that Alembic does not take.
    """
    parser = configparser.ConfigParser({"here": _here(path)})
    try:
        parser.read_string(source.decode("utf-8-sig", errors="replace"), path)
    except configparser.Error as error:
        _refuse(path, *_told_by(error))
    return {section: _ini_options(path, parser, section) for section in _sections(parser)}


def read_pyproject(path: str, source: bytes) -> Options | None:
    """What the table `[tool.alembic]` says; None if there is none.

    Raises `ConfigurationError` for a file that is no TOML but seems to have that table, and for a value that
    Alembic does not take.
    """
    if b"alembic" not in source:
        return None
    tomllib: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document = tomllib.loads(source.decode("utf-8-sig"))
    except ValueError as error:
        if not _TABLE_NAME.search(source):
            return None
        place = _TOML_PLACE.search(str(error))
        _refuse(path, int(place[1]) if place else None, _TOML_PLACE.sub("", str(error)))
    tool = document.get("tool")
    table = tool.get("alembic") if isinstance(tool, dict) else None
    return _toml_options(path, table) if isinstance(table, dict) else None


def _here(path: str) -> str:
    return posixpath.join(TOP, posixpath.dirname(path)).rstrip("/")


def _sections(parser: configparser.ConfigParser) -> Iterator[str]:
    shared = "script_location" in parser.defaults()
    for section in parser.sections():
        if section == MAIN_SECTION or (parser.has_option(section, "script_location") and not shared):
            yield section


def _ini_options(path: str, parser: configparser.ConfigParser, section: str) -> Options:
    notes: list[str] = []

    def text(name: str) -> str | None:
        try:
            return parser.get(section, name, fallback=None)
        except configparser.InterpolationError:
            raw = parser.get(section, name, raw=True)
            notes.append(f"{name} holds a %(name)s that only env.py can fill in: {raw}")
            return raw

    script_location, listed = text("script_location"), text("version_locations")
    separators = {name: text(name) for name in ("path_separator", "version_path_separator")}
    recursive = parser.get(section, "recursive_version_locations", raw=True, fallback=None)
    return Options(
        script_location,
        _split(path, listed, separators) if listed else None,
        None if recursive is None else recursive == "true",
        tuple(notes),
    )


def _split(path: str, locations: str, separators: dict[str, str | None]) -> tuple[str, ...]:
    """The first separator that is set holds; without one, Alembic splits at commas and spaces."""
    for name, separator in separators.items():
        if separator is None:
            continue
        if separator not in _SEPARATORS:
            _refuse(path, None, f"{name} is {separator!r}, which is none of {', '.join(_SEPARATORS)}")
        return _stripped(locations.split(_SEPARATORS[separator]))
    return _stripped(_LEGACY_SEPARATOR.split(locations))


def _stripped(parts: list[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts if part.strip())


def _toml_options(path: str, table: dict[str, Any]) -> Options:
    here = {"here": _here(path)}
    location, listed = table.get("script_location"), table.get("version_locations")
    recursive = table.get("recursive_version_locations")
    if not isinstance(location, str | None):
        _refuse(path, None, "tool.alembic.script_location is no string")
    if not isinstance(recursive, bool | None):
        _refuse(path, None, "tool.alembic.recursive_version_locations is neither true nor false")
    if listed is not None and not (
        isinstance(listed, list) and all(isinstance(item, str) for item in listed)
    ):
        _refuse(path, None, "tool.alembic.version_locations is no list of strings")
    try:
        return Options(
            location and location % here,
            tuple(item % here for item in listed) if listed else None,
            recursive,
        )
    except (KeyError, ValueError, TypeError):
        _refuse(path, None, "tool.alembic has a % that is neither %(here)s nor doubled")


def _told_by(error: configparser.Error) -> tuple[int | None, str]:
    """The line of the first fault, counted from 1, and what the parser said of it."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return error.lineno, f"{error.line.strip()!r} stands before the first section"
    if isinstance(error, configparser.ParsingError):
        line, text = error.errors[0][0], error.errors[0][1].replace(r"\n", "")
        return line, f"{text} is neither a section nor an option"
    if isinstance(error, configparser.DuplicateOptionError):
        return error.lineno, f"{error.option!r} is there twice in [{error.section}]"
    if isinstance(error, configparser.DuplicateSectionError):
        return error.lineno, f"[{error.section}] is there twice"
    return None, error.message


def _refuse(path: str, line: int | None, reason: str) -> NoReturn:
    place = path if line is None else f"{path}, line {line}"
    raise ConfigurationError(
        f"{place}: {reason}", "mend it, or name the configuration to check with --config"
    )
