"""Another strength is a short job from the result itself, only within its extent, with its own record."""

from __future__ import annotations

import array
import importlib
from typing import Any, Callable

import pytest

from nst_core.bridge import record
from nst_core.bridge.record import Record, RecordedStyle
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings

New = Callable[..., Any]
OWN = Settings(device="cpu", memory=2.0)
PAINTED = Settings(strength=0.8, quality="draft", seed=5)


@pytest.fixture
def variation(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = importlib.import_module("gimp_plugin.variation")
    drawable: Any = importlib.import_module("gimp_plugin.drawable")
    monkeypatch.setattr(drawable, "read", lambda layer: pixels(1.0))
    monkeypatch.setattr(drawable, "read_under", lambda layer, content: pixels(0.5 if layer.name == "part" else 1.0))
    monkeypatch.setattr(drawable, "pixel_format", lambda image: "rgba-f32")
    monkeypatch.setattr(drawable, "read_selection", lambda *_: pytest.fail("the selection is about new pictures"))
    return module


@pytest.fixture
def image(new_image: New, new_layer: New, new_selection: New) -> Any:
    image = new_image()
    for name in ("content", "ink", "whole", "part"):
        new_layer(image, name)
    new_selection(image)
    return image


@pytest.fixture
def recall(image: Any, variation: Any) -> Any:
    module: Any = importlib.import_module("gimp_plugin.recall")
    content, ink, *results = image.items[:4]
    for result in results:
        styles = (RecordedStyle(module.styles.LayerSource(ink).reference(image)),)
        reference = module.styles.LayerSource(content).reference(image)
        module.parasites.attach_record(result, record.dump(Record(PAINTED, styles, reference)))
    return module


def pixels(alpha: float) -> PixelBuffer:
    values = array.array("f", [1.0, 1.0, 1.0, alpha, 1.0, 1.0, 1.0, 1.0])
    return PixelBuffer(2, 1, "rgba-f32", values.tobytes())


def painting(variation: Any, recall: Any, trial: Any, strength: float) -> Any:
    return variation.Variation.of(recall.continuation(trial.start.image, trial.start, OWN).painting, trial, strength)


def test_a_short_job_from_the_result(variation: Any, recall: Any, image: Any) -> None:
    whole = image.items[2]
    made = painting(variation, recall, variation.Variations().trial(whole), 0.4)
    job = made.job(0)
    assert (job.initial_strength, job.settings.strength, job.settings.init) == (0.8, 0.4, "picture")
    assert (job.settings.quality, job.settings.device, job.selection) == ("draft", "cpu", None)
    new = made.new_layer()
    stored = record.load(recall.parasites.read_record(whole))
    assert stored is not None and stored.settings == PAINTED
    assert record.load(new.record) == Record(
        Settings(strength=0.4, quality="draft", seed=5), stored.styles, stored.content
    )
    assert (new.quality, new.replaces, new.covers) == ("draft", (whole,), False)


def test_a_part_stays_a_part(variation: Any, recall: Any, image: Any) -> None:
    job = painting(variation, recall, variation.Variations().trial(image.items[3]), 0.4).job(0)
    assert job.selection is not None and list(bytes(job.selection.data)) == [128, 255]


def test_each_strength_starts_from_the_first_result(variation: Any, recall: Any, image: Any, new_layer: New) -> None:
    variations, whole = variation.Variations(), image.items[2]
    trial = variations.trial(whole)
    stronger = new_layer(image, "stronger")
    recall.parasites.attach_record(stronger, painting(variation, recall, trial, 0.9).new_layer().record)
    trial.layers.append(stronger)
    again = painting(variation, recall, variations.trial(stronger), 0.3)
    assert (again.initial, again.job(0).initial_strength) == (whole, 0.8)
    assert again.new_layer().replaces == (whole, stronger)
    assert variations.trial(image.items[3]).start is image.items[3], "another result"
    whole.is_valid = lambda: False
    alone = painting(variation, recall, variations.trial(stronger), 0.3)
    assert (alone.initial, alone.job(0).initial_strength) == (stronger, 0.9)


def test_a_result_without_strength_is_painted_in_full(variation: Any, recall: Any, image: Any) -> None:
    whole = image.items[2]
    text = recall.parasites.read_record(whole).replace("0.8", "0.0")
    recall.parasites.attach_record(whole, text)
    job = painting(variation, recall, variation.Variations().trial(whole), 0.4).job(0)
    assert job.initial_strength is None


def test_no_result(variation: Any, recall: Any, image: Any) -> None:
    with pytest.raises(HostError, match="did not paint this layer"):
        variation.Variations().trial(image.items[0])
