"""Adjustments are checked when they are made, and can be merged."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings, definitions


@pytest.mark.parametrize(
    "settings",
    [{"strength": 2}, {"strength": "1"}, {"strength": math.nan}, {"keep_content": 1.5}, {"total_variation": -1}],
)
def test_values_out_of_range_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidJob):
        Adjustment(settings)


@pytest.mark.parametrize("name", [*(entry.name for entry in definitions() if not entry.live), "unknown"])
def test_only_live_settings_change(name: str) -> None:
    with pytest.raises(InvalidJob, match=name):
        Adjustment({name: getattr(Settings(), name, 1)})


@pytest.mark.parametrize("weights", ["12", [1, 0], [1, "2"], 3])
def test_wrong_weights_are_refused(weights: object) -> None:
    with pytest.raises(InvalidJob):
        Adjustment.from_dict({"weights": weights})


def test_there_are_as_many_weights_as_styles() -> None:
    Adjustment({"strength": 1}).require_styles(2)
    Adjustment(weights=(1, 2)).require_styles(2)
    with pytest.raises(InvalidJob):
        Adjustment(weights=(1,)).require_styles(2)


def test_the_later_value_counts_and_the_others_stay() -> None:
    both = Adjustment({"strength": 0.2, "keep_content": 0.3}, (1, 2)).followed_by(Adjustment({"strength": 0.7}))
    assert both == Adjustment({"strength": 0.7, "keep_content": 0.3}, (1, 2))
    assert both.followed_by(Adjustment(weights=(3, 4))).weights == (3.0, 4.0)
    assert both.applied_to(Settings(seed=5)) == Settings(seed=5, strength=0.7, keep_content=0.3)


@pytest.mark.parametrize("adjustment", [Adjustment(), Adjustment({"strength": 0.5}), Adjustment({}, (1, 2))])
def test_an_adjustment_comes_through_json(adjustment: Adjustment) -> None:
    assert Adjustment.from_dict(adjustment.to_dict()) == adjustment
    assert bool(adjustment) == (adjustment != Adjustment())
