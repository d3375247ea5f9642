"""Each error is shown in the docker, with its remedy; then all works again."""

from __future__ import annotations

import json
from pathlib import Path

from nst_core import __version__
from nst_core.bridge import paths
from nst_core.bridge.framing import PROTOCOL, Frame, write_frame

from .editor import Editor


def test_failures(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "failures", display)
    assert found["at start"] == ""
    assert found["no document"].startswith("No document is open. Open or create one")
    assert found["no style"].startswith("No style is chosen. Add a layer or an image file")
    assert found["document opened"] == found["style added"] == "", "what was lacking is there"
    assert len(found["refused"]) == 4 and found["styles"] == ["Great Wave"] and found["documents"] == 1
    for name, shown in found["refused"].items():
        assert shown.startswith(f"The picture {name} can't be opened. Choose another file")
    assert "Try again" in found["crash"] and "Try again" in found["killed"]
    assert found["starve"] == "Memory ran out. Choose a smaller working size."
    assert found["report"] == found["details"]
    for part in (f"in Krita {editor.version}", "[out-of-memory] Memory ran out.", "RGBA U8", "engine.log"):
        assert part in found["report"]
    assert str(home) not in found["report"]
    assert found["names"] == ["Photo", "Great Wave"]
    assert found["next job"] == ["", True]
    assert found["style deleted"].startswith("The layer of a style was deleted.")
    assert found["modal"] is False


def test_without_an_engine(editor: Editor, home: Path, display: str) -> None:
    (home / "data/krita/pykrita/neural_style/nst_core/engine.json").unlink()
    found = editor.run(home, "failures", display, NEURAL_STYLE_ENGINE="")
    assert "install.py" in found["at start"]
    assert found["modal"] is False


def test_an_engine_of_another_version(editor: Editor, home: Path, display: str) -> None:
    """It greets with the number of a later protocol, and waits."""
    python = paths.engine_python(home / "nst/data/engine")
    python.parent.mkdir(parents=True)
    with (python.parent / "hello").open("wb") as file:
        write_frame(file.write, Frame("hello", {"protocol": PROTOCOL + 1, "engine_version": "9.9"}))
    python.write_text('#!/bin/sh\ncat "$(dirname "$0")/hello"\nexec cat > /dev/null\n', encoding="utf-8")
    python.chmod(0o700)
    pointer = home / "data/krita/pykrita/neural_style/nst_core/engine.json"
    pointer.write_text(json.dumps({"command": [str(python), *paths.WORKER_ARGUMENTS]}), encoding="utf-8")
    found = editor.run(home, "outdated", display, NEURAL_STYLE_ENGINE="")
    assert found["said"].startswith(f"The engine (version 9.9) and this plug-in (version {__version__}) do not match.")
    assert found["offered"]
