"""A real worker with an engine that paints nothing, so that a test of an editor sees exactly the transmitted data.

The job's ``seed`` chooses the engine's behavior; see :data:`ACTS`. Any Python can run this file as a script, without
torch.
"""

from __future__ import annotations

import array
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Iterator, Optional, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.engine.control import Control, Stopped
from nst_core.job.errors import OutOfMemory
from nst_core.job.events import Event, Preview, Progress, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from tests.worker.serve import serve

#: The length in seconds of a job that a test stops.
LONG = 120.0


def stylize(job: StyleJob, control: Optional[Control] = None) -> Iterator[Event]:
    """Do the action that the seed chooses."""
    reins = control or Control()
    yield Started("cpu", ((job.content.width, job.content.height),), 1 << 28, 1.0, 0)
    complete = True
    try:
        yield from ACTS[job.settings.seed](job, reins)
    except Stopped:
        if not reins.keep:
            return
        complete = False
    yield Result(_result(job), complete, 1.0, "cpu", job.settings.seed, max(0, job.settings.size))


def echo(job: StyleJob, control: Control) -> Iterator[Event]:
    """Return the content unchanged, but multiply its alpha by the selection."""
    yield Progress(0.5, 1.0, 64, 1, 0.5)


def work(job: StyleJob, control: Control) -> Iterator[Event]:
    """Work for two minutes or until stopped, and log each adjustment. The unfinished picture is the content."""
    begin = time.monotonic()
    while time.monotonic() < begin + LONG:
        control.checkpoint()
        adjusted = control.take_adjustment()
        if adjusted is not None:
            print(adjusted, file=sys.stderr, flush=True)
        fraction = (time.monotonic() - begin) / LONG
        yield Progress(fraction, LONG * (1 - fraction), 64, 1, 0.5)
        if job.preview_side:
            yield Preview(PixelBuffer(2, 2, "rgba-u8", b"\xd0\x20\x20\xff\x20\xd0\x20\xff" * 2))
        time.sleep(0.05)


def crash(job: StyleJob, control: Control) -> Iterator[Event]:
    """Let the process end during the job."""
    yield Progress(0.5, 1.0, 64, 1, 0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def starve(job: StyleJob, control: Control) -> Iterator[Event]:
    """Report that there is not enough memory."""
    yield Progress(0.5, 1.0, 64, 1, 0.5)
    raise OutOfMemory("Memory ran out.", "Choose a smaller working size.")


#: The meaning of each seed. REPEAT returns the first style's picture, repeated over the content's size. MASKS returns
#: the regions of the first two styles and the keep mask as red, green and blue. START returns the initial picture, if
#: there is one.
ECHO, WORK, CRASH, STARVE, REPEAT, MASKS, START = range(7)
ACTS = {ECHO: echo, WORK: work, CRASH: crash, STARVE: starve, REPEAT: echo, MASKS: echo, START: echo}


def _result(job: StyleJob) -> PixelBuffer:
    is_echo = job.settings.seed in (ECHO, WORK) and job.selection is None
    if is_echo and job.content.format == job.result_format:
        return job.content
    picture = _picture(job)
    if job.result_format == "rgba-f32":
        return picture
    kind, _, depth = job.result_format.partition("-")
    values = _floats(picture) if kind == "rgba" else _without_curve(_floats(picture))
    if depth.startswith("f"):
        data = struct.pack(f"<{len(values)}{'e' if depth == 'f16' else 'f'}", *values)
    else:
        numbers, largest = ("B", 255) if depth == "u8" else ("H", 65535)
        data = array.array(numbers, (round(largest * value) for value in values)).tobytes()
    return PixelBuffer(picture.width, picture.height, job.result_format, data)


def _without_curve(values: array.array[float]) -> array.array[float]:
    """Return RGBA in linear light."""
    for place, value in enumerate(values):
        if place % 4 < 3:
            values[place] = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return values


def _picture(job: StyleJob) -> PixelBuffer:
    if job.settings.seed == REPEAT:
        return _repeated(job.styles[0].image, (job.content.width, job.content.height))
    if job.settings.seed == MASKS:
        return _masks(job)
    values = _floats((job.settings.seed == START and job.initial) or job.content)
    coverage = array.array("f") if job.selection is None else _floats(job.selection)
    for pixel, share in enumerate(coverage):
        values[4 * pixel + 3] *= share
    return PixelBuffer(job.content.width, job.content.height, "rgba-f32", values.tobytes())


def _masks(job: StyleJob) -> PixelBuffer:
    pixels = job.content.width * job.content.height
    regions = [style.region for style in job.styles[:2]]
    values = array.array("f", [1.0]) * (4 * pixels)
    for channel, mask in enumerate([*regions, *[None] * (2 - len(regions)), job.keep_mask]):
        if mask is not None:
            values[channel::4] = _floats(mask)
    return PixelBuffer(job.content.width, job.content.height, "rgba-f32", values.tobytes())


def _repeated(picture: PixelBuffer, size: Tuple[int, int]) -> PixelBuffer:
    width, height = size
    data, stride = _floats(picture).tobytes(), 16 * picture.width
    rows = (data[stride * (y % picture.height) :][:stride] for y in range(height))
    whole = b"".join((row * (width // picture.width + 1))[: 16 * width] for row in rows)
    return PixelBuffer(width, height, "rgba-f32", whole)


def _floats(picture: PixelBuffer) -> array.array[float]:
    if picture.format.endswith("-u8"):
        return array.array("f", [byte / 255 for byte in bytes(picture.data)])
    if picture.format.endswith("-u16"):
        return array.array("f", [value / 65535 for value in array.array("H", bytes(picture.data))])
    return array.array("f", bytes(picture.data))


if __name__ == "__main__":
    sys.exit(serve(stylize))
