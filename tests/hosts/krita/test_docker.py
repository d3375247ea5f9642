"""The docker among Krita's own dockers: it does not move them, and a document can't control it."""

from __future__ import annotations

from pathlib import Path

from .conftest import each_krita
from .editor import Editor


def test_the_other_dockers_stay_where_they_are(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "layout", display)
    assert found["shown"] >= 3
    assert found["painting"] and found["done"] and found["failed"]


@each_krita
def test_a_style_from_the_gallery(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "gallery", display)
    assert found["groups"] == [["Paintings"], ["Recent", "Paintings"]]
    assert found["styles"] == ["Great Wave", "Poppies"] and found["failure"] == ""
    first, second = "Great Wave \u2013 Neural Style", "Great Wave and 1 more \u2013 Neural Style"
    assert found["names"] == ["Photo", first, second, "Great Wave"]


def test_a_document_that_somebody_sent(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "foreign", display)
    assert found["tooltip"] == [True, True]
    assert found["asked"] == [True, False]
    pipe = home / "pipe.png"
    assert found["failure"].startswith(f"Not all styles of this layer can be found: {pipe}.")
    assert found["styles"] == 0 and found["machine"] and found["strength"] == 0.25
