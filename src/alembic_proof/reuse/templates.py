"""Which kept database stands for a history, wholly or up to a revision, and what has to be as it was for that."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alembic_proof.reuse import declaring, dependence
from alembic_proof.reuse.dependence import Loaded
from alembic_proof.reuse.inputs import Inputs
from alembic_proof.reuse.outlines import outline
from alembic_proof.reuse.store import program_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from alembic_proof.git import Tree
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.reuse.surroundings import Surroundings

    Read = Callable[[Iterable[str]], Mapping[str, bytes]]


@dataclass(frozen=True)
class Template:
    """A database that a history built, and everything that shaped it.

    `key` is a digest of what is known before anything is looked at. `revisions` and `declaring` are files with
    their blobs: of the revisions that ran, and of modules that only declare models, which may change. `outlines`
    are of modules of which only what they declare may. `folders`
    are those that were listed, with what lay in them. `used` are the names that the other modules speak of.
    `identity` tells which of its databases env.py asked for; `tables` and `shapes` are the probe's to verify;
    `agreed` says that Alembic saw the revisions that the configuration names.
    """

    key: str
    revisions: Mapping[str, str]
    inputs: Inputs
    declaring: Mapping[str, str]
    outlines: Mapping[str, str]
    folders: Mapping[str, list[str] | None]
    used: list[str]
    identity: list[str]
    tables: list[list[str | None]]
    shapes: list[Any]
    agreed: bool

    def added_to(self, trace: Mapping[str, Any]) -> dict[str, Any]:
        """What a run looked at that began on a copy, with what the run looked at that built the database."""
        inputs = self.inputs
        return {
            **trace,
            "files": sorted({*trace["files"], *inputs.files}),
            "outside": sorted({*trace["outside"], *inputs.outside}),
            "asked": sorted({*trace["asked"], *inputs.asked}),
            "searched": sorted({*trace["searched"], *self.folders}),
        }

    def record(self) -> bytes:
        return json.dumps([program_identity(), asdict(self)]).encode()


def recalled(record: bytes) -> Template | None:
    """A template from its record; None where it is another version's, or damaged."""
    try:
        identity, told = json.loads(record)
        if identity != program_identity():
            return None
        return Template(**{**told, "inputs": Inputs(**told["inputs"])})
    except (ValueError, TypeError, KeyError):
        return None


@dataclass(frozen=True)
class Start:
    """Where the run of a history may begin: on a copy of the template `name`, which holds all of it if `whole`."""

    name: str
    template: Template
    whole: bool


@dataclass(frozen=True)
class Now:
    """The tree of today, as far as templates are concerned. `folders` are those that hold revisions."""

    key: str
    graph: RevisionGraph
    tree: Tree
    read: Read
    surroundings: Surroundings
    folders: Collection[str] = field(default_factory=frozenset)

    def revisions(self) -> dict[str, str]:
        return {one.path: self.tree.object_id(one.path) or "" for one in self.graph.revisions}


def choose(records: Mapping[str, bytes], now: Now) -> Start | None:
    """The template that spares most; `records` by name."""
    revisions = now.revisions()
    best: Start | None = None
    for name, record in records.items():
        template = recalled(record)
        if template is None or template.key != now.key or not template.revisions:
            continue
        if best is not None and len(template.revisions) <= len(best.template.revisions):
            continue
        if _begins(template.revisions, revisions, now.graph) and _holds(template, now):
            best = Start(name, template, whole=len(template.revisions) == len(revisions))
    return best


def _begins(earlier: Mapping[str, str], revisions: Mapping[str, str], graph: RevisionGraph) -> bool:
    """Whether the earlier history is unchanged and all the rest stands on all of it.

    A revision beside it might have been run before some of it.
    """
    if any(revisions.get(path) != blob for path, blob in earlier.items()):
        return False
    known = {one.id for one in graph.revisions if one.path in earlier}
    added = [one.id for one in graph.revisions if one.path not in earlier]
    parents = {
        parent for one in graph.revisions if one.id in known for parent in (*one.parents, *one.depends_on)
    }
    tips = known - parents
    return all(graph.descends(one, tip) for one in added for tip in tips)


def _holds(template: Template, now: Now) -> bool:
    if not _keep_outlines(template, now) or not template.inputs.hold(
        now.surroundings, without=template.outlines
    ):
        return False
    changed = [path for path, blob in template.declaring.items() if now.tree.object_id(path) != blob]
    for folder, names in template.folders.items():
        found = now.surroundings.listed(folder)
        if found is None or names is None:
            if found is None and names is None:
                continue
            return False
        prefix = f"{folder}/" if folder else ""
        added = {f"{prefix}{name}" for name in found.difference(names)}
        gone = {f"{prefix}{name}" for name in set(names).difference(found)}
        if not gone <= template.declaring.keys():
            return False
        changed += sorted(added)
    present = [path for path in changed if now.tree.object_id(path) is not None]
    absent = [path for path in changed if path not in present and path not in template.declaring]
    return not absent and may_change(present, template.used, now.read)


def _keep_outlines(template: Template, now: Now) -> bool:
    """Whether nothing but declarations changed in the modules that have outlines."""
    files = template.inputs.files
    changed = [path for path in template.outlines if now.surroundings.thing(path) != files[path]]
    sources = now.read(changed)
    return all(outline(sources.get(path, b"")) == template.outlines[path] for path in changed)


def may_change(paths: Collection[str], used: Collection[str], read: Read) -> bool:
    """Whether these files are modules that only declare, and nothing that the others speak of."""
    sources = read(paths)
    return all(
        path.endswith(".py")
        and declaring.only_declares(sources[path])
        and declaring.values(path, sources[path]).isdisjoint(used)
        for path in paths
    )


def made(
    now: Now, built: Mapping[str, Any], trace: Mapping[str, Any], identity: list[str], agreed: bool
) -> Template:
    """A template of what a run just built.

    `built` is what the probe says of the database; `trace` what it looked at until its end, with the `modules` of
    the tree by name, and those that were `untouched` by the revisions, as far as that is known.
    """
    revisions = now.revisions()
    modules = {name: path for name, path in trace["modules"].items() if path not in revisions}
    files = {path for path in trace["files"] if path.endswith(".py")}
    depends = _loaded(modules, files, now).dependence(built["shapes"], trace["untouched"])
    plain = depends.declaring
    inputs = Inputs.now(
        {**trace, "listed": [], "searched": []}, now.surroundings, without={*revisions, *plain}
    )
    folders = {*trace["listed"], *trace["searched"]} - set(now.folders)
    return Template(
        now.key,
        revisions,
        inputs,
        {path: now.tree.object_id(path) or "" for path in sorted(plain)},
        {path: one for path, one in depends.outlines.items() if path in inputs.files},
        {folder: _sorted(now.surroundings.listed(folder)) for folder in sorted(folders)},
        sorted(depends.used),
        identity,
        built["tables"],
        built["shapes"],
        agreed,
    )


def import_modules(modules: Mapping[str, str], now: Now) -> bool:
    """Whether revisions may get at any of these modules."""
    return dependence.import_modules(modules, now.read(now.revisions()).values())


def read_ahead(modules: Mapping[str, str], now: Now) -> None:
    """Look through what `made` will ask of these modules and of the revisions, while there is time."""
    _loaded(modules, (), now).read_ahead()


def _loaded(modules: Mapping[str, str], files: Iterable[str], now: Now) -> Loaded:
    revisions = now.revisions()
    sources = now.read({*modules.values(), *files}.difference(revisions))
    return Loaded(modules, sources, now.read(revisions).values())


def _sorted(names: set[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def grown(earlier: Template, later: Template) -> Template:
    """The later template with what shaped the earlier one, on a copy of which it was built."""
    shaping = {**earlier.inputs.files, **later.inputs.files}
    return replace(
        later,
        inputs=Inputs(
            shaping,
            outside={**earlier.inputs.outside, **later.inputs.outside},
            asked={**earlier.inputs.asked, **later.inputs.asked},
        ),
        declaring={path: blob for path, blob in later.declaring.items() if path not in shaping},
        outlines={
            path: one
            for path, one in {**earlier.outlines, **later.outlines}.items()
            if all(part.outlines.get(path) == one for part in (earlier, later) if path in part.inputs.files)
        },
        folders={**earlier.folders, **later.folders},
        used=sorted({*earlier.used, *later.used}),
    )


def fits(template: Template, trace: Mapping[str, Any], now: Now) -> bool:
    """Whether a run that began on a copy loaded nothing new that might have shaped the history."""
    known = {*template.inputs.files, *template.declaring, *now.revisions()}
    loaded = [path for path in trace["modules"].values() if path not in known]
    return (
        may_change(loaded, template.used, now.read)
        and {path for path in trace["outside"] if path.endswith(".py")} <= template.inputs.outside.keys()
    )
