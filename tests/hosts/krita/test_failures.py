"""Each error is shown in the docker, with its remedy; then all works again."""

from __future__ import annotations

from pathlib import Path

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
