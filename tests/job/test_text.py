"""Texts are made safe for every widget, file and terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings
from nst_core.job.text import LONGEST, cleaned, is_clean, shortened

ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))


@given(ANY_TEXT)
def test_a_cleaned_text_is_as_long_and_can_be_encoded(text: str) -> None:
    clean = cleaned(text)
    assert len(clean) == len(text) and is_clean(clean)
    assert "\0" not in clean and clean.encode().decode() == clean
    assert is_clean(text) == (clean == text)


@given(st.integers(0, 2 * LONGEST))
def test_a_long_text_is_cut(length: int) -> None:
    assert len(shortened("x" * length)) == min(length, LONGEST)


@pytest.mark.parametrize("text", ["a\0", "\ud800", "\udcff.pth"])
def test_a_setting_is_a_text_that_can_be_shown(text: str) -> None:
    with pytest.raises(InvalidJob, match="weights"):
        Settings(weights=text)
    assert Settings.restore({"weights": text}) == Settings()
