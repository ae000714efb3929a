"""Where the models are: the files of mapped tables, and classes that nothing imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from alembic_proof_probe.paths import TreeMap


def table_homes(metadata: list[Any], tree_map: TreeMap) -> dict[str, dict[str, str]]:
    """For each mapped table's full name, its class and the file that defines it."""
    if "sqlalchemy.orm" not in sys.modules:
        return {}
    from sqlalchemy.orm import mapperlib

    homes: dict[str, dict[str, str]] = {}
    for registry in mapperlib._all_registries():
        for mapper in list(registry.mappers):
            table, mapped = mapper.local_table, mapper.class_
            path = tree_map.name_in_tree(getattr(sys.modules.get(mapped.__module__), "__file__", None))
            if path and getattr(table, "metadata", None) in metadata:
                homes.setdefault(
                    str(getattr(table, "fullname", table)), {"path": path, "class": mapped.__qualname__}
                )
    return homes


def unregistered(
    candidates: list[dict[str, Any]], metadata: list[Any], made: set[str], tree_map: TreeMap
) -> list[int]:
    """Which candidates (classes and tables in files that were not loaded) hang on a metadata that env.py targets.

    A candidate's `roots` name what it stands on: a module or a file of the tree, and the names to follow.
    `made` are the tables that the revisions make and that autogenerate would not drop again: where one of them
    is a candidate's, env.py leaves it out on purpose.
    """
    by_path = {
        tree_map.name_in_tree(getattr(module, "__file__", None)): module
        for module in list(sys.modules.values())
    }
    seen = made | {name.rpartition(".")[2] for target in metadata for name in target.tables}
    found = []
    for number, candidate in enumerate(candidates):
        roots = (_followed(root, by_path) for root in candidate["roots"])
        if seen.isdisjoint(candidate["tables"]) and any(_metadata_of(root) in metadata for root in roots):
            found.append(number)
    return found


def _followed(root: dict[str, Any], by_path: dict[Optional[str], Any]) -> Any:
    thing = sys.modules.get(root["module"]) if root["module"] else by_path.get(root["path"])
    for name in root["names"]:
        thing = getattr(thing, name, None)
    return thing


def _metadata_of(thing: Any) -> Any:
    from sqlalchemy import MetaData

    found = thing if isinstance(thing, MetaData) else getattr(thing, "metadata", None)
    return found if isinstance(found, MetaData) else object()
