"""The names of results distinguish them by style, number and quality."""

from __future__ import annotations

from typing import List

import pytest

from nst_core.bridge import language
from nst_core.studio.result_names import result_name

WAVE = "Great Wave \u2013 Neural Style"


@pytest.mark.parametrize(
    ("quality", "existing", "name"),
    [
        ("normal", [], WAVE),
        ("draft", [], f"{WAVE} (draft)"),
        ("high", [], f"{WAVE} (high)"),
        ("draft", [WAVE], f"{WAVE} 2 (draft)"),
        ("normal", [f"{WAVE} (draft)", "Background"], f"{WAVE} 2"),
        ("normal", [f"{WAVE} 9 (draft)", f"{WAVE} 10 #1", WAVE], f"{WAVE} 11"),
        ("normal", ["Poppies \u2013 Neural Style 5", f"The {WAVE} 7", f"{WAVE} my favorite 8"], WAVE),
    ],
)
def test_the_next_name(quality: str, existing: List[str], name: str) -> None:
    assert result_name(["Great Wave"], quality, existing) == name


def test_a_long_name_of_a_style_does_not_hide_the_rest() -> None:
    name = result_name(["x" * 100], "draft", [])
    assert name == f"{'x' * 31}\u2026 \u2013 Neural Style (draft)"
    assert result_name(["x" * 100], "draft", [name]) == f"{'x' * 31}\u2026 \u2013 Neural Style 2 (draft)"


def test_styles_without_a_name_and_several_styles() -> None:
    assert result_name([""], "normal", ["Neural Style"]) == "Neural Style 2"
    assert result_name(["(Wave", "b", "c"], "normal", []) == "(Wave and 2 more \u2013 Neural Style"
    assert result_name(["(Wave+*"], "normal", ["(Wave+* \u2013 Neural Style"]) == "(Wave+* \u2013 Neural Style 2"


def test_another_language() -> None:
    try:
        language.use(["de"])
        assert result_name(["Welle"], "draft", ["Welle \u2013 Neural Style (Entwurf)"]) == (
            "Welle \u2013 Neural Style 2 (Entwurf)"
        )
    finally:
        language.use(["en"])
