"""Plug-ins are placed, updated, rolled back and removed, in folders with odd names."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List

import pytest

from nst_core.bridge import files
from nst_core.installer import manifest, placement, plugins, storage
from nst_core.installer.hosts import GIMP, KRITA, Host
from nst_core.installer.manifest import Manifest
from nst_core.job.errors import InstallFailed

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ["/some where/python", "-I", "-m", "nst_core.worker"]


@pytest.fixture
def krita(home: Path) -> Host:
    (home / ".config").mkdir()
    (home / ".config/kritarc").write_bytes(b"[theme]\nTheme=x\xff\n[python]\nenable_other=true\n\n[z]\na=b")
    return Host(KRITA, "Krita", home / ".local/share/krita", home / ".config/kritarc")


@pytest.fixture
def gimp(home: Path) -> Host:
    (home / ".config/GIMP/3.0").mkdir(parents=True)
    return Host(GIMP, "GIMP 3.0", home / ".config/GIMP/3.0/plug-ins")


def snapshot(folder: Path) -> Dict[str, str]:
    """Return every file, folder and link below ``folder``, with its contents."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = os.readlink(path) if path.is_symlink() else "" if path.is_dir() else _sum(path)
        found[path.relative_to(folder).as_posix()] = content
    return found


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def remove_placed() -> None:
    made = manifest.load()
    placement.remove_placed(made)
    storage.remove(manifest.manifest_file())
    storage.remove(manifest.manifest_file().parent)
    made.remove_folders()


def test_each_editor_gets_all_files_that_it_needs(krita: Host, gimp: Host) -> None:
    placement.place({krita: COMMAND, gimp: COMMAND}, manifest.load())
    assert krita.settings
    module = krita.plugins / "pykrita/neural_style"
    assert (krita.plugins / "pykrita/neural_style.desktop").is_file()
    assert (krita.plugins / "actions/neural_style.action").is_file()
    entry = gimp.plugins / "neural_style/neural_style.py"
    assert os.access(entry, os.X_OK)
    assert [path.name for path in gimp.plugins.rglob("neural_style.py")] == [entry.name]
    assert (entry.parent / "gimp_plugin/plug_in.py").is_file()
    for folder in (module, entry.parent):
        assert json.loads((folder / "nst_core/engine.json").read_text(encoding="utf-8")) == {"command": COMMAND}
        assert (folder / "nst_core/engine/stylize.py").is_file() and (folder / "install.py").is_file()
        assert not list(folder.rglob("__pycache__"))
    assert b"enable_neural_style=true" in krita.settings.read_bytes()


def test_a_placed_plugin_finds_its_engine(gimp: Host) -> None:
    placement.place({gimp: COMMAND}, Manifest())
    script = "from nst_core.bridge import paths; print(paths.engine_command())"
    told = subprocess.check_output([sys.executable, "-c", script], cwd=gimp.plugins / "neural_style", text=True)
    assert told.strip() == repr(COMMAND)


def test_taken_away_the_tree_is_as_it_was(home: Path, krita: Host, gimp: Host) -> None:
    before = snapshot(home)
    placement.place({krita: COMMAND, gimp: COMMAND}, manifest.load())
    assert snapshot(home) != before
    placement.place({krita: COMMAND, gimp: None}, manifest.load())
    remove_placed()
    assert snapshot(home) == before


def test_an_unfinished_configuration_of_a_killed_installer_is_removed(home: Path, krita: Host) -> None:
    assert krita.settings
    before = snapshot(home)
    placement.place({krita: COMMAND}, manifest.load())
    (krita.settings.parent / f".0123{files.PART}").write_text("half a conf", encoding="utf-8")
    remove_placed()
    assert snapshot(home) == before


def test_a_configuration_file_that_did_not_exist_is_removed(home: Path, krita: Host) -> None:
    assert krita.settings
    krita.settings.unlink()
    before = snapshot(home)
    placement.place({krita: COMMAND}, manifest.load())
    remove_placed()
    assert snapshot(home) == before


def test_later_settings_of_krita_stay(krita: Host) -> None:
    placement.place({krita: COMMAND}, manifest.load())
    assert krita.settings
    text = krita.settings.read_bytes()
    krita.settings.write_bytes(text.replace(b"Theme=x", b"Theme=y"))
    remove_placed()
    assert krita.settings.read_bytes() == text.replace(b"Theme=x", b"Theme=y").replace(
        b"enable_neural_style=true\n", b""
    )


def test_a_configuration_that_is_a_link_stays_one(home: Path, krita: Host) -> None:
    assert krita.settings
    real = home / "dotfiles"
    krita.settings.rename(real)
    krita.settings.symlink_to(real)
    before = snapshot(home)
    placement.place({krita: COMMAND}, manifest.load())
    assert krita.settings.is_symlink() and b"enable_neural_style" in real.read_bytes()
    remove_placed()
    assert snapshot(home) == before


def test_files_of_others_in_our_new_folders_stay(home: Path, krita: Host) -> None:
    placement.place({krita: COMMAND}, manifest.load())
    other = krita.plugins / "pykrita/other.desktop"
    other.write_text("of another plug-in", encoding="utf-8")
    remove_placed()
    assert other.is_file() and not (krita.plugins / "actions").exists()


def test_an_interrupted_removal_can_be_followed_by_an_installation(
    home: Path, gimp: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    placement.place({gimp: COMMAND}, manifest.load())

    def cut(files: List[Path]) -> None:
        storage.remove_files(files[: len(files) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(placement, "remove_files", cut)
        placement.remove_placed(manifest.load())
    placement.finish(manifest.load())
    placement.place({gimp: COMMAND}, manifest.load())
    assert plugins.altered(gimp) == []
    remove_placed()
    assert not gimp.plugins.exists()


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_folder_of_somebody_else_is_not_replaced(home: Path, gimp: Host, kind: str) -> None:
    work = home / "work"
    work.mkdir()
    (work / "precious").write_text("x", encoding="utf-8")
    gimp.plugins.mkdir()
    target = gimp.plugins / "neural_style"
    if kind == "link":
        target.symlink_to(work, target_is_directory=True)
    else:
        work.rename(target)
    before = snapshot(home / ".config")
    with pytest.raises(InstallFailed, match="not placed by this installer"):
        placement.place({gimp: COMMAND}, manifest.load())
    assert snapshot(home / ".config") == before


def test_a_plugin_that_kritas_importer_placed_is_updated(krita: Host) -> None:
    placement.place({krita: None}, Manifest())
    assert placement.place({krita: COMMAND}, manifest.load()) == []
    assert (krita.plugins / "pykrita/neural_style/nst_core/engine.json").is_file()
    assert not list(krita.plugins.rglob("*.kept*"))


def test_another_version_that_krita_imported_is_kept_aside(krita: Host) -> None:
    """The manifest does not list these files, and the user may have changed them."""
    placement.place({krita: None}, Manifest())
    folder = krita.plugins / "pykrita/neural_style"
    (folder / "panel of another version.py").write_text("x", encoding="utf-8")
    (folder / "docker.py").write_text("another version", encoding="utf-8")
    (krita.plugins / "actions/neural_style.action").write_text("another shortcut", encoding="utf-8")
    kept = placement.place({krita: COMMAND}, manifest.load())
    assert {path.name for path in kept} == {"neural_style.kept", "neural_style.action.kept"}
    names = {"docker.py", "panel of another version.py"}
    assert set(snapshot(folder.with_name("neural_style.kept"))) == names, "all but copies of the new files"
    assert plugins.altered(krita) == []
    remove_placed()
    assert not folder.exists() and all(path.exists() for path in kept)


def test_files_of_the_user_in_a_placed_folder_stay(gimp: Host) -> None:
    placement.place({gimp: COMMAND}, manifest.load())
    folder = gimp.plugins / "neural_style"
    (folder / "my notes").mkdir()
    notes = folder / "my notes" / "notes.txt"
    notes.write_text("mine", encoding="utf-8")
    (folder / "link").symlink_to(notes)
    changed = folder / "nst_core" / "bridge" / "client.py"
    changed.write_text("my experiment", encoding="utf-8")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "neural_style.cpython-311.pyc").write_bytes(b"compiled")
    (kept,) = placement.place({gimp: COMMAND}, manifest.load())
    mine = {"link", "my notes", "my notes/notes.txt", "nst_core", "nst_core/bridge", "nst_core/bridge/client.py"}
    assert kept == folder.with_name("neural_style.kept") and set(snapshot(kept)) == mine
    assert (kept / "nst_core/bridge/client.py").read_text(encoding="utf-8") == "my experiment"
    assert plugins.altered(gimp) == []
    changed.write_text("another experiment", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    placement.remove_placed(manifest.load())
    assert set(snapshot(folder)) == {"notes.txt", "nst_core", "nst_core/bridge", "nst_core/bridge/client.py"}
    assert set(snapshot(kept)) == mine


def test_a_folder_that_the_user_put_in_the_place_of_ours_stays(gimp: Host) -> None:
    placement.place({gimp: COMMAND}, manifest.load())
    folder = gimp.plugins / "neural_style"
    shutil.rmtree(folder)
    (folder / "nst_core").mkdir(parents=True)
    for name in ("neural_style.py", "nst_core/engine.json", "notes.txt"):
        (folder / name).write_text("mine", encoding="utf-8")
    before = snapshot(folder)
    with pytest.raises(InstallFailed, match="not placed by this installer"):
        placement.place({gimp: COMMAND}, manifest.load())
    placement.remove_placed(manifest.load())
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", ["neural_style.old", "neural_style.new", "neural_style.kept"])
def test_a_backup_of_the_user_beside_the_plugin_stays(krita: Host, name: str) -> None:
    backup = krita.plugins / "pykrita" / name
    backup.mkdir(parents=True)
    (backup / "precious").write_text("x", encoding="utf-8")
    for _ in range(2):
        placement.place({krita: COMMAND}, manifest.load())
        assert (backup / "precious").is_file()
    placement.finish(manifest.load())
    placement.remove_placed(manifest.load())
    assert (backup / "precious").is_file()


STEPS = ["write", "rename", "settings"]


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_update_rolls_back_every_editor(
    home: Path, krita: Host, gimp: Host, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = {krita: COMMAND, gimp: COMMAND}
    placement.place(hosts, manifest.load())
    (krita.plugins / "pykrita/neural_style/of the old version").touch()
    assert krita.settings
    krita.settings.write_bytes(krita.settings.read_bytes().replace(b"style=true", b"style=false"))
    editors = [home / ".config", home / ".local/share/krita"]
    before = [snapshot(folder) for folder in editors]
    _fail_at(step, monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        placement.place(hosts, manifest.load())
    assert [snapshot(folder) for folder in editors] == before


def _fail_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    calls: List[Path] = []

    def fail_at_last(path: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 7:  # Three of four targets were replaced, with two moves each.
            fail()
        files.move(path, target)

    if step == "write":
        monkeypatch.setattr(plugins, "write", fail)
    elif step == "rename":
        monkeypatch.setattr(storage, "move", fail_at_last)
    else:
        monkeypatch.setattr(placement, "replace_text", fail)


CHILD = """
import sys
from pathlib import Path
from nst_core.bridge import files
from nst_core.installer import manifest, placement
from nst_core.installer.hosts import Host
home = Path(sys.argv[1])
manifest.note_own_folders()
made = manifest.load()
placement.finish(made)
krita = Host("krita", "Krita", home / ".local/share/krita", home / ".config/kritarc")
gimp = Host("gimp", "GIMP", home / ".config/GIMP/3.0/plug-ins")
print("begin", flush=True)
placement.place({krita: sys.argv[2:], gimp: sys.argv[2:]}, made)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_killed_at_any_moment_it_is_whole_and_can_be_taken_away(home: Path, krita: Host, gimp: Host) -> None:
    """Sixty placements are killed at random moments. Every placed plug-in is complete."""
    before = snapshot(home)
    chance = random.Random(8)
    folders = [krita.plugins / "pykrita/neural_style", gimp.plugins / "neural_style"]
    whole = _whole_plugins(home)
    for turn in range(60):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), f"version {turn}"], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert child.stdout
        with child.stdout:
            child.stdout.readline()
            time.sleep(chance.uniform(0, 0.08))
            child.send_signal(signal.SIGKILL)
        child.wait()
        for folder, names in zip(folders, whole):
            assert not folder.exists() or set(snapshot(folder)) == names
    placement.finish(manifest.load())
    placement.place({krita: COMMAND, gimp: COMMAND}, manifest.load())
    assert [set(snapshot(folder)) for folder in folders] == whole
    remove_placed()
    assert snapshot(home) == before


CHILD_KILLED_AT_A_MOVE = """
import os, sys
from pathlib import Path
from nst_core.bridge import files
from nst_core.installer import manifest, placement, storage
from nst_core.installer.hosts import Host
home, left = Path(sys.argv[1]), int(sys.argv[2])
def move(source, target):
    global left
    files.move(source, target)
    left -= 1
    if not left:
        os._exit(9)
storage.move = move
made = manifest.load()
if sys.argv[3:] == ["finish"]:
    placement.finish(made)
else:
    krita = Host("krita", "Krita", home / ".local/share/krita", home / ".config/kritarc")
    gimp = Host("gimp", "GIMP", home / ".config/GIMP/3.0/plug-ins")
    placement.place({krita: sys.argv[3:], gimp: sys.argv[3:]}, made)
"""


@pytest.mark.parametrize("state", ["fresh", "update", "of others"])
def test_killed_after_any_move_the_next_run_makes_all_targets_new(
    home: Path, krita: Host, gimp: Host, state: str
) -> None:
    manifest.note_own_folders()
    moves = 4 if state == "fresh" else 8  # four targets, each with a new and maybe an old version
    for number in range(1, moves + 1):
        if state != "fresh":
            placement.place({krita: COMMAND, gimp: COMMAND}, manifest.load())
            (gimp.plugins / "neural_style" / "mine.txt").write_text("mine", encoding="utf-8")
        if state == "of others":
            storage.remove(manifest.manifest_file())
            (krita.plugins / "actions/neural_style.action").write_text("another shortcut", encoding="utf-8")
        assert _killed(home, number, "another version") == 9
        for again in range(1, number):
            if _killed(home, again, "finish") == 0:
                break
        placement.finish(manifest.load())
        assert plugins.altered(krita) + plugins.altered(gimp) == [], f"killed after move {number}"
        commands = [*home.rglob("neural_style/nst_core/engine.json")]
        assert len(commands) == 2 and all(b"another version" in file.read_bytes() for file in commands)
        mine = [path for path in gimp.plugins.rglob("mine.txt") if path.read_bytes() == b"mine"]
        assert len(mine) == (0 if state == "fresh" else number)
        if state == "fresh":
            remove_placed()


def _killed(home: Path, move: int, argument: str) -> int:
    """Place or finish in a process that ends after ``move`` moves. Return its exit code."""
    command = [sys.executable, "-c", CHILD_KILLED_AT_A_MOVE, str(home), str(move), argument]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _whole_plugins(home: Path) -> list[set[str]]:
    """Return the names of the files that :func:`plugins.write` makes for each plug-in."""
    found = []
    for editor in (KRITA, GIMP):
        folder, sources = next(iter(plugins.targets(editor, home / "whole" / editor).items()))
        plugins.write(sources, folder)
        found.append({*snapshot(folder), "nst_core/engine.json"})
    shutil.rmtree(home / "whole")
    return found
