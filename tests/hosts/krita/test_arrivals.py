"""In the real Krita, styles come from its layer list, from files and from the clipboard. Tooltips show them large."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor


def test_layers_files_and_pictures_become_styles(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "arrivals", display)
    assert "application/x-krita-node-internal-pointer" in found["formats"]
    assert found["styles"][:2] == ["Photo", "auvers"]
    assert all(name.startswith("Pasted 20") for name in found["styles"][2:]) and len(found["styles"]) == 4
    assert found["layers"] == ["Photo", "Great Wave"], "a dragged layer stays where it is"
    assert found["failure"] == "" and "Photo and 3 more \u2013 Neural Style" in found["names"]
    assert found["large"] == [1, True] and min(found["size of the tooltip"]) > 200
