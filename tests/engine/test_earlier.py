"""The next frame of a film starts from the earlier frame, and keeps it where the mask is set."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from nst_core.engine.color_transfer import color_statistics
from nst_core.engine.palette import Palette
from nst_core.engine.pyramid import continuing, schedule
from nst_core.engine.scene import scene_from_job
from nst_core.job.errors import InvalidJob
from nst_core.job.request import Earlier, Style, StyleJob
from nst_core.job.settings import Settings
from tests.engine.test_stylize import as_tensor, job, paint, sample
from tests.engine.toys import buffer, mask_buffer, picture


def following(request: StyleJob, before: Tensor, weights: Tensor) -> StyleJob:
    """Return the job for the frame after ``before``."""
    return replace(request, earlier=Earlier(buffer(before), mask_buffer(weights), request.content))


def test_pixels_that_are_held_keep_their_exact_color_and_the_others_are_painted() -> None:
    request = job(side=96, quality="draft")
    before = torch.rand((3, 64, 96), generator=torch.Generator().manual_seed(1))
    weights = torch.zeros((64, 96))
    weights[:, 40:] = 1
    painted, _ = picture(paint(following(request, before, weights)).pixels)
    assert torch.equal(painted[:, :, 40:], before[:, :, 40:])
    fresh, _ = picture(paint(request).pixels)
    assert (painted - fresh)[:, :, :32].abs().mean() < 0.6 * (painted - before)[:, :, :32].abs().mean()


def test_a_working_size_keeps_held_pixels_exactly_as_well() -> None:
    request = job(side=96, quality="draft", size=64)
    before = torch.rand((3, 64, 96), generator=torch.Generator().manual_seed(1))
    painted, _ = picture(paint(following(request, before, torch.ones((64, 96)))).pixels)
    assert torch.equal(painted, before)


def test_more_weight_stays_nearer_to_the_earlier_frame() -> None:
    request = job(side=96)
    before, _ = picture(paint(replace(request, settings=replace(request.settings, seed=5))).pixels)
    changes = []
    for weight in (0.2, 0.9):
        painted, _ = picture(paint(following(request, before, torch.full((64, 96), weight))).pixels)
        changes.append(float((painted - before).abs().mean()))
    alone = float((picture(paint(request).pixels)[0] - before).abs().mean())
    assert changes[1] < 0.8 * changes[0] < 0.5 * alone


def test_the_palette_of_a_shot_is_that_of_its_first_frame() -> None:
    request = job(side=64)
    opening = as_tensor(request.content)
    later = replace(following(request, opening, torch.ones(opening.shape[1:])), content=buffer(opening * 0.5))
    scene = scene_from_job(later, torch.device("cpu"))
    torch.testing.assert_close(Palette.of(scene).own.mean, color_statistics(opening).mean)


def test_a_later_frame_takes_less_than_half_of_the_steps() -> None:
    octaves = schedule(768, 1024, "normal")
    later = continuing(octaves)
    assert [(o.height, o.width) for o in later] == [(o.height, o.width) for o in octaves]
    assert sum(o.steps for o in later) < 0.45 * sum(o.steps for o in octaves)


def test_an_earlier_frame_that_does_not_fit_is_refused() -> None:
    small, large = sample("chelsea", 32), sample("chelsea", 64)
    mask = mask_buffer(torch.ones((large.height, large.width)))
    with pytest.raises(InvalidJob, match="earlier frame"):
        StyleJob(small, (Style(small),), earlier=Earlier(large, mask, small))
    with pytest.raises(InvalidJob, match="weights"):
        Earlier(small, mask, small)
    with pytest.raises(InvalidJob, match="not from both"):
        StyleJob(large, (Style(small),), Settings(init="picture"), initial=large, earlier=Earlier(large, mask, large))
