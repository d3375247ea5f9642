"""The main loop of the engine: it paints a job.

For each canvas, from coarse to fine, it enlarges the painting and adds the content's own detail. Then it changes the
pixels until their features have the moments of the style and the self-similarity of the content.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from nst_core.job.errors import OutOfMemory, out_of_memory
from nst_core.job.events import Event, Notice, Progress, Result
from nst_core.job.request import StyleJob
from nst_core.job.sizes import JobSizes

from . import devices, outputs, starts, targets
from .budget import lack_of_memory_named
from .clock import Clock
from .control import Control, Stopped
from .estimates import in_working_size
from .optimize import minimize
from .preparation import CPU, handed_to_cpu, prepare
from .pyramid import Octave
from .starts import CurrentPicture

#: A canvas is finished when three steps together lower the loss by less than this part of it.
_TOLERANCE = {"draft": 0.06, "normal": 0.03, "high": 0.01}


def stylize(job: StyleJob, control: Control | None = None) -> Iterator[Event]:
    """Paint ``job``. Yield Started, then Progress and Preview, and at the end one Result (with strength 0 only that).

    If ``control`` stops the job, the Result is the unfinished picture (``complete`` is False). If that should not be
    kept, there is no Result. Raises the named errors of :mod:`nst_core.job.errors`.
    """
    control, began = control or Control(), time.monotonic()
    try:
        painter = _Stylization(job, control)
    except Stopped:
        if control.keep:
            yield outputs.unpainted(job, time.monotonic() - began)
        return
    try:
        yield from painter.paint()
    except Stopped:
        if control.keep:
            yield painter.result(complete=False)
        return
    yield painter.result(complete=True)


class _Stylization:
    """A running job: its preparation, and the current picture."""

    def __init__(self, job: StyleJob, control: Control) -> None:
        settings = in_working_size(JobSizes.of(job), job.settings)
        self._job, self._control = replace(job, settings=settings), control
        self._prepared, self._notices = prepare(self._job, control.checkpoint)
        self._painting = CurrentPicture(self._prepared.scene.content, 0.0)
        self._previews = outputs.Previews(job.preview_side)
        self._clock = Clock(*self._work)

    def paint(self) -> Iterator[Event]:
        """Paint all canvases. After each adjustment, begin with the first one again."""
        if self._prepared.settings.strength == 0:
            return
        yield outputs.started(self._prepared, self._clock)
        yield from self._notices
        self._painting = in_full = starts.first(self._prepared)
        index = 0
        while index < len(self._prepared.octaves) and self._prepared.settings.strength:
            coarser = self._painting
            try:
                with lack_of_memory_named():
                    yield from self._paint_canvas(index)
            except OutOfMemory:
                self._painting = coarser
                yield self._with_less_memory()
                continue
            if self._painting.strength == 1:
                in_full = self._painting  # after an adjustment, the first canvas starts from this picture
            index += 1
            adjustment = self._control.take_adjustment()
            if adjustment:
                self._prepared = self._prepared.adjusted(adjustment)
                self._painting = in_full.reduced(self._prepared.octaves[0]).to(self._prepared.device)
                self._clock.follow(*self._work)
                index = 0

    def _paint_canvas(self, index: int) -> Iterator[Event]:
        """Start from the coarser painting and optimize it. End early if an adjustment is waiting."""
        devices.return_unused_memory()
        prepared, octave = self._prepared, self._prepared.octaves[index]
        prepared.checkpoint()
        scene = prepared.scene.at(octave.height, octave.width)
        prepared.checkpoint()
        self._painting = starts.continued(prepared, self._painting, octave, scene)
        objective = targets.whole(prepared, scene, octave)
        tolerance = _TOLERANCE[prepared.settings.quality]
        history = prepared.plan.steps_remembered(octave.height, octave.width)
        self._clock.resume()
        for step in minimize(self._painting.rgb, objective, octave.steps, history, tolerance, prepared.checkpoint):
            self._painting = CurrentPicture(step.picture, octave.strength)
            if step.number is not None:
                fraction, seconds = self._clock.step_done(index, octave, step.number)
                yield Progress(fraction, seconds, octave.side, step.number, step.loss)
            yield from self._previews.due(prepared, self._painting)
            if self._control.has_adjustment:
                break
        self._painting = CurrentPicture(self._painting.rgb.clamp(0, 1), octave.strength)

    def result(self, complete: bool) -> Result:
        """Return the current picture in the content's size."""
        try:
            return self._result(complete)
        except OutOfMemory:
            if not devices.is_accelerator(self._prepared.device):
                raise
        self._prepared, self._painting = self._prepared.with_pictures_on_cpu(), self._painting.to(CPU)
        return self._result(complete)

    def _result(self, complete: bool) -> Result:
        with lack_of_memory_named():
            found = outputs.result(
                self._prepared, self._painting, complete, self._clock.elapsed, self._job.result_format
            )
        return replace(found, size=self._job.settings.size)

    def _with_less_memory(self) -> Notice:
        """Prepare to paint the same canvas again with smaller tiles. If a GPU can't have smaller ones, use the CPU.

        Raises OutOfMemory if neither is possible.
        """
        smaller = self._prepared.in_smaller_tiles()
        if smaller is None:
            return self._leave_gpu()
        self._prepared = smaller
        return Notice(f"Memory ran out. The job continues with tiles of {smaller.plan.tile_side} pixels.")

    def _leave_gpu(self) -> Notice:
        """Move the job from the GPU to the CPU. Raises OutOfMemory if the CPU's own memory ran out."""
        gpu = self._prepared.device
        if not devices.is_accelerator(gpu):
            raise out_of_memory()
        self._prepared, self._painting = self._prepared.on_cpu(), self._painting.to(CPU)
        self._clock.follow(*self._work)
        return handed_to_cpu(gpu)

    @property
    def _work(self) -> tuple[list[Octave], str, int]:
        """The canvases, the device and the bytes of a feature, for the clock."""
        prepared = self._prepared
        return list(prepared.octaves), str(prepared.device), prepared.plan.feature_bytes
