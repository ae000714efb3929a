"""Where the hooks go, what was there before, and how all of it comes back."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.install import STAGES, install, uninstall
from alembic_proof.errors import UsageError
from alembic_proof.git.repository import Repository
from support.repositories import Checkout, folder_state

if TYPE_CHECKING:
    from pathlib import Path

TEAM_HOOK = "#!/bin/sh\necho the team's own\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path / "project", {"README": "a project\n"})


def hooks_of(checkout: Checkout) -> Path:
    return checkout.top / ".git" / "hooks"


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_every_stage_gets_an_executable_hook(checkout: Checkout) -> None:
    hooks = hooks_of(checkout)

    said = install(Repository.find(checkout.top))

    assert said == tuple(f"{hooks / stage}: installed" for stage in STAGES)
    assert all(os.access(hooks / stage, os.X_OK) for stage in STAGES)


def test_only_the_stages_that_are_asked_for(checkout: Checkout) -> None:
    install(Repository.find(checkout.top), ["pre-push"])

    assert (hooks_of(checkout) / "pre-push").is_file()
    assert not (hooks_of(checkout) / "pre-commit").exists()


def test_the_hook_remembers_who_installed_it(checkout: Checkout) -> None:
    install(Repository.find(checkout.top), ["pre-commit"])

    program = f"{sysconfig.get_path('scripts')}/alembic-proof"
    assert f"\ninstalled_by={program}\n" in (hooks_of(checkout) / "pre-commit").read_text()


def test_an_installer_in_a_folder_with_an_odd_name_is_found_again(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = put(tmp_path / "it's $HOME" / "alembic-proof", "#!/bin/sh\necho found\n")
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(program.parent))

    install(Repository.find(checkout.top), ["pre-commit"])

    hook = hooks_of(checkout) / "pre-commit"
    ran = subprocess.run([hook], cwd=checkout.top, env={"PATH": os.defpath}, capture_output=True, timeout=60)
    assert ran.stdout == b"found\n"


def test_installing_again_changes_nothing(checkout: Checkout) -> None:
    put(hooks_of(checkout) / "pre-commit", TEAM_HOOK)
    install(Repository.find(checkout.top))
    before = checkout.state()

    said = install(Repository.find(checkout.top))

    assert said == tuple(f"{hooks_of(checkout) / stage}: already installed" for stage in STAGES)
    assert checkout.state() == before


def test_an_older_hook_of_ours_is_updated_and_not_kept(checkout: Checkout) -> None:
    install(Repository.find(checkout.top), ["pre-commit"])
    hook = hooks_of(checkout) / "pre-commit"
    current = hook.read_text()
    hook.write_text(current.replace("venv/bin", "older/bin"))

    said = install(Repository.find(checkout.top), ["pre-commit"])

    assert said == (f"{hook}: updated",)
    assert hook.read_text() == current
    assert not hook.with_name("pre-commit.before-alembic-proof").exists()


def test_a_hook_that_was_there_is_kept_beside_ours(checkout: Checkout) -> None:
    hook = put(hooks_of(checkout) / "pre-commit", TEAM_HOOK)

    said = install(Repository.find(checkout.top), ["pre-commit"])

    kept = "the hook that was there is now pre-commit.before-alembic-proof and runs first"
    assert said == (f"{hook}: installed; {kept}",)
    assert hook.with_name("pre-commit.before-alembic-proof").read_text() == TEAM_HOOK


def test_a_link_to_a_shared_hook_is_moved_and_its_file_left_alone(checkout: Checkout, tmp_path: Path) -> None:
    shared = put(tmp_path / "shared", TEAM_HOOK)
    hook = hooks_of(checkout) / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(shared)

    install(Repository.find(checkout.top), ["pre-commit"])

    assert shared.read_text() == TEAM_HOOK
    assert hook.with_name("pre-commit.before-alembic-proof").readlink() == shared


def test_a_link_to_our_own_script_is_replaced_and_the_script_left_alone(
    checkout: Checkout, tmp_path: Path
) -> None:
    install(Repository.find(checkout.top), ["pre-commit"])
    hook = hooks_of(checkout) / "pre-commit"
    linked = hook.rename(tmp_path / "linked")
    older = linked.read_text().replace("venv/bin", "older/bin")
    linked.write_text(older)
    hook.symlink_to(linked)

    install(Repository.find(checkout.top), ["pre-commit"])

    assert linked.read_text() == older
    assert not hook.is_symlink()


def test_a_third_hook_is_not_overwritten(checkout: Checkout) -> None:
    hook = put(hooks_of(checkout) / "pre-push", TEAM_HOOK)
    kept = put(hook.with_name("pre-push.before-alembic-proof"), "#!/bin/sh\n")
    before = checkout.state()

    with pytest.raises(UsageError) as raised:
        install(Repository.find(checkout.top))

    assert raised.value.message == (
        f"{hook} is not alembic-proof's, and an earlier hook is already kept in {kept.name}"
    )
    assert (
        raised.value.hint == f"keep one of the two: remove {kept}, or call it from {hook.name} and remove it"
    )
    assert checkout.state() == before


def test_uninstalling_brings_everything_back(checkout: Checkout) -> None:
    hook = put(hooks_of(checkout) / "pre-commit", TEAM_HOOK)
    before = checkout.state()
    install(Repository.find(checkout.top))

    said = uninstall(Repository.find(checkout.top))

    assert said == (
        f"{hook}: removed; the hook that was there before is back",
        *(f"{hooks_of(checkout) / stage}: removed" for stage in STAGES[1:]),
    )
    assert checkout.state() == before


def test_uninstalling_leaves_what_is_not_ours(checkout: Checkout) -> None:
    hook = put(hooks_of(checkout) / "pre-commit", TEAM_HOOK)
    before = checkout.state()

    said = uninstall(Repository.find(checkout.top), ["pre-commit", "pre-push"])

    assert said == (
        f"{hook}: not alembic-proof's, left as it is",
        f"{hooks_of(checkout) / 'pre-push'}: not installed",
    )
    assert checkout.state() == before


def test_core_hooks_path_of_the_repository_is_where_they_go(checkout: Checkout) -> None:
    checkout.git("config", "core.hooksPath", "tools/git-hooks")

    install(Repository.find(checkout.top), ["pre-commit"])

    # That folder may be committed, and one person's path says nothing on another's machine.
    assert "\ninstalled_by=''\n" in (checkout.top / "tools/git-hooks/pre-commit").read_text()
    assert not (hooks_of(checkout) / "pre-commit").exists()


def test_core_hooks_path_of_all_repositories_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    everywhere = tmp_path / "everywhere"
    checkout.git("config", "--global", "core.hooksPath", str(everywhere))

    with pytest.raises(UsageError) as raised:
        install(Repository.find(checkout.top))

    assert raised.value.message == (
        f"core.hooksPath names {everywhere} for all your repositories, so a hook there would run in each"
    )
    assert raised.value.hint == (
        f"give this repository a folder of its own: git config core.hooksPath {hooks_of(checkout)}"
    )
    assert not everywhere.exists()

    checkout.git("config", "core.hooksPath", str(hooks_of(checkout)))
    install(Repository.find(checkout.top), ["pre-commit"])
    assert (hooks_of(checkout) / "pre-commit").is_file()


def test_a_linked_worktree_shares_the_hooks_of_its_repository(checkout: Checkout, tmp_path: Path) -> None:
    checkout.git("worktree", "add", "--quiet", str(tmp_path / "linked"))

    said = install(Repository.find(tmp_path / "linked"), ["pre-commit"])

    assert said == (f"{hooks_of(checkout) / 'pre-commit'}: installed",)


def test_a_submodule_gets_its_own_hooks(checkout: Checkout, tmp_path: Path) -> None:
    library = Checkout.create(tmp_path / "library", {"README": "a library\n"})
    checkout.git("submodule", "--quiet", "add", str(library.top), "library")

    said = install(Repository.find(checkout.top / "library"), ["pre-commit"])

    assert said == (f"{checkout.top / '.git/modules/library/hooks/pre-commit'}: installed",)


def test_a_folder_that_cannot_be_written_is_said(checkout: Checkout) -> None:
    hooks = hooks_of(checkout)
    checkout.git("config", "core.hooksPath", "README")
    before = folder_state(hooks)

    with pytest.raises(UsageError) as raised:
        install(Repository.find(checkout.top))

    assert raised.value.message == (f"Git's hooks cannot be changed: File exists: {checkout.top / 'README'}")
    assert raised.value.hint == (
        "make the folder writable for you, or name another one: git config core.hooksPath FOLDER"
    )
    assert folder_state(hooks) == before
