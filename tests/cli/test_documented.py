"""Each command line for ``nst`` in the documentation works, with tiny pictures under the names in that line.

A stand-in for ``ssh`` runs commands on this machine instead of another one. The commands for benchmarks get small
pictures and a short text instead of the record.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nst_core.bridge import paths
from nst_core.cli import main
from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import quality
from tests.documented import ROOT, commands

#: The commands whose lines ``test_films_documented.py`` runs.
FILMS = ("animate", "batch", "farm")

LINES = [line for line in commands("nst") if line and not line.startswith(FILMS)]  # the name alone is no command line


@pytest.mark.parametrize("line", LINES)
def test_it_works_as_documented(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    if words[0] != "stylize" or "--help" in words:
        assert _exit_code(words) == 0
        return
    output = tmp_path / words[words.index("-o") + 1]
    for name in set(re.findall(r"\w+\.(?:jpg|png)", line)) - {output.name}:
        Image.radial_gradient("L").resize((48, 40)).convert("RGB").save(tmp_path / name)
    assert _exit_code([*words, "--device", "cpu"]) == 0
    with Image.open(output) as painted:
        size = words[words.index("--size") + 1] if "--size" in words else "full"
        longest = 48 if size == "full" else int(size)
        assert painted.size == (longest, round(longest * 40 / 48))


SSH = """#!/bin/sh
while [ "$1" != studio ]; do shift; done
shift
exec sh -c "$*"
"""
NST = f"""#!/bin/sh
PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m nst_core.cli "$@"
"""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``ssh studio`` runs the command on this machine, which has ``nst``."""
    for name, script in (("ssh", SSH), ("nst", NST)):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


posix = pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")


@posix
@pytest.mark.parametrize("line", [line for line in commands("ssh") if line])
def test_through_ssh(studio: None, line: str) -> None:
    ended = subprocess.run(f"ssh {line}", shell=True, capture_output=True, check=False)
    assert ended.returncode == 0
    assert ended.stdout == (b"NSTF" if "worker" in line else b""), ended.stderr


@posix
@pytest.mark.parametrize("rest", commands('NEURAL_STYLE_ENGINE="ssh'))
def test_an_engine_that_is_named_by_a_variable(studio: None, rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (assignment,) = shlex.split(f'NEURAL_STYLE_ENGINE="ssh {rest}')
    monkeypatch.setenv(*assignment.split("=", 1))
    assert_speaks(paths.engine_command())


@posix
def test_an_engine_that_is_named_by_a_file(studio: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "remote-engine.md").read_text(encoding="utf-8")
    (content,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    monkeypatch.delenv("NEURAL_STYLE_ENGINE", raising=False)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path / "home"))
    paths.settings_folder().mkdir(parents=True)
    (paths.settings_folder() / "engine.json").write_text(content, encoding="utf-8")
    assert_speaks(paths.engine_command())


def assert_speaks(command: list[str]) -> None:
    """Check that ``command`` starts an engine that sends its first message and ends when its stdin ends."""
    assert Path(command[0]).is_absolute() and Path(command[0]).name == "ssh"
    ended = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert ended.stdout.startswith(b"NSTF"), ended.stderr


@pytest.mark.parametrize("line", commands("python -m tests.benchmarks"))
def test_a_benchmark_that_is_recorded(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: dict[str, str] = {}
    monkeypatch.setattr(sys, "argv", ["benchmarks", *shlex.split(line)])
    monkeypatch.setattr(benchmarks, "BENCHMARKS", {"NAME": lambda: "a table"})
    monkeypatch.setattr(benchmarks, "record", recorded.__setitem__)
    benchmarks.main()
    assert recorded["NAME"].endswith("a table")


@pytest.mark.parametrize("line", commands("python -m tests.benchmarks.quality"))
def test_a_result_that_is_judged(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("RESULT", "CONTENT", "STYLE"):
        Image.radial_gradient("L").resize((64, 48)).convert("RGB").save(name, "png")
    words = ["64" if word == "512" else word for word in shlex.split(line)]
    monkeypatch.setattr(sys, "argv", ["quality", *words])
    quality.main()
    figures = capsys.readouterr().out.splitlines()[1]
    assert [float(figure) for figure in figures.strip("| ").split("|")] == [0, 0, 0, 0, 0]


def _exit_code(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as end:  # of --help
        return int(end.code or 0)
