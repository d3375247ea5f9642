"""The manual that *Help* opens needs no other file, and lists the present settings."""

from __future__ import annotations

import re

from docs import gimp_manual as manual


def test_it_is_up_to_date() -> None:
    placed = manual.TARGET.read_text(encoding="utf-8")
    assert placed == manual.page(), "run python -m docs.gimp_manual"


def test_its_pictures_are_inside_and_described() -> None:
    pictures = re.findall(r"<img [^>]*>", manual.page())
    assert pictures
    for picture in pictures:
        assert 'src="data:image/' in picture
        assert re.search(r'alt="[^"]+"', picture)
    assert len(manual.page()) < 500_000


def test_no_picture_is_left_over() -> None:
    source = (manual.SOURCE / "Manual.html").read_text(encoding="utf-8")
    used = {manual.SOURCE / name for name in re.findall(r'src="(pictures/[^"]+)"', source)}
    assert set((manual.SOURCE / "pictures").iterdir()) == used


def test_each_setting_is_in_it() -> None:
    assert "<!--" not in manual.page()
