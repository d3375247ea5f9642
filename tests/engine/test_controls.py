"""Each control has its measured effect on a real painting, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nst_core.engine.control import Control
from nst_core.engine.similarity import self_similarity
from nst_core.engine.stylize import stylize
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob
from nst_core.job.events import Progress, Result, Started
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.engine.test_stylize import as_tensor, content_distance, job, network, paint, sample, style_distance
from tests.engine.toys import buffer, mask_buffer, picture


def painted(request: StyleJob) -> Tensor:
    return picture(paint(request).pixels)[0]


def structure_distance(rgb: Tensor, content: Tensor) -> float:
    """Return how much objects changed: the mean difference of the self-similarities of two pictures (3, H, W)."""
    distances = []
    for layer in ("relu3_1", "relu4_1"):
        found, wanted = (self_similarity(network().forward(t, [layer])[layer][0].flatten(1).T) for t in (rgb, content))
        distances.append(float((found - wanted).abs().mean()))
    return sum(distances) / 2


def test_objects_stay_the_more_the_more_content_is_kept() -> None:
    for content, style in (("astronaut", "auvers"), ("coffee", "poppies")):
        found, styled = [], []
        for keep in (0.0, 0.5, 1.0):
            request = job(content, style, side=128, keep_content=keep)
            rgb = painted(request)
            found.append(structure_distance(rgb, as_tensor(request.content)))
            styled.append(style_distance(rgb, as_tensor(request.styles[0].image)))
        assert found[0] > 1.2 * found[1] > 1.4 * found[2]
        plain = style_distance(as_tensor(request.content), as_tensor(request.styles[0].image))
        assert max(styled) < plain / 2, "strokes and colors are the style's all the same"


def test_content_is_kept_where_the_mask_says_so() -> None:
    request = job("astronaut", "auvers", side=128, quality="draft")
    content = as_tensor(request.content)
    mask = torch.zeros(content.shape[1:])
    mask[:, :64] = 1
    found = []
    for keep in (0.0, 1.0):
        settings = replace(request.settings, keep_content=keep)
        rgb = painted(replace(request, settings=settings, keep_mask=mask_buffer(mask)))
        found.append([structure_distance(rgb[..., side], content[..., side]) for side in (slice(64), slice(64, None))])
    (free_left, free_right), (kept_left, kept_right) = found
    assert kept_left < 0.7 * free_left
    assert kept_right > 0.8 * free_right


def test_content_can_be_kept_more_firmly_while_the_job_runs() -> None:
    request = job("astronaut", "auvers", side=96, quality="draft", keep_content=0)
    content, control = as_tensor(request.content), Control()
    is_adjusted = False
    for event in stylize(request, control):
        if isinstance(event, Progress) and event.scale == 96 and not is_adjusted:
            control.adjust(Adjustment({"keep_content": 1.0}))
            is_adjusted = True
        last = event
    assert isinstance(last, Result)
    kept = structure_distance(picture(last.pixels)[0], content)
    assert kept < 0.8 * structure_distance(painted(request), content)


@pytest.mark.parametrize("strength", [0.25, 0.5, 0.75])
def test_strength_is_even_over_the_picture(strength: float) -> None:
    """Each part of the picture changes between half and twice as much as the mean."""
    for content, style in (("astronaut", "auvers"), ("coffee", "poppies")):
        request = job(content, style)
        before = as_tensor(request.content)
        full, part = (painted(job(content, style, strength=s)) for s in (1.0, strength))
        way, done = (F.adaptive_avg_pool2d((rgb - before).abs().mean(0)[None], 8) for rgb in (full, part))
        shares = done / way
        assert shares.min() > shares.mean() / 2
        assert shares.max() < shares.mean() * 2


def test_a_texture_shows_the_style_and_nothing_of_the_content() -> None:
    request = job("chelsea", "auvers", side=128, mode="texture")
    texture = painted(request)
    alpha = torch.zeros((85, 128))
    other = replace(request, content=buffer(torch.rand((3, 85, 128)), alpha))
    result = paint(other)
    assert torch.equal(picture(result.pixels)[0], texture)
    assert bool((picture(result.pixels)[1] == 1).all())
    style, content = as_tensor(request.styles[0].image), as_tensor(request.content)
    assert style_distance(texture, style) < style_distance(content, style) / 5


def test_a_texture_fills_the_selection_and_follows_the_seed() -> None:
    selection = torch.zeros((64, 96))
    selection[:, 40:] = 0.5
    request = replace(job(side=96, mode="texture", quality="draft"), selection=mask_buffer(selection))
    texture, alpha = picture(paint(request).pixels)
    assert torch.equal(alpha, selection)
    settings = replace(request.settings, seed=1)
    assert (painted(replace(request, settings=settings)) - texture).abs().mean() > 0.02


@pytest.mark.parametrize("mode", ["picture", "texture"])
def test_a_seamless_picture_continues_at_the_opposite_edge(mode: str) -> None:
    """The step across the edges is like the steps inside the picture. Without the setting, it is larger.

    Kept content has its own steps there. They are smaller if its edges were joined.
    """
    content = sample("coffee", 96)
    steps = {}
    for seamless in ("none", "x", "both"):
        settings = Settings(device="cpu", mode=mode, seamless=seamless, keep_content=0)
        picture = painted(StyleJob(content, (Style(sample("auvers", 96)),), settings))
        steps[seamless] = [across(picture, axis) for axis in (1, 2)]
    assert all(step > inside.max() for step, inside in steps["none"])
    for step, inside in (steps["x"][1], *steps["both"]):
        assert inside.min() <= step <= inside.max()


def across(x: Tensor, axis: int) -> tuple[float, Tensor]:
    """Return the squared step from the last row or column to the first, and the steps between all neighbors."""
    inside = x.diff(dim=axis).square().mean(dim=(0, 3 - axis))
    return float((x.select(axis, 0) - x.select(axis, -1)).square().mean()), inside


@pytest.mark.parametrize("seamless", ["x", "both"])
def test_a_seamless_picture_may_have_any_size(seamless: str) -> None:
    request = job(side=70, mode="texture", seamless=seamless, quality="draft")
    assert painted(request).shape[1:] == (request.content.height, request.content.width)


def test_a_finished_result_gets_another_strength_in_a_few_steps() -> None:
    request = job("coffee", "poppies", side=160, quality="draft")
    content, style = as_tensor(request.content), as_tensor(request.styles[0].image)

    def varied(result: Tensor, old: float, new: float) -> Tensor:
        settings = replace(request.settings, init="picture", strength=new)
        events = list(stylize(replace(request, settings=settings, initial=buffer(result), initial_strength=old)))
        assert next(event for event in events if isinstance(event, Started)).sizes == ((160, 107),)
        assert 1 <= sum(isinstance(event, Progress) for event in events) <= 3
        return picture(events[-1].pixels)[0]  # type: ignore[union-attr]

    full = painted(request)
    half = varied(full, 1.0, 0.5)
    direct = painted(replace(request, settings=replace(request.settings, strength=0.5)))
    mixed = torch.lerp(content, full, 0.5)
    assert (half - direct).abs().mean() < (mixed - direct).abs().mean(), "it is painted, not only mixed"
    assert 0.3 < content_distance(half, content) / content_distance(full, content) < 0.8
    again = varied(half, 0.5, 1.0)
    assert style_distance(again, style) < style_distance(half, style)
    assert content_distance(again, content) > content_distance(half, content)


def test_a_strength_that_no_result_can_have_is_refused() -> None:
    request = job("coffee", "poppies", side=64)
    with pytest.raises(InvalidJob, match="needs the picture"):
        replace(request, initial_strength=0.5)
    for strength in (0, 1.5, True, "1"):
        settings = replace(request.settings, init="picture")
        with pytest.raises(InvalidJob, match="above 0 and at most 1"):
            replace(request, settings=settings, initial=request.content, initial_strength=strength)  # type: ignore[arg-type]


def test_continuing_a_result_keeps_its_quality_and_stays_near() -> None:
    request = job("coffee", "poppies", side=128, quality="draft")
    first, style = painted(request), as_tensor(request.styles[0].image)
    onward = replace(request, settings=replace(request.settings, init="picture"), initial=buffer(first))
    again = painted(onward)
    assert style_distance(again, style) < 1.05 * style_distance(first, style)
    weaker = painted(replace(onward, settings=replace(onward.settings, strength=0.4)))
    content = as_tensor(request.content)
    assert content_distance(weaker, content) < content_distance(again, content)
    fresh = painted(replace(request, settings=replace(request.settings, init="noise")))
    assert (again - first).abs().mean() < (fresh - first).abs().mean() / 2
