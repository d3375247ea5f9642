"""The manual is in Krita's settings, among the plug-ins."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor


def test_krita_shows_the_manual_with_its_pictures(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "manual", display)
    assert found["text"].startswith("Neural Style\nNeural Style paints a layer in the style of other pictures.")
    assert len(found["pictures"]) == 5 and min(found["pictures"]) > 200
