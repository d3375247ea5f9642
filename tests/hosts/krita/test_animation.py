"""*Animate* in the real Krita and with the real engine."""

from __future__ import annotations

from pathlib import Path

from .conftest import each_krita
from .editor import Editor, engine_folders

LAYER, SECOND = ("Great Wave \u2013 Neural Style (draft)", "Great Wave \u2013 Neural Style 2 (draft)")


@each_krita
def test_the_frames_become_an_animated_layer(editor: Editor, real_home: Path, display: str) -> None:
    depth = "U16" if editor.version.startswith("5.1") else "U8"
    found = editor.run(
        real_home, "animation", display, engine_folders(), NEURAL_STYLE_DEPTH=depth, NEURAL_STYLE_SHOTS=str(real_home)
    )
    assert found["proposal"] == [0, 7]
    assert found["progress"].startswith("Frame 2 of 4 \u2013 ")
    assert found["failure"] == ""
    assert found["before"] == [["Photo", "Great Wave"], 3, "Photo", 1]
    assert found["after"] == [["Photo", LAYER, "Great Wave"], 3, "Photo", 1]
    assert found["steps"] == 1
    assert found["space"] == ["RGBA", depth, True]
    assert found["keys"] == [0, 2, 4, 6, 8]
    assert found["frames"] == [True] * 4 and found["distinct"] == 4
    assert found["after undo"] == ["Photo", "Great Wave"] and found["after redo"] == found["after"][0]
    assert found["kept"] == [0, 2, 4] and found["blank at the end"]
    assert found["left"] == [] and found["left at last"] == []
    assert found["saved"]
