"""GIMP finds the plug-in in the place where ``install.py`` puts it. After the removal the profile is as before."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nst_core.installer import manifest, placement
from nst_core.installer.hosts import Machine, find
from release import packaging
from tests.hosts import provision
from tests.hosts.conftest import folder, missing
from tests.hosts.gimp.editor import STAND_IN, Gimp
from tests.installer.test_placement import snapshot


@pytest.mark.parametrize("debian", provision.FOLDERS, ids=lambda debian: debian.release)
def test_placed_found_and_gone(debian: provision.Debian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    root, version = folder(debian), debian.version("gimp")
    (home / ".config/GIMP" / version).mkdir(parents=True)
    (home / "run").mkdir(mode=0o700)
    before = snapshot(home)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path / "ours"))

    hosts = find(Machine(home, {}, "linux", tmp_path))
    assert [host.name for host in hosts] == [f"GIMP {version}"]
    placement.place(dict.fromkeys(hosts, STAND_IN), manifest.load())

    used = tmp_path / "used"
    shutil.copytree(home, used)
    said = Gimp(root, used).batch("print(Gimp.get_pdb().procedure_exists('plug-in-neural-style'))")
    assert "True" in said

    placement.remove_placed(manifest.load())
    manifest.load().remove_folders()
    assert snapshot(home) == before


@pytest.mark.parametrize("debian", provision.FOLDERS, ids=lambda debian: debian.release)
def test_one_that_was_never_started_makes_its_folders_first(
    debian: provision.Debian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gimp = Gimp(folder(debian), tmp_path / "home")
    (gimp.home / "run").mkdir(mode=0o700, parents=True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path / "ours"))
    machine = Machine(gimp.home, {}, "linux", gimp.root)
    krita, found = find(machine)
    assert (krita.editor, found.name) == ("krita", f"GIMP {gimp.version}")
    program, *arguments = found.first_start
    gimp.run(str(Path("/", Path(program).relative_to(gimp.root))), arguments)
    assert found.plugins.is_dir() and (gimp.profile / "brushes").is_dir()
    assert find(machine)[1].first_start == ()
    placement.place({found: STAND_IN}, manifest.load())
    assert "True" in gimp.batch("print(Gimp.get_pdb().procedure_exists('plug-in-neural-style'))")


@pytest.mark.parametrize("debian", provision.FOLDERS, ids=lambda debian: debian.release)
def test_the_zip_of_a_release_unpacked_found_and_gone(debian: provision.Debian, tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        missing("unzip, which keeps modes,")
    gimp = Gimp(folder(debian), tmp_path / "home")
    plugins = gimp.profile / "plug-ins"
    plugins.mkdir(parents=True)
    (gimp.home / "run").mkdir(mode=0o700)
    zipped = packaging.plugin("gimp", tmp_path)
    subprocess.run([unzip, "-q", str(zipped)], cwd=plugins, check=True)
    code = "print(Gimp.get_pdb().procedure_exists('plug-in-neural-style'))"
    assert "True" in gimp.batch(code)

    shutil.rmtree(plugins / "neural_style")
    assert "False" in gimp.batch(code)
