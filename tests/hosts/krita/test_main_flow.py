"""The usual steps of an artist, with clicks in the real Krita and with the real engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest

from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from .conftest import each_krita
from .editor import Editor, engine_folders

LAYER, SECOND = ("Great Wave \u2013 Neural Style (draft)", "Great Wave \u2013 Neural Style 2 (draft)")


@each_krita
def test_from_add_style_to_the_repeated_layer(editor: Editor, real_home: Path, display: str) -> None:
    found = editor.run(real_home, "main_flow", display, engine_folders())
    assert found["menu"][:4] == ["From the gallery...", "Layers of this document", "Great Wave", "Photo"]
    assert found["styles"] == ["Great Wave"]
    assert (found["settings"]["quality"], found["settings"]["size"]) == ("draft", 96)
    assert re.fullmatch(r".+, [0-9.]+ [GM]iB of memory", found["costs"])
    assert found["failure"] == ""
    assert found["names"] == ["Photo", LAYER, "Great Wave"]
    assert found["active"] == "Photo" and found["unchanged"]
    assert found["space"] == ["RGBA", "U8", True]
    assert found["after undo"] == ["Photo", "Great Wave"]
    assert found["after redo"] == ["Photo", LAYER, "Great Wave"] and found["redone pixels"]
    assert found["saved"] and found["no document"] == "No document is open"
    assert found["failure of repeat"] == ""
    assert found["names after repeat"] == ["Photo", LAYER, SECOND, "Great Wave"] and found["repeated pixels"]
    print("Longest waits of a timer in Krita's event loop (ms beyond its 20):", found["delays"])
    _is_what_the_engine_paints(found, real_home)


def _is_what_the_engine_paints(found: Dict[str, Any], home: Path) -> None:
    """Return True if the layer is the engine's picture of the same input, rounded to 8 bits."""
    pytest.importorskip("torch")
    from nst_core.engine.stylize import stylize

    content, style = (_picture(found["job"][name], home) for name in ("content", "style"))
    settings = Settings.from_dict(found["settings"])
    job = StyleJob(content, (Style(style, 1.0, "Great Wave"),), settings, preview_side=512)
    *_, result = stylize(job)
    assert isinstance(result, Result) and result.complete
    painted = (home / "painted.bin").read_bytes()
    floats = memoryview(bytes(result.pixels.data)).cast("f")
    differences = [
        abs(painted[4 * pixel + byte] - 255 * min(1.0, max(0.0, floats[4 * pixel + channel])))
        for pixel in range(content.width * content.height)
        for byte, channel in _BGRA
    ]
    assert max(differences) < 1.0


#: The positions of the channels red, green, blue and alpha in Krita's 8-bit layers.
_BGRA: Tuple[Tuple[int, int], ...] = ((2, 0), (1, 1), (0, 2), (3, 3))


def _picture(described: Dict[str, Any], home: Path) -> PixelBuffer:
    return PixelBuffer(
        described["width"], described["height"], described["format"], (home / described["file"]).read_bytes()
    )
