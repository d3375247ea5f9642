"""Krita's configuration: one line is added and removed, and every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_core.installer import kritarc

LINES = st.sampled_from(["[python]", "[theme]", "enable_other=true", "enable_neural_style=false", "", "a=b", "# é"])
TEXTS = st.builds(lambda lines, end, last: end.join(lines) + last, st.lists(LINES), st.sampled_from(["\n", "\r\n"]),
                  st.sampled_from(["", "\n"]))  # fmt: skip


@given(TEXTS)
def test_enabled_is_enabled_and_loses_nothing(text: str) -> None:
    after = kritarc.enabled(text)
    assert kritarc.is_enabled(after) and kritarc.enabled(after) == after
    foreign = [line for line in text.splitlines() if line and not line.startswith("enable_neural_style")]
    assert [line for line in after.splitlines() if line in foreign][: len(foreign)] == foreign


@given(TEXTS)
def test_removed_is_not_enabled_and_loses_nothing_foreign(text: str) -> None:
    after = kritarc.removed(kritarc.enabled(text))
    assert not kritarc.is_enabled(after) and "enable_neural_style" not in after
    for line in ("enable_other=true", "[theme]", "a=b"):
        assert after.splitlines().count(line) == text.splitlines().count(line)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[python]\nenable_neural_style=true\n"),
        ("[theme]\nx=y\n", "[theme]\nx=y\n[python]\nenable_neural_style=true\n"),
        ("[python]\nenable_a=true\n", "[python]\nenable_neural_style=true\nenable_a=true\n"),
        ("[python]", "[python]\nenable_neural_style=true\n"),
        ("a=b\r\n[python]\r\nc=d", "a=b\r\n[python]\r\nenable_neural_style=true\r\nc=d"),
        ("[python]\nenable_neural_style=false\n", "[python]\nenable_neural_style=true\n"),
    ],
)
def test_examples(before: str, after: str) -> None:
    assert kritarc.enabled(before) == after
