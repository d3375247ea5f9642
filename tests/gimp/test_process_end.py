"""Long work of the plug-in ends when GIMP ends."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Dict

#: A stand-in for GIMP. It starts a stand-in for the plug-in, and is killed while the plug-in works.
PLUG_IN = """
import sys, types
gi = types.ModuleType("gi"); gi.require_version = lambda *_: None; sys.modules["gi"] = gi
from gimp_plugin import process_end
print("at work", flush=True)
sys.stdin.readline()
process_end.end_without_gimp()
print("still there", flush=True)
"""
GIMP = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {PLUG_IN!r}]).wait()"
PIPES: Dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}


def test_it_goes_on_with_gimp_and_ends_without() -> None:
    plug_in = subprocess.run([sys.executable, "-c", PLUG_IN], input="\n", capture_output=True, text=True, check=True)
    assert plug_in.stdout.split("\n")[:2] == ["at work", "still there"]
    with subprocess.Popen([sys.executable, "-c", GIMP], **PIPES) as gimp:
        assert gimp.stdin and gimp.stdout
        assert gimp.stdout.readline() == "at work\n"
        gimp.kill()
        gimp.wait()
        gimp.stdin.write("\n")
        gimp.stdin.flush()
        assert gimp.stdout.read() == ""
