"""Flicker and style of a fade are measured apart from its light."""

from __future__ import annotations

from typing import List

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("cv2")

from PIL import Image

from tests.benchmarks.motions import Array, fade, in_light_of_first, sample
from tests.benchmarks.network import load_network
from tests.benchmarks.quality import Judge

LIGHT = [1, 0.85, 0.7, 0.55, 0.4]


def painting(shift: int = 0) -> Array:
    return np.roll(sample("great_wave", 240)[:128, :192], shift, 1).astype(np.float32)


def faded(pictures: List[Array], offset: float = 0) -> List[Array]:
    return [np.rint(picture * light + offset * (1 - light)) for picture, light in zip(pictures, LIGHT)]


def flicker(pictures: List[Array]) -> float:
    return fade(5).change(in_light_of_first(pictures))


@pytest.mark.parametrize("offset", [0, 40])
def test_a_fade_of_one_picture_does_not_flicker(offset: float) -> None:
    pictures = faded([painting()] * 5, offset)
    assert fade(5).change(pictures) > 10
    assert flicker(pictures) < 1


def test_strokes_that_boil_or_swim_flicker_as_much_in_a_fade_as_without_one() -> None:
    noise = np.random.default_rng(1)
    boiling = [(painting() + noise.normal(0, 20, painting().shape)).clip(0, 255) for _ in LIGHT]
    swimming = [painting(2 * number) for number in range(5)]
    for pictures in (boiling, swimming):
        still_lit = fade(5).change(pictures)
        assert still_lit > 15
        assert flicker(faded(pictures)) == pytest.approx(still_lit, rel=0.1)


def test_the_style_of_a_fade_is_that_of_its_first_frame() -> None:
    pictures = faded([painting()] * 5)
    content, style = Image.fromarray(fade(5).frames[0]), Image.fromarray(sample("great_wave", 192))
    judge = Judge(load_network(), content, style)

    def style_distance(picture: Array) -> float:
        return judge.measure(Image.fromarray(picture.clip(0, 255).astype(np.uint8))).full

    first = style_distance(pictures[0])
    assert style_distance(pictures[-1]) > 2 * first
    assert style_distance(in_light_of_first(pictures)[-1]) == pytest.approx(first, rel=0.1)
