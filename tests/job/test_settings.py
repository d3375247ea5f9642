"""Settings that an earlier version stored keep their meaning."""

from __future__ import annotations

import math
from typing import Any, Dict

import pytest

from nst_core.job.settings import Settings

DEFAULT = Settings().keep_content


@pytest.mark.parametrize(
    ("stored", "share"),
    [
        ({"protect": 1.0}, 1.0),
        ({"protect": 0.25, "structure": 1.0}, 0.25),
        ({"structure": 1 / 32}, 1.0),
        ({"structure": 1 / 8, "protect": 0.0}, 0.6),
        ({"structure": 1 / 8, "protect": 0.9}, 0.9),
        ({"structure": 1 / 8, "protect": 0.1}, 0.6),
        ({"structure": 1 / 8, "protect": "1"}, 0.6),
        ({"structure": 0, "protect": 1}, 1.0),
    ],
)
def test_settings_that_kept_more_of_the_content_still_keep_more(stored: Dict[str, Any], share: float) -> None:
    kept = Settings.restore({"strength": 0.3, **stored})
    assert kept == Settings(strength=0.3, keep_content=kept.keep_content)
    assert kept.keep_content == pytest.approx(DEFAULT + (1 - DEFAULT) * share)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"protect": 0.0, "structure": 1.0},
        {"protect": 1.5, "structure": 1 / 64},
        {"protect": -1, "structure": 2},
        {"protect": True, "structure": "0.25"},
        {"protect": math.nan, "structure": None},
        {"protect": 10**400, "structure": [0.5]},
    ],
)
def test_values_that_kept_nothing_or_are_invalid_give_the_default(stored: Dict[str, Any]) -> None:
    assert Settings.restore(stored) == Settings()


def test_a_stored_keep_content_counts_alone() -> None:
    stored = {"keep_content": 0.125, "protect": 1.0, "structure": 1 / 32}
    assert Settings.restore(stored) == Settings(keep_content=0.125)
