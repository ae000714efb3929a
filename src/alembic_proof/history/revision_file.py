"""One revision file, read as text: nobody's code runs.

Follows `alembic.script.base.Script` and `alembic.script.revision.Revision` in what counts as a revision and
in what the four names may hold.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.history.constants import bindings

if TYPE_CHECKING:
    from alembic_proof.history.constants import Binding

_CONFLICT_MARKER = re.compile(rb"^(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)
_FILE_NAMED_BY_ID = re.compile(r"([a-f0-9]+)\.py$")
_REFUSED_IN_IDS = "@-+:"


@dataclass(frozen=True)
class Revision:
    """A revision as its file describes it. Lines count from 1; `path` is relative to the repository's top."""

    path: str
    id: str
    parents: tuple[str, ...] = ()  # down_revision
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    labels_known: bool = True  # False where no constant expression gives branch_labels
    line: int = 1
    parents_line: int = 1
    message: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A file that is meant as a revision and that cannot be read as one, and what to do about it."""

    path: str
    line: int
    reason: str
    hint: str


class _UnreadableError(Exception):
    def __init__(self, line: int, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.line, self.reason, self.hint = line, reason, hint


def parse(path: str, source: bytes) -> Revision | Unreadable | None:
    """What a file of a versions folder holds; None for a helper, which defines no `revision`."""
    try:
        module = _syntax_tree(source)
        return _revision(path, module, bindings(module.body))
    except _UnreadableError as error:
        return Unreadable(path, error.line, error.reason, error.hint)


def _syntax_tree(source: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        raise _not_python(source, error.lineno or 1, error.msg) from None
    except ValueError as error:
        raise _not_python(source, 1, str(error)) from None
    except (MemoryError, RecursionError):
        raise _not_python(source, 1, "nested too deeply") from None


def _not_python(source: bytes, line: int, reason: str) -> _UnreadableError:
    if marker := _CONFLICT_MARKER.search(source.replace(b"\r\n", b"\n")):
        marked = source.replace(b"\r\n", b"\n").count(b"\n", 0, marker.start()) + 1
        text = marker.group().decode(errors="replace")
        return _UnreadableError(
            marked, f"conflict marker `{text}`", "finish the merge in this file, then `git add` it"
        )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _UnreadableError(
        line,
        f"syntax error: {reason}",
        f"mend the line, or run alembic-proof on the project's own Python if that is newer than {version}",
    )


def _revision(path: str, module: ast.Module, names: dict[str, Binding]) -> Revision | None:
    if _is_helper(names):
        return None
    identifier, line = _identifier(path, names)
    parents, parents_line = _parents(names)
    labels = _strings(names.get("branch_labels"))
    return Revision(
        path=path,
        id=identifier,
        parents=parents,
        depends_on=_dependencies(names),
        labels=labels or (),
        labels_known=labels is not None,
        line=line,
        parents_line=parents_line,
        message=_message(module),
    )


def _is_helper(names: dict[str, Binding]) -> bool:
    """A `revision` that is only imported is some other module's, unless `down_revision` is there as well."""
    own = names.get("revision")
    return "down_revision" not in names and (own is None or own.imported)


def _identifier(path: str, names: dict[str, Binding]) -> tuple[str, int]:
    binding = names.get("revision")
    if binding is None:
        return _id_in_file_name(path, names["down_revision"].line)
    if not binding.known or not isinstance(binding.value, str):
        raise _UnreadableError(
            binding.line,
            "`revision` is not a constant string",
            'write the id itself: revision = "..."',
        )
    if not binding.value:
        raise _UnreadableError(binding.line, "`revision` is empty", 'give it an id: revision = "..."')
    if refused := sorted(set(binding.value).intersection(_REFUSED_IN_IDS)):
        raise _UnreadableError(
            binding.line,
            f"the id {binding.value!r} holds {', '.join(refused)}, which Alembic refuses in an id",
            "give the revision an id of letters, digits and underscores, here and in the files that name it",
        )
    return binding.value, binding.line


def _id_in_file_name(path: str, line: int) -> tuple[str, int]:
    """Alembic 0.1 had the id in the file's name alone, and Alembic still reads it there."""
    if match := _FILE_NAMED_BY_ID.match(path.rpartition("/")[2]):
        return match.group(1), line
    raise _UnreadableError(
        line, "there is a `down_revision` and no `revision`", 'add the id: revision = "..."'
    )


def _parents(names: dict[str, Binding]) -> tuple[tuple[str, ...], int]:
    binding = names.get("down_revision")
    if binding is None:
        raise _UnreadableError(
            names["revision"].line,
            "there is a `revision` and no `down_revision`",
            "add `down_revision`: the id of the revision before this one, or None for the first",
        )
    parents = _strings(binding)
    if parents is None:
        raise _UnreadableError(
            binding.line,
            "`down_revision` is neither None nor constant strings",
            'write the parent itself: down_revision = "...", or a tuple of ids for a merge',
        )
    return parents, binding.line


def _dependencies(names: dict[str, Binding]) -> tuple[str, ...]:
    """Those that no constant gives are none: they could only hide a lost one. So is "", as for Alembic."""
    dependencies = _strings(names.get("depends_on")) or ()
    return () if dependencies == ("",) else dependencies


def _strings(binding: Binding | None) -> tuple[str, ...] | None:
    """Alembic takes a string, any collection of strings, or None. None if it is nothing of these."""
    if binding is None:
        return ()
    if not binding.known:
        return None
    value = binding.value
    if value is None:
        return ()
    items = (value,) if isinstance(value, str) else value
    strings = tuple(item for item in items if isinstance(item, str))
    return tuple(dict.fromkeys(strings)) if len(strings) == len(items) else None


def _message(module: ast.Module) -> str:
    match module.body:
        case [ast.Expr(value=ast.Constant(value=str() as docstring)), *_]:
            return next(iter(docstring.strip().splitlines()), "").strip()
    return ""
