"""Stops, previews on the canvas, and users who continue to work while the engine paints."""

from __future__ import annotations

from pathlib import Path

from .conftest import each_krita
from .editor import Editor

LAYER = "Great Wave \u2013 Neural Style"
BEFORE = ["Photo", "Great Wave"]
AFTER = ["Photo", LAYER, "Great Wave"]


@each_krita
def test_jobs(editor: Editor, home: Path, display: str) -> None:
    configuration = home / "config/kritarc"
    configuration.write_text("undoStackLimit=20\n" + configuration.read_text(encoding="utf-8"), encoding="utf-8")
    found = editor.run(home, "jobs", display)
    assert found["selection"]["hard"] == [[255], True]
    assert found["selection"]["soft"] == [[128], True]
    assert found["selection"]["elsewhere"].startswith("The selection does not touch the layer.")
    assert found["kept"] == [AFTER, True]
    assert found["discarded"] == BEFORE
    assert found["on canvas"] == ["Photo", "Neural Style", "Great Wave"] and found["sketch is not the content"]
    assert found["kept from canvas"][:2] == [AFTER, True]
    assert found["undone in one step"] == BEFORE and found["redone"]
    assert found["discarded from canvas"] == [BEFORE, 0]
    assert found["discarded after a step"] == [[*BEFORE, "mine"], 3]
    assert found["discarded from a saved document"] == [False, False]
    assert found["discarded with a full history"] == [[*BEFORE, "mine"], 0]
    assert found["user works"] == [[*AFTER, "mine"], [5, 3, 48, 32], "mine"]
    for same, notice in (found["cropped"], found["cropped on canvas"]):
        assert same and notice.startswith("The canvas has another size now")
    assert found["other window"] == [3, 1]
    names, notice = found["content deleted"]
    assert names == ["Great Wave", LAYER] and notice.startswith("The content layer was deleted")
    for depth, profile, difference, failure in found["converted"]:
        assert (depth, profile, failure) == ("U16", "sRGB-elle-V2-srgbtrc.icc", "") and difference < 100
    assert found["closed"].startswith("The document was closed")
    assert found["windows"] == [[True, True], AFTER, [f"Added the layer {LAYER}."] * 2]
