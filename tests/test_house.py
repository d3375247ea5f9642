"""The rules of the project: imports, Python versions, style, and texts that the tree must not contain."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterable, Iterator

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: For each room: the modules of the project that it may import, and the foreign modules.
RULES: dict[str, tuple[list[str], list[str]]] = {
    "nst_core/__init__.py": ([], []),
    "nst_core/job": (["nst_core.job"], []),
    "nst_core/bridge": (["nst_core", "nst_core.job", "nst_core.bridge"], []),
    "nst_core/studio": (["nst_core", "nst_core.job", "nst_core.bridge", "nst_core.studio"], []),
    "nst_core/engine": (["nst_core.job", "nst_core.engine"], ["torch", "torchvision"]),
    "nst_core/film": (["nst_core.job", "nst_core.bridge", "nst_core.film"], ["cv2", "numpy"]),
    "nst_core/farm": (
        ["nst_core", "nst_core.job", "nst_core.bridge", "nst_core.engine", "nst_core.farm"],
        ["torch", "dask", "distributed"],
    ),
    "nst_core/worker.py": (["nst_core", "nst_core.job", "nst_core.bridge", "nst_core.engine"], ["torch"]),
    "nst_core/cli": (
        [
            "nst_core",
            "nst_core.cli",
            "nst_core.job",
            "nst_core.bridge",
            "nst_core.engine",
            "nst_core.worker",
            "nst_core.film",
            "nst_core.farm",
        ],
        ["torch", "numpy", "PIL", "imagecodecs", "tifffile", "tqdm"],
    ),
    "nst_core/installer": (["nst_core", "nst_core.installer", "nst_core.job", "nst_core.bridge"], []),
    "install.py": (["nst_core.installer", "release"], []),
    "release": (["nst_core", "nst_core.bridge", "nst_core.installer", "release"], []),
    "krita_plugin": (
        ["nst_core", "nst_core.job", "nst_core.bridge", "nst_core.studio", "krita_plugin"],
        ["krita", "PyQt5", "PyQt6"],
    ),
    "gimp_plugin": (["nst_core", "nst_core.job", "nst_core.bridge", "nst_core.studio", "gimp_plugin"], ["gi"]),
}

OURS = ("nst_core", "krita_plugin", "gimp_plugin", "install", "release", "tests")

#: Rooms that run in an editor's Python or before the installation.
OLDEST_PYTHON = (3, 8)


def sources(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of each module that ``path`` imports, at its top or in a function."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from (submodule(name, alias.name) for alias in node.names)


def submodule(package: str, name: str) -> str:
    """Return ``package.name`` if this is a module of the project, otherwise ``package``, which defines the name."""
    folder = ROOT.joinpath(*package.split("."))
    is_module = (folder / f"{name}.py").is_file() or (folder / name).is_dir()
    return f"{package}.{name}" if is_module else package


def allowed(name: str, ours: Iterable[str], foreign: Iterable[str]) -> bool:
    top = name.split(".")[0]
    if top in OURS:
        return any(name == module or (module != "nst_core" and name.startswith(f"{module}.")) for module in ours)
    return top in sys.stdlib_module_names or top in foreign


@pytest.mark.parametrize("room", RULES)
def test_each_room_imports_only_allowed_modules(room: str) -> None:
    files = sources(room)
    assert files, f"{room} does not exist: correct the rule"
    offending = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if not allowed(name, *RULES[room])
    ]
    assert offending == []


def test_every_module_belongs_to_a_room() -> None:
    roomless = set(sources("nst_core")) - {path for room in RULES for path in sources(room)}
    assert roomless == set()


def loaded_by(statement: str, python: str = sys.executable) -> set[str]:
    """Return the modules that a new interpreter without site-packages has loaded after ``statement``."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); {statement}; import json; print(json.dumps([*sys.modules]))"
    )
    ended = subprocess.run([python, "-I", "-S", "-B", "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout))


@pytest.mark.parametrize("room", ["nst_core/job", "nst_core/bridge", "nst_core/studio", "nst_core/installer"])
def test_a_room_of_the_standard_library_loads_without_any_package(room: str) -> None:
    modules = ", ".join(module_name(path) for path in sources(room) if path.name != "__main__.py")
    loaded = {name.split(".")[0] for name in loaded_by(f"import {modules}")}
    assert loaded - set(sys.stdlib_module_names) <= {"nst_core", "__main__"}


def test_the_package_itself_loads_no_room() -> None:
    assert {name for name in loaded_by("import nst_core") if name.startswith("nst_core")} == {"nst_core"}


def test_the_engine_and_the_command_load_no_more_than_they_need() -> None:
    assert not {"torch", "PIL"} & loaded_by("import nst_core.cli")
    script = "import sys, json, nst_core.engine.stylize; print(json.dumps([*sys.modules]))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    rooms = {".".join(name.split(".")[:2]) for name in json.loads(ended.stdout) if name.startswith("nst_core.")}
    assert rooms == {"nst_core.job", "nst_core.engine"}
    assert "torchvision" not in json.loads(ended.stdout)


def oldest_python() -> str | None:
    """Return an interpreter of the oldest version in an editor, if this machine has one."""
    version = ".".join(map(str, OLDEST_PYTHON))
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in [*map(str, pyenv), f"python{version}"]:
        try:
            subprocess.run([candidate, "-c", ""], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    return None


@pytest.mark.parametrize(
    "room", [*("nst_core/job", "nst_core/bridge", "nst_core/studio", "nst_core/installer"), "release/commands.py"]
)
def test_the_oldest_python_loads_it(room: str) -> None:
    python = oldest_python()
    if python is None:
        pytest.skip(f"no Python {OLDEST_PYTHON} on this machine")
    modules = ", ".join(module_name(path) for path in sources(room) if path.name != "__main__.py")
    assert "nst_core" in loaded_by(f"import {modules}", python)


@pytest.mark.parametrize("room", ["krita_plugin", "gimp_plugin", "install.py"])
def test_the_oldest_python_parses_it(room: str) -> None:
    """Without their editor, these rooms can't be imported. So they are only compiled."""
    python = oldest_python()
    if python is None:
        pytest.skip(f"no Python {OLDEST_PYTHON} on this machine")
    script = "import sys\nfor name in sys.argv[1:]: compile(open(name, encoding='utf-8').read(), name, 'exec')"
    subprocess.run([python, "-I", "-c", script, *map(str, sources(room))], check=True)


@pytest.mark.parametrize("arguments", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_tidy_and_typed(arguments: list[str]) -> None:
    ended = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each text file of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    for name in filter(None, listed) if any(listed) else (str(path.relative_to(ROOT)) for path in ROOT.rglob("*")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_signals_are_connected_to_signals() -> None:
    """A connection to ``x.emit`` exists longer than ``x``, and Qt crashes.

    Qt drops a connection to ``x`` itself in time.
    """
    found = [path.name for path in sources("krita_plugin") if re.search(r"connect\([\w.]+\.emit\)", path.read_text())]
    assert found == []


def test_no_package_registry_is_written_into_the_tree() -> None:
    """Each machine has its own setting for the registry, and pip reads it."""
    hosts = re.compile(
        "|".join(rf"{name}\.(org|com|io)" for name in ("pypi", "pythonhosted", "debian", "npmjs", "anaconda"))
    )
    assert [name for name, text in texts() if hosts.search(text)] == []


def test_no_folder_of_this_machine_is_written_into_the_tree() -> None:
    own = {str(ROOT), f"{ROOT.parent}{os.sep}", f"{Path.home()}{os.sep}"} - {os.sep, f"{tempfile.gettempdir()}{os.sep}"}
    assert [(name, folder) for name, text in texts() for folder in own if folder in text] == []


def test_no_file_is_large() -> None:
    assert [name for name, text in texts() if len(text) > 1_000_000] == []
