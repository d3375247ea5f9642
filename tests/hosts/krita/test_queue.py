"""Waiting pictures in the real Krita are painted one after the other, and none is lost without a message."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor


def test_a_queue(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "queue", display)
    first, second, both = "Great Wave on Photo", "Photo on Photo", "Great Wave and 1 more on Photo (high)"
    assert found["waiting"] == [first, second, both]
    assert found["changed"] == [first, both]
    layers = ["Great Wave on Great Wave (high)", "Great Wave on Photo (high)"]
    assert found["with layers"] == [first, both, *layers]
    assert found["names"] == ["Photo", "Great Wave and 1 more \u2013 Neural Style"]
    gone = [failure.split(":")[0] for failure in found["failures"]]
    assert gone == [first, both, *layers]
    closed = found["after closing"][len(gone) :]
    assert [failure.split(". ")[0] for failure in closed] == [
        f"{first}: The document was closed, so its picture was not finished",
        f"{first}: The document was closed before its picture was painted",
    ]
    assert found["painted after closing"] == 3
