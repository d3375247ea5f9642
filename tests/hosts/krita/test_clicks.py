"""A new user needs eight clicks in the real Krita: from a blank document to a second, better result."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor


def test_eight_clicks(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "clicks", display)
    assert found["failure"] == "" and len(found["steps"]) <= 8, found["steps"]
    first, second = "Great Wave \u2013 Neural Style", "Great Wave \u2013 Neural Style 2 (high)"
    assert found["names"] == ["Background", "chelsea.jpg", first, second]
    assert second in found["seen"] and first not in found["seen"]
