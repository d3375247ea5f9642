"""The message about a missing style has all facts that help the user to find it."""

from __future__ import annotations

import pytest

from nst_core.bridge.record import RecordedStyle, Reference
from nst_core.studio.missing import style_description


@pytest.mark.parametrize(
    ("reference", "description"),
    [
        (Reference("file", "wave.jpg", path="/pictures/wave.jpg"), "/pictures/wave.jpg"),
        (Reference("layer", "Tulips", "7"), "Tulips"),
        (Reference("document", "Tulips", "7", "/pictures/garden.kra"), "Tulips of garden.kra"),
        (Reference("document", "Tulips", "7"), "Tulips of a new picture"),
    ],
)
def test_a_style_and_its_region_are_named(reference: Reference, description: str) -> None:
    assert style_description(RecordedStyle(reference), "a new picture") == description
    within = RecordedStyle(reference, 1.0, Reference("mask", "Sky", "9"))
    assert style_description(within, "a new picture") == f"{description} in Sky"
