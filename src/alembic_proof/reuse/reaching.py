"""What revisions reach by what they import: helpers of the project's own, and whatever those import in turn.

Read from the source, and narrowly: where a helper could get at models without naming them, nobody can say what a
revision reaches.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from alembic_proof.models import may_define_models
from alembic_proof.reuse.declaring import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Names by which a module gets at models, or at modules, that it does not import.
_BEYOND = frozenset(
    (
        *("metadata", "MetaData", "target_metadata", "DeclarativeBase", "declarative_base", "automap_base"),
        *("registry", "mapper", "__subclasses__", "get_objects", "attributes", "environment_context"),
        *("modules", "import_module", "__import__", "import_string", "globals", "exec", "eval"),
        "current_app",
    )
)
_OF_CONTEXTS = frozenset(("config", "dialect", "bind", "connection", "as_sql", "autocommit_block"))


def helpers(
    revisions: Iterable[bytes], modules: Mapping[str, str], sources: Mapping[str, bytes]
) -> set[str] | None:
    """The files of the modules that these revisions import, of those that they import, and so on.

    `modules` are the project's own that are loaded, by name; `sources` what is in their files. None where a
    revision may reach a model, or what nobody names.
    """
    try:
        reached = [name for source in revisions for name in _imported(ast.parse(source), "")]
    except (SyntaxError, ValueError):
        return None
    found: set[str] = set()
    while reached:
        name = reached.pop()
        path = modules.get(name)
        if path is None or path in found:
            continue
        source = sources.get(path)
        if source is None or not _keeps_to_itself(source):
            return None
        found.add(path)
        package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
        reached += _imported(ast.parse(source), package)
    return found


def _keeps_to_itself(source: bytes) -> bool:
    if may_define_models(source):
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return _BEYOND.isdisjoint(names(tree)) and not _opens_context(tree)


def _opens_context(tree: ast.AST) -> bool:
    """Whether it may take more of Alembic's migration context than how it is connected and configured."""
    spoken_of = sum(name == "get_context" for name in names(tree))
    plain = sum(
        isinstance(node, ast.Attribute)
        and node.attr in _OF_CONTEXTS
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "get_context"
        for node in ast.walk(tree)
    )
    return spoken_of > plain


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """The modules that may be loaded by a module's imports, with the packages that they are in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = _absolute(node, package)
            wanted = [start, *(f"{start}.{one.name}" for one in node.names)]
        else:
            continue
        for name in wanted:
            parts = name.split(".")
            yield from (".".join(parts[: length + 1]) for length in range(len(parts)))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    start = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join((*start, node.module) if node.module else start)
