"""The canvases, and the step from one canvas to the next."""

from __future__ import annotations

import pytest
import torch

from nst_core.engine.clock import Clock
from nst_core.engine.features import SMALLEST_SIDE
from nst_core.engine.pyramid import COARSEST_SIDE, STEPS, is_coarse, refine, scale_sides, scaled, schedule, style_layers
from nst_core.engine.resampling import enlarge, reduce, shrink
from nst_core.engine.wrapping import OPEN, Wrap
from tests.engine.toys import noise


@pytest.mark.parametrize("longest", [1, 16, 63, 64, 65, 91, 100, 512, 1000, 3840, 7680])
def test_scales_end_at_the_size_and_grow_by_about_two(longest: int) -> None:
    sides = scale_sides(longest)
    assert sides[-1] == longest
    assert len(sides) == 1 or sides[0] == COARSEST_SIDE
    for coarse, fine in zip(sides, sides[1:]):
        assert 1.4 < fine / coarse < 2.9


@pytest.mark.parametrize("quality", STEPS)
def test_a_schedule_keeps_proportions_and_ends_with_shallow_layers(quality: str) -> None:
    octaves = schedule(2160, 3840, quality)
    assert (octaves[-1].height, octaves[-1].width) == (2160, 3840)
    for octave in octaves:
        assert octave.width / octave.height == pytest.approx(16 / 9, rel=0.03)
    twice = [(), (), (2,), (2, 4), (4, 8), (8, 16), (15, 30)]
    assert [octave.factors for octave in octaves] == (twice if quality == "high" else [seen[-1:] for seen in twice])
    assert octaves[0].layers[-1] == "relu5_1"
    assert octaves[-1].layers[-1] == "relu3_1"
    steps = [octave.steps for octave in octaves]
    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize("quality", STEPS)
def test_coarse_canvases_have_all_layers_and_finer_ones_three(quality: str) -> None:
    assert [len(octave.layers) for octave in schedule(1024, 1024, quality)] == [5, 5, 3, 3, 3]


@pytest.mark.parametrize("longest", [193, 300, 383, 384, 500, 769, 4000])
def test_each_fine_canvas_has_a_coarse_view(longest: int) -> None:
    """Only a coarse one keeps the self-similarity and the colors of the content."""
    for octave in schedule(longest, longest, "normal"):
        assert is_coarse(octave.side) or any(is_coarse(max(size)) for size in octave.views)


@pytest.mark.parametrize("size", [(40, 512), (300, 700)])
def test_a_fine_canvas_without_a_view_has_a_layer_more(size: tuple[int, int]) -> None:
    """Nothing else reacts to large shapes there. Edges that meet leave no room for a view at some sizes."""
    wrap = OPEN if size[0] < 64 else Wrap(x=True, y=True)
    finest = schedule(*size, "normal", wrap=wrap)[-1]
    assert not finest.factors and finest.layers[-1] == "relu4_1"


def test_a_canvas_is_seen_from_afar_only_where_the_network_can_see_it() -> None:
    assert [octave.factors for octave in schedule(80, 512, "normal")] == [(), (), (2,), (4,)]
    assert [octave.factors for octave in schedule(40, 512, "normal")] == [()] * 4
    for octave in schedule(512, 512, "normal"):
        for size in octave.views:
            assert style_layers(max(size))[-1] == "relu5_1"


@pytest.mark.parametrize("longest", [70, 130, 500, 1000, 3840])
def test_where_edges_meet_they_meet_from_afar_as_well(longest: int) -> None:
    for octave in schedule(longest, longest, "normal", wrap=Wrap(x=True)):
        for factor in (1, *octave.factors):
            assert octave.width % (16 * factor) == 0


@pytest.mark.parametrize("size", [(560, 3000), (600, 1400), (1000, 1000)])
def test_where_edges_meet_the_proportions_stay(size: tuple[int, int]) -> None:
    finest = schedule(*size, "high", wrap=Wrap(y=True, x=True))[-1]
    assert (finest.height, finest.width) == pytest.approx(size, rel=0.03)


def test_a_weak_strength_counts_on_fine_canvases_only_and_takes_fewer_steps() -> None:
    full, weak = schedule(700, 1000, "normal"), schedule(700, 1000, "normal", 0.25)
    assert [octave.strength for octave in weak] == [1.0, 1.0, 1.0, 0.25, 0.25]
    assert [octave.steps for octave in weak[:3]] == [octave.steps for octave in full[:3]]
    assert all(2 <= fewer.steps < more.steps for fewer, more in zip(weak[3:], full[3:]))


def test_qualities_differ_in_their_limits() -> None:
    draft, normal, high = (sum(STEPS[quality]) for quality in ("draft", "normal", "high"))
    assert draft < normal < high


def test_no_side_is_too_short_for_the_network() -> None:
    assert scaled(1, 5000, 64) == (SMALLEST_SIDE, 64)


def test_reducing_keeps_the_mean() -> None:
    rgb = noise(64, 96)
    torch.testing.assert_close(reduce(rgb, 16, 24).mean((1, 2)), rgb.mean((1, 2)))


def test_shrinking_keeps_the_mean_and_is_sharper_than_an_average() -> None:
    rgb = 0.25 + 0.5 * noise(64, 96)
    small = shrink(rgb, 20, 30)
    torch.testing.assert_close(small.mean((1, 2)), rgb.mean((1, 2)), atol=5e-3, rtol=0)
    assert small.std() > 1.05 * reduce(rgb, 20, 30).std()


def test_refining_an_unchanged_painting_gives_the_content() -> None:
    content = noise(64, 96)
    torch.testing.assert_close(refine(reduce(content, 32, 48), content), content)


def test_refining_keeps_the_painting_and_adds_the_content_s_detail() -> None:
    content, painting = noise(64, 96), torch.full((3, 32, 48), 0.5, dtype=torch.float64)
    refined = refine(painting, content * 0.2)
    assert (reduce(refined, 32, 48) - painting).abs().mean() < 0.03
    detail = content - enlarge(reduce(content, 32, 48), 64, 96)
    torch.testing.assert_close(refined, 0.5 + 0.2 * detail)


def test_the_clock_counts_down_to_nothing() -> None:
    octaves = schedule(100, 150, "draft")
    clock = Clock(octaves, "toy", 4)
    assert clock.estimate() > 0
    fractions = []
    for index, octave in enumerate(octaves):
        clock.resume()
        for number in range(octave.steps):
            fraction, seconds = clock.step_done(index, octave, number)
            fractions.append(fraction)
            assert seconds >= 0
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert seconds == pytest.approx(0)
