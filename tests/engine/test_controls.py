"""Each control has its measured effect on a real painting, and leaves alone what it does not name."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from nst_core.bridge.events import Progress, Result
from nst_core.bridge.job import Style, StyleJob
from nst_core.bridge.settings import Settings
from nst_core.engine.control import Control
from nst_core.engine.losses import CONTENT_LAYER
from nst_core.engine.pyramid import reduce
from nst_core.engine.scene import Palette, scene_from_job
from nst_core.engine.stylize import stylize
from tests.engine.test_stylize import as_tensor, content_distance, job, network, paint, sample, style_distance
from tests.engine.toys import buffer, mask_buffer, picture


def painted(request: StyleJob) -> Tensor:
    return picture(paint(request).pixels)[0]


def halves(rgb: Tensor, content: Tensor) -> tuple[float, float]:
    """The content distance in the left and in the right half."""
    found, wanted = (network().forward(t, [CONTENT_LAYER])[CONTENT_LAYER] for t in (rgb, content))
    width = found.shape[3] // 2
    sides = [(found[..., :width], wanted[..., :width]), (found[..., width:], wanted[..., width:])]
    left, right = (float((a - b).norm() / b.norm()) for a, b in sides)
    return left, right


def test_large_shapes_stay_the_more_the_smaller_the_largest_change() -> None:
    request = job("astronaut", "auvers", side=128, quality="draft")
    scene = scene_from_job(request, torch.device("cpu"))
    start = reduce(Palette.of(scene).apply(scene, 1.0), 4, 4)
    changes = []
    for structure in (1.0, 0.5, 0.25, 0.125):
        settings = replace(request.settings, structure=structure)
        changes.append(float((reduce(painted(replace(request, settings=settings)), 4, 4) - start).abs().mean()))
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] < changes[0] / 4


def test_protected_detail_stays_where_the_mask_says_so() -> None:
    request = job("astronaut", "auvers", side=128, quality="draft")
    content = as_tensor(request.content)
    mask = torch.zeros(content.shape[1:])
    mask[:, :64] = 1
    found = []
    for protect in (0.0, 0.5, 1.0):
        settings = replace(request.settings, protect=protect)
        found.append(halves(painted(replace(request, settings=settings, protection=mask_buffer(mask))), content))
    inside, outside = zip(*found)
    assert inside[0] > 1.05 * inside[1] > 1.1 * inside[2]
    assert max(outside) < 1.1 * min(outside)


def test_protection_can_be_turned_up_while_the_job_runs() -> None:
    request = job("astronaut", "auvers", side=96, quality="draft")
    content, control = as_tensor(request.content), Control()
    is_adjusted = False
    for event in stylize(request, control):
        if isinstance(event, Progress) and event.scale == 96 and not is_adjusted:
            control.adjust(protect=1.0)
            is_adjusted = True
        last = event
    assert isinstance(last, Result)
    assert content_distance(picture(last.pixels)[0], content) < 0.9 * content_distance(painted(request), content)


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
def test_a_seamless_picture_goes_on_at_the_opposite_edge(mode: str) -> None:
    """The step across the edges is one of those that there are inside; without the setting it is not."""
    content = sample("coffee", 96)
    steps = {}
    for seamless in ("none", "x", "both"):
        settings = Settings(device="cpu", mode=mode, seamless=seamless)
        picture = painted(StyleJob(content, (Style(sample("auvers", 96)),), settings))
        steps[seamless] = [across(picture, axis) for axis in (1, 2)]
    assert all(step > inside.max() for step, inside in steps["none"])
    for step, inside in (steps["x"][1], *steps["both"]):
        assert inside.min() <= step <= inside.max()


def across(x: Tensor, axis: int) -> tuple[float, Tensor]:
    """The squared step from the last row or column to the first, and all those between neighbors."""
    inside = x.diff(dim=axis).square().mean(dim=(0, 3 - axis))
    return float((x.select(axis, 0) - x.select(axis, -1)).square().mean()), inside


@pytest.mark.parametrize("seamless", ["x", "both"])
def test_a_seamless_picture_may_have_any_size(seamless: str) -> None:
    request = job(side=70, mode="texture", seamless=seamless, quality="draft")
    assert painted(request).shape[1:] == (request.content.height, request.content.width)


def test_going_on_from_a_result_keeps_what_was_reached_and_stays_near() -> None:
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
