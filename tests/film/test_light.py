"""Fades are found and measured. Other changes that make a film darker are no fades."""

from __future__ import annotations

from itertools import permutations
from typing import List, Sequence

import numpy as np
import pytest

pytest.importorskip("cv2")

from nst_core.film import light
from nst_core.film.arrays import opaque
from tests.benchmarks.motions import MOTIONS, sample
from tests.film.scenes import Array, view

FADE = [1, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0]


def lit(pictures: Sequence[Array], lights: Sequence[float]) -> List[Array]:
    """Return ``pictures`` (H, W, 4) in other ``lights``, with their alpha."""
    colors = [opaque(picture[..., :3] * np.float32(share))[..., :3] for picture, share in zip(pictures, lights)]
    return [np.concatenate([each, picture[..., 3:]], 2) for each, picture in zip(colors, pictures)]


def lights(contents: Sequence[Array]) -> List[float]:
    return [lighting.light for lighting in light.measured(contents)]


def shows(contents: Sequence[Array]) -> List[int]:
    return [lighting.shows for lighting in light.measured(contents)]


@pytest.mark.parametrize("step", [0, 3])
@pytest.mark.parametrize("fade", [FADE, FADE[::-1], [1, 0.6, 0.3, 0.3, 0.6, 1]], ids=["out", "in", "both"])
def test_the_light_of_a_fade_is_measured_with_a_still_and_a_moving_camera(fade: List[float], step: int) -> None:
    views = [view(110 + step * number) for number in range(len(fade))]
    assert lights(lit(views, fade)) == pytest.approx(fade, abs=0.015)


def test_a_slow_fade_with_the_noise_of_a_camera() -> None:
    noise, fade = np.random.default_rng(1), np.linspace(1, 0.3, 60)
    frames = [opaque(view()[..., :3] * share + noise.normal(0, 2, (96, 128, 3))) for share in fade]
    assert lights(frames) == pytest.approx(fade, abs=0.03)


def test_frames_that_are_too_dark_show_the_nearest_visible_one_of_their_shot() -> None:
    assert shows(lit([view()] * 8, FADE)) == [0, 1, 2, 3, 4, 5, 5, 5]
    assert shows(lit([view()] * 8, FADE[::-1])) == [2, 2, 2, 3, 4, 5, 6, 7]
    through_black = lit([view()] * 4 + [view(150, 100, "coffee")] * 4, [1, 0.5, 0.1, 0, 0, 0.1, 0.5, 1])
    assert shows(through_black) == [0, 1, 1, 1, 1, 6, 6, 7]
    assert lights(through_black) == pytest.approx([1, 0.5, 0.1, 0, 0, 0.1, 0.5, 1], abs=0.015)


def test_a_film_that_is_black_stays_black() -> None:
    assert lights([opaque(np.zeros((96, 128, 3)))] * 3) == [0, 0, 0]


@pytest.mark.parametrize("name", [name for name in MOTIONS if name != "fade"])
def test_films_that_do_not_fade_keep_their_light(name: str) -> None:
    frames = [opaque(frame.astype(np.float32)) for frame in MOTIONS[name](6).frames]
    assert light.measured(frames) == light.even(6)


def test_a_cut_to_a_darker_picture_is_no_fade() -> None:
    names = ("chelsea", "coffee", "auvers", "astronaut")
    views = {name: view(110, 90, name) for name in names}
    for one, other in permutations(names, 2):
        assert lights(lit([views[one]] * 2 + [views[other]] * 2, [1, 1, 0.3, 0.3])) == [1, 1, 1, 1], (one, other)


def test_a_dark_thing_that_comes_into_view_and_a_dissolve_are_no_fades() -> None:
    covered = [view() for _ in range(8)]
    for number, picture in enumerate(covered):
        picture[:, : 16 * number, :3] = 10
    assert lights(covered) == [1] * 8
    one, other, shares = view(), view(150, 100, "coffee"), np.linspace(0, 1, 8)
    assert lights([opaque(one[..., :3] * (1 - share) + other[..., :3] * share) for share in shares]) == [1] * 8


def test_a_camera_that_adapts_a_little_makes_no_fade() -> None:
    assert lights(lit([view()] * 6, [1, 0.95, 0.9, 0.87, 0.9, 0.95])) == [1] * 6


def test_bright_things_in_a_dimmed_room_stay_bright() -> None:
    frames = lit([view()] * 8, [1, 0.8, 0.6, 0.4, 0.4, 0.4, 0.4, 0.4])
    frames[-1][20:50, 30:60, :3] = 255
    assert lights(frames) == [1] * 8


def test_a_title_after_a_cut_or_a_fade_to_black_is_seen() -> None:
    title = opaque(np.zeros((96, 128, 3)))
    title[40:50, 50:70:3, :3] = 255
    assert lights([view(), view(), title, title]) == [1, 1, 1, 1]
    faded = [*lit([view()] * 4, [1, 0.6, 0.2, 0]), *lit([title] * 3, [0.3, 0.6, 1])]
    assert lights(faded) == pytest.approx([1, 0.6, 0.2, 0, 0.3, 0.6, 1], abs=0.015)


def test_what_becomes_transparent_does_not_become_dark() -> None:
    frames = [view() for _ in FADE]
    for frame, share in zip(frames, FADE):
        frame[..., 3] = 255 * share
    assert lights(frames) == [1] * len(FADE)
    frames = lit([view()] * len(FADE), FADE)
    for frame in frames:  # its own fade counts
        frame[..., 3] = 80
    assert lights(frames) == pytest.approx(FADE, abs=0.015)


def test_a_small_figure_on_nothing_fades_and_black_ink_on_nothing_is_seen() -> None:
    figures = [view() for _ in FADE]
    for figure in figures:
        figure[..., 3] = 0
        figure[30:70, 40:80, 3] = 255
    assert lights(lit(figures, FADE)[:-1]) == pytest.approx(FADE[:-1], abs=0.015)
    assert lights(lit(figures, [0] * len(FADE))) == [1] * len(FADE)


@pytest.mark.parametrize("size", [(1, 1), (3, 64), (200, 8)])
def test_frames_of_any_size(size: tuple[int, int]) -> None:
    gray = opaque(np.full((*size, 3), 200.0))
    assert lights(lit([gray, gray], [1, 0.5])) == pytest.approx([1, 0.5], abs=0.01)


def test_full_light_is_that_of_the_shown_frame_with_its_own_alpha() -> None:
    picture = opaque(sample("chelsea", 128).astype(np.float32))
    contents = lit([picture] * 4, [1, 0.5, 0.25, 0])
    contents[3][..., 3] = 200
    lighting = light.measured(contents)
    for number in range(4):
        full = light.full(number, lighting, contents.__getitem__)
        assert np.abs(full[..., :3].astype(int) - picture[..., :3]).max() <= 4
        assert (full[..., 3] == (200 if number == 3 else 255)).all()
