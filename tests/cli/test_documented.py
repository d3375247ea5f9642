"""Each line for ``nst`` in the documentation paints, with pictures of a few pixels under the names that it uses."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from nst_core.cli import main
from tests.documented import commands

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
        assert painted.size == (48, 40)


def _exit_code(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as end:  # of --help
        return int(end.code or 0)
