"""A stop is noticed soon at any size, because there is little work on whole pictures between two checks.

The work is counted, not timed: each operation on a tensor at least as large as one channel of the picture counts as
this many pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from nst_core.engine.control import Control
from nst_core.engine.optimize import minimize
from nst_core.engine.preparation import prepare
from nst_core.engine.pyramid import Octave
from nst_core.engine.starts import CurrentPicture, continued
from nst_core.engine.stylize import stylize
from nst_core.job.events import Event, Progress, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from .toys import buffer, mask_buffer, noise, picture

#: Between two checks, each channel of the picture may be processed at most this many times.
PASSES = 6


class Work(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the work on pictures of ``pixels`` between two calls of :meth:`checked`."""

    def __init__(self, pixels: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.pixels, self.done, self.most = pixels, 0.0, 0.0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        sizes = [tensor.numel() for tensor in tree_leaves((args, kwargs, result)) if isinstance(tensor, Tensor)]
        if sizes and max(sizes) >= self.pixels and not func.is_view and not func.__name__.startswith("empty"):
            self.done += max(sizes) / self.pixels / 3
        self.most = max(self.most, self.done)
        return result

    def checked(self) -> None:
        self.done = 0.0


class CountedControl(Control):
    """A control that reports each check."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def checkpoint(self) -> None:
        self._work.checked()
        super().checkpoint()


@contextmanager
def counted(pixels: int) -> Iterator[Work]:
    with Work(pixels) as work:
        yield work
    assert work.most > 0
    assert work.most <= PASSES


def smooth(height: int, width: int) -> PixelBuffer:
    return buffer(torch.nn.functional.interpolate(noise(6, 8)[None].float(), (height, width), mode="bilinear")[0])


STYLE = (Style(smooth(64, 64)),)


@pytest.mark.parametrize("alpha", [False, True])
def test_little_is_done_between_two_checks_from_the_start_to_the_first_canvases(alpha: bool) -> None:
    height, width = 2000, 3000
    content = smooth(height, width)
    if alpha:
        content = buffer(picture(content)[0], (noise(height, width)[0] > 0.5).float())
    with counted(height * width) as work:
        control = CountedControl(work)
        job = StyleJob(content, STYLE, Settings(device="cpu", quality="draft"), preview_side=0)
        for event in stylize(job, control):
            if isinstance(event, Progress) and event.scale > 100:
                control.stop(keep=False)


def test_little_is_done_between_two_checks_at_the_start_of_a_large_canvas() -> None:
    height, width = 600, 800
    with counted(height * width) as work:
        job = StyleJob(smooth(height, width), STYLE, Settings(device="cpu"))
        prepared, _ = prepare(job, work.checked)
        work.most = work.done = 0
        continued(prepared, CurrentPicture(noise(300, 400).float(), 1.0), Octave(height, width, 2), prepared.scene)


def test_little_is_done_between_two_checks_of_a_step() -> None:
    with counted(64 * 64) as work:

        def quadratic(rgb: Tensor) -> tuple[float, Tensor]:
            loss, slope = float(rgb.square().sum()), 2 * rgb * torch.linspace(0.5, 1.5, 64)
            work.checked()  # like an objective between its tiles
            return loss, slope

        list(minimize(noise(64, 64), quadratic, 20, 20, -1, work.checked))


def test_a_job_that_is_stopped_before_anything_is_painted_keeps_the_content() -> None:
    content = smooth(40, 60)
    selection = torch.rand(40, 60)
    job = StyleJob(content, STYLE, Settings(device="cpu"), selection=mask_buffer(selection))
    assert ended(job, keep=False) == []
    (result,) = ended(job, keep=True)
    assert isinstance(result, Result)
    assert not result.complete
    rgb, alpha = picture(result.pixels)
    torch.testing.assert_close(rgb, picture(content)[0])
    torch.testing.assert_close(alpha, selection)
    (small,) = ended(replace(job, result_format="rgba-u8"), keep=True)
    assert isinstance(small, Result)
    assert small.pixels.format == "rgba-u8"


def test_a_content_that_is_kept_whole_is_given_back_as_it_came() -> None:
    content = smooth(40, 60)
    (result,) = ended(StyleJob(content, STYLE, Settings(device="cpu"), result_format=content.format), keep=True)
    assert isinstance(result, Result)
    assert result.pixels is content


def ended(job: StyleJob, keep: bool) -> list[Event]:
    """Return the events of a job that was stopped before it began."""
    control = Control()
    control.stop(keep)
    return list(stylize(job, control))
