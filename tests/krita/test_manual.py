"""The manual that Krita shows: whole in itself, and of one mind with the settings."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import List, Optional, Tuple

from nst_core.bridge.settings import definitions

PLUGIN = Path(__file__).resolve().parents[2] / "krita_plugin"
PAGE = (PLUGIN / "Manual.html").read_text(encoding="utf-8")


class Pictures(HTMLParser):
    """Collects what the page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: List[Tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: List[Tuple[str, Optional[str]]]) -> None:
        named = dict(attributes)
        assert not (named.get("href") or "").startswith("http"), "the manual must be self-contained"
        if tag == "img":
            self.found.append((named.get("src") or "", named.get("alt") or ""))


def test_pictures_are_there_small_and_described() -> None:
    pictures = Pictures()
    pictures.feed(PAGE)
    assert len(pictures.found) >= 4
    for source, description in pictures.found:
        assert (PLUGIN / source).stat().st_size < 200_000 and description
    assert {path.name for path in (PLUGIN / "manual").iterdir()} == {Path(source).name for source, _ in pictures.found}


def test_every_setting_is_explained_as_in_its_tooltip() -> None:
    text = html.unescape(" ".join(re.sub("<[^>]+>", " ", PAGE).split()))
    for item in definitions():
        assert f"{item.label} {item.help}" in text, f"say in the manual: {item.label} {item.help}"


def test_krita_is_told_of_it() -> None:
    assert "X-Krita-Manual=Manual.html" in (PLUGIN / "neural_style.desktop").read_text(encoding="utf-8").splitlines()
