"""The manual in Krita needs no other file, and lists the present settings."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Dict, List, Optional, Tuple

from docs import krita_manual as manual


class Pictures(HTMLParser):
    """Collects the pictures of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: List[Dict[str, str]] = []

    def handle_starttag(self, tag: str, attributes: List[Tuple[str, Optional[str]]]) -> None:
        if tag == "img":
            self.found.append({name: value or "" for name, value in attributes})


def pictures(text: str) -> List[Dict[str, str]]:
    parser = Pictures()
    parser.feed(text)
    return parser.found


def test_it_is_up_to_date() -> None:
    placed = manual.TARGET.read_text(encoding="utf-8")
    assert placed == manual.page(), "run python -m docs.krita_manual"


def test_its_pictures_are_inside_and_described() -> None:
    shown = pictures(manual.page())
    assert len(shown) >= 4
    for picture in shown:
        assert picture["src"].startswith("data:image/") and picture["alt"]
    assert len(manual.page()) < 500_000


def test_no_picture_is_left_over() -> None:
    source = (manual.SOURCE / "Manual.html").read_text(encoding="utf-8")
    used = {manual.SOURCE / picture["src"] for picture in pictures(source)}
    assert set((manual.SOURCE / "pictures").iterdir()) == used


def test_krita_is_told_of_it() -> None:
    lines = (manual.TARGET.parent / "neural_style.desktop").read_text(encoding="utf-8").splitlines()
    assert f"X-Krita-Manual={manual.TARGET.name}" in lines
