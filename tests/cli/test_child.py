"""A command that an editor started ends when the editor ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nst_core.bridge.process import HOST_VARIABLE

pytest.importorskip("torch")

ROOT = Path(__file__).resolve().parents[2]
WAITS = (
    "import time; from nst_core.cli.child import follow_editor; follow_editor(); print(1, flush=True); time.sleep({})"
)


def start(seconds: float, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WAITS.format(seconds)],
        cwd=ROOT,
        env={**os.environ, **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_it_ends_when_the_editor_closes_the_line() -> None:
    with start(600, **{HOST_VARIABLE: str(os.getpid())}) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.communicate(timeout=120)
        assert child.returncode == 130


def test_a_command_of_a_terminal_does_not_depend_on_stdin() -> None:
    with start(0.5) as child:
        child.communicate(timeout=120)
        assert child.returncode == 0
