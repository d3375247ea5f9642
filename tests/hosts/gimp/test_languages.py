"""The dialog of the real GIMP in another language: no text is in English, and no text is cut off."""

from __future__ import annotations

import json
from typing import Dict, List

import pytest

from tests.hosts.gimp.dialogs import Open, show_dialog
from tests.hosts.gimp.editor import REPOSITORY, Gimp

LANGUAGES = REPOSITORY / "nst_core" / "bridge" / "languages"


@pytest.mark.parametrize("language", ["ru", "ja"])
def test_the_dialog_in_another_language(open_gimp: Open, gimp: Gimp, language: str) -> None:
    gimp.environment["LANGUAGE"] = language
    texts: Dict[str, str] = json.loads((LANGUAGES / f"{language}.json").read_text(encoding="utf-8"))
    window = open_gimp(styles=0)
    show_dialog(window)
    ready = texts["Ready to paint on {device}"].format(device=texts["the processor"])
    window.wait_for(lambda: ready in window.texts(), "the engine")
    window.press(plain(texts["_Advanced"]))
    seamless = texts["Seamless"]
    window.wait_for(lambda: any(text.startswith(seamless) for text in window.texts()), "the advanced settings")
    english = {plain(key) for key, text in texts.items() if plain(text) != plain(key)}
    assert left_over(window.texts(), english) == []
    assert window.ask_plug_in("cut()") == []

    window.press(plain(texts["_Gallery..."]))
    window.wait_for(lambda: texts["Paintings"] in window.texts(), "the gallery")
    assert left_over(window.texts(), english) == []
    assert window.ask_plug_in("cut()") == []


def left_over(seen: List[str], english: set[str]) -> List[str]:
    """Return the English texts of the plug-in among the visible ones."""
    return [text for text in seen if text in english]


def plain(text: str) -> str:
    """Return a label as the user sees it, without the sign before its key."""
    return text.replace("_", "")
