"""Each line for ``nst`` in the documentation does what it says, with pictures of a few pixels under the names it uses.

Those through ``ssh`` are run by a stand-in that takes this machine for the other one.
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

from nst_core.cli import main
from tests.documented import ROOT, commands

LINES = [line for line in commands("nst") if line]  # the bare name is no command line


@pytest.mark.parametrize("line", LINES)
def test_it_does_what_the_page_says(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")
@pytest.mark.parametrize("line", [line for line in commands("ssh") if line])
def test_through_ssh(line: str, tmp_path: Path) -> None:
    for name, script in (("ssh", SSH), ("nst", NST)):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o700)
    variables = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ended = subprocess.run(f"ssh {line}", shell=True, env=variables, capture_output=True, check=False)
    assert ended.returncode == 0
    assert ended.stdout == (b"NSTF" if "worker" in line else b""), ended.stderr


def _exit_code(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as end:  # of --help
        return int(end.code or 0)
