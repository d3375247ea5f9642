"""No part of a picture stays on the disk after a job."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor


def test_krita_autosaves_no_document_of_ours(editor: Editor, home: Path, display: str) -> None:
    configuration = home / "config/kritarc"
    configuration.write_text("AutoSaveInterval=1\n" + configuration.read_text(encoding="utf-8"), encoding="utf-8")
    found = editor.run(home, "autosave", display)
    assert found["control"], "Krita saves the user's own document by itself"
    assert found["after a job"] == found["while a file is read"] == []
    assert found["spaces"] == [[False] * 6, []]
