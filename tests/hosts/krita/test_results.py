"""The strip of results and the preview, by clicks in the real Krita and with the real engine."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor, engine_folders

FIRST, SECOND = "Great Wave \u2013 Neural Style (draft)", "Great Wave \u2013 Neural Style 2 (high)"


def test_results(editor: Editor, real_home: Path, display: str) -> None:
    found = editor.run(real_home, "results", display, engine_folders())
    assert found["failure"] == ""
    fitting, enlarged, again = found["preview"]
    assert fitting < enlarged == 1 and again < 1, "the preview fits again, whatever height the docker leaves for it"
    assert found["on the canvas"] == [1, 0, "painting"]
    # The style's layer and each result made one step. Showing and hiding made none.
    assert found["second"] == [["Photo", SECOND], 3] and found["first"] == [["Photo", FIRST], 3]
    assert found["held"] == ["Photo"] and found["released"] == ["Photo", SECOND]
    assert found["undone"] == [["Photo", FIRST], 1] and found["redone"] == [["Photo", SECOND], 2]
    assert found["discarded"] == [["Photo", FIRST], 1] and found["discard undone"] == [["Photo", SECOND], 2]
    names, steps, is_stronger = found["varied"]
    assert steps == 4 and is_stronger and names == ["Photo", SECOND.replace("2", "3")]
    assert found["varied undone"] == [["Photo", SECOND], 1.0]
