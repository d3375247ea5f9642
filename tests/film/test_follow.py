"""The start of the next frame: it moves with the content, has its change of light, and stays where nothing changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("cv2")

from nst_core.film.arrays import opaque, shown
from nst_core.film.flow import motion
from nst_core.film.follow import Follow, Trace, follow, next_trace
from tests.film.scenes import HEIGHT, WIDTH, Array, view, with_square

#: A frame without masks.
NONE = np.empty((HEIGHT, WIDTH, 0), np.uint8)


def trace(content: Array) -> Trace:
    """Return the trace of a frame that was painted as the negative of its content."""
    return Trace(opaque(255.0 - content[..., :3]), shown(content), content, NONE)


def error(following: Follow, content: Array) -> float:
    """Return the difference in levels between the trusted part of the start and the negative of ``content``."""
    difference = np.abs(following.picture - (255.0 - content[..., :3])).mean(2)
    return float(difference[following.weights > 0.5].mean())


def test_a_picture_that_does_not_change_keeps_its_exact_colors() -> None:
    before = trace(view())
    following = follow(before, view(), NONE)
    assert following.weights.min() == 1
    assert np.array_equal(following.picture, before.result[..., :3])


def test_noise_of_a_camera_is_no_change() -> None:
    content, noise = view(), np.random.default_rng(1).normal(0, 3, (HEIGHT, WIDTH, 3))
    noisy = opaque(content[..., :3] + noise)
    assert follow(trace(content), noisy, NONE).still.mean() > 0.95


def test_a_moving_camera_moves_the_picture() -> None:
    before, now = trace(view(120, 120)), view(124.5, 121.5)
    following = follow(before, now, NONE)
    inside = following.weights[8:-8, 8:-8]
    assert (inside > 0.8).mean() > 0.85
    assert not following.is_cut
    assert error(following, now) < 5
    unmoved = np.abs(before.result[..., :3].astype(float) - (255 - now[..., :3])).mean()
    assert error(following, now) < 0.5 * unmoved


def test_pixels_that_come_into_view_are_painted_again() -> None:
    following = follow(trace(view(120, 120)), view(126, 120), NONE)
    assert following.weights[:, -5:].max() < 0.5


def test_a_still_ground_is_kept_behind_a_moving_object() -> None:
    before, now = trace(with_square(view(), 20)), with_square(view(), 32)
    following = follow(before, now, NONE)
    assert following.weights[:, 80:].min() == 1
    assert following.weights[:24].min() == 1
    assert following.weights[34:58, 22:30].mean() < 0.15  # the object was there
    moved = following.weights[36:56, 38:58] > 0.5
    assert moved.mean() > 0.8
    assert error(following, now) < 6


def test_fading_light_fades_the_picture() -> None:
    content = view()
    darker = opaque(content[..., :3] * 0.9)
    lit = follow(trace(content), darker, NONE)
    assert not lit.is_cut
    assert lit.weights.mean() > 0.6
    change = np.asarray(darker[..., :3], float) - content[..., :3]
    shown_change = lit.picture - (255.0 - content[..., :3])
    assert abs(shown_change.mean() - change.mean()) < 3


def test_a_change_that_is_too_slow_to_see_is_painted_in_the_end() -> None:
    content = view(name="coffee")
    state, repainted = trace(content), 0
    for step in range(1, 13):
        darker = opaque(content[..., :3] - 1.0 * step)
        following = follow(state, darker, NONE)
        repainted += not following.still.all()
        state = next_trace(state, following, darker, NONE, opaque(following.picture))
    assert 0 < repainted < 12


def test_another_scene_is_a_cut() -> None:
    assert follow(trace(view()), view(150, 100, "coffee"), NONE).is_cut


def test_a_still_picture_is_the_same_after_hundreds_of_frames() -> None:
    content = view()
    state = first = trace(content)
    generator = np.random.default_rng(2)
    for _ in range(300):
        noisy = opaque(content[..., :3] + generator.normal(0, 2, content[..., :3].shape))
        following = follow(state, noisy, NONE)
        state = next_trace(state, following, noisy, NONE, opaque(following.picture))
    assert np.abs(state.result.astype(int) - first.result).mean() < 0.5


def test_hidden_colors_of_transparent_pixels_do_not_move() -> None:
    content, hidden = view(), view(140, 120)
    content[..., 3] = hidden[..., 3] = 0
    assert follow(trace(content), hidden, NONE).still.all()


def test_threads_measure_the_motion_of_different_films_at_the_same_time() -> None:
    pairs = [(view(120, 120)[: 60 + n, :, :3], view(124, 121)[: 60 + n, :, :3]) for n in range(12)] * 5
    alone = [motion(*pair) for pair in pairs]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda pair: motion(*pair), pairs))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together))
