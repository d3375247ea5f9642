"""The source of the engine's command."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nst_core.bridge import paths
from nst_core.job.errors import EngineMissing


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path))
    monkeypatch.delenv("NEURAL_STYLE_ENGINE", raising=False)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_an_engine_the_error_says_how_to_get_one() -> None:
    with pytest.raises(EngineMissing) as caught:
        paths.engine_command()
    assert "install.py" in caught.value.remedy


def test_the_installed_engine_is_the_last_choice() -> None:
    python = paths.engine_python(paths.engine_folder())
    write(python, "")
    assert paths.engine_command() == [str(python), "-I", "-m", "nst_core.worker"]
    write(paths.settings_folder() / "engine.json", json.dumps({"command": ["sh", "studio", "nst", "worker"]}))
    found = shutil.which("sh")
    assert paths.engine_command() == [found, "studio", "nst", "worker"], "no other program of that name is started"


def test_the_environment_is_the_first_choice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(paths.settings_folder() / "engine.json", json.dumps({"command": ["sh"]}))
    (home / "my python").symlink_to(sys.executable)
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", f"'{home}/my python' -m nst_core.worker")
    assert paths.engine_command() == [f"{home}/my python", "-m", "nst_core.worker"]


@pytest.mark.parametrize("command", ["/nowhere/python -I", "no-such-program", "''"])
def test_a_named_program_that_is_missing_is_a_named_error(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """An installation would not help, because the user's choice comes before the installed engine."""
    file = paths.settings_folder() / "engine.json"
    write(file, json.dumps({"command": shlex.split(command)}))
    with pytest.raises(EngineMissing) as caught:
        paths.engine_command()
    assert str(file) in caught.value.problem and caught.value.remedy.startswith("Correct or delete it")
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", command)
    with pytest.raises(EngineMissing) as caught:
        paths.engine_command()
    assert "NEURAL_STYLE_ENGINE" in caught.value.problem and caught.value.remedy.startswith("Correct or unset it")


def test_a_placed_plug_in_knows_its_engine(home: Path) -> None:
    """This runs in a copy of the package, like the copy in a placed plug-in."""
    root = Path(__file__).parents[2]
    (home / "placed").mkdir()
    for room in ("job", "bridge"):
        shutil.copytree(root / "nst_core" / room, home / "placed" / "nst_core" / room)
    shutil.copy(root / "nst_core" / "__init__.py", home / "placed" / "nst_core")
    ask = "import sys; sys.path.insert(0, sys.argv[1]); from nst_core.bridge import paths; print({})"
    placed = run(ask.format("paths.placed_command_file()"), home / "placed")
    write(Path(placed), json.dumps({"command": ["/opt/python", "-I"]}))
    assert run(ask.format("paths.engine_command()"), home / "placed") == "['/opt/python', '-I']"


def run(script: str, argument: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(argument)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"command": []}', '{"command": "python"}', '{"command": [1]}', "[" * 10**5]
)
def test_a_damaged_command_file_is_a_named_error(text: str) -> None:
    write(paths.settings_folder() / "engine.json", text)
    with pytest.raises(EngineMissing, match=r"engine\.json"):
        paths.engine_command()


def test_unbalanced_quotes_are_a_named_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", "'python")
    with pytest.raises(EngineMissing, match="NEURAL_STYLE_ENGINE"):
        paths.engine_command()


def test_in_a_snap_no_update_copies_the_engine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer puts the engine there from outside. The user's settings are copied, like all settings in a Snap."""
    monkeypatch.delenv("NEURAL_STYLE_HOME")
    version = home / "snap/krita/123"
    variables = {"SNAP_NAME": "krita", "SNAP_USER_COMMON": home / "snap/krita/common", "HOME": version}
    for name, value in {**variables, "XDG_DATA_HOME": version / ".local/share"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert paths.engine_folder() == home / "snap/krita/common/neural-style/engine"
    assert paths.settings_folder() == version / ".config/neural-style"
    assert len({paths.data_folder(), paths.cache_folder(), paths.logs_folder()}) == 3
    monkeypatch.setenv("SNAP_NAME", "a terminal that is a Snap itself")
    assert paths.engine_folder() == version / ".local/share/neural-style/engine"
