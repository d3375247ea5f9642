"""A worker that paints nothing, so that a test of an editor sees exactly what the editor sent and got.

It speaks the real wire. The job's ``seed`` says what it does: see the constants. Run as a script, with the repository
on ``PYTHONPATH`` or as ``-m tests.hosts.stand_in``.
"""

from __future__ import annotations

import array
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Optional, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core import __version__
from nst_core.bridge.errors import OutOfMemory
from nst_core.bridge.events import Canceled, ClientEvent, Failed, Preview, Progress, Ready, Result, Started
from nst_core.bridge.framing import PROTOCOL, Frame, read_frame, write_frame
from nst_core.bridge.job import StyleJob, job_from_wire
from nst_core.bridge.messages import admit_request, event_to_frame
from nst_core.bridge.pixels import PixelBuffer

#: Give the content back as it came, its alpha multiplied by the selection.
ECHO = 0
#: Work for two minutes, or until canceled; the picture so far is the content.
SLOW = 1
#: Die in the middle of the job.
CRASH = 2
#: Report that memory ran out.
FAIL = 3
#: Give back the first style's picture, cut and repeated to the content's size.
STYLE = 4

_SLOW_SECONDS = 120.0


class StandIn:
    """One conversation with one client."""

    def __init__(self) -> None:
        self._incoming = os.fdopen(os.dup(0), "rb", buffering=0)
        self._outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
        self._keep: Optional[bool] = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Greet and serve until the line ends."""
        self._send(Frame("hello", {"protocol": PROTOCOL, "engine_version": __version__}))
        self._send(event_to_frame(Ready(__version__, ("cpu",)), None))
        while True:
            frame = read_frame(self._incoming.readinto, admit_request)
            if frame is None or frame.type == "shutdown":
                os._exit(0)
            self._serve(frame)

    def _serve(self, frame: Frame) -> None:
        if frame.type == "ping":
            self._send(Frame("pong"))
        elif frame.type == "cancel":
            self._keep = bool(frame.fields["keep"])
        elif frame.type == "stylize":
            self._keep = None
            job = job_from_wire(frame.fields["request"], frame.pictures)
            threading.Thread(target=self._work, args=(frame.fields["job"], job), daemon=True).start()

    def _work(self, number: int, job: StyleJob) -> None:
        size = (job.content.width, job.content.height)
        self._tell(number, Started("cpu", (size,), 1 << 28, 1.0, 0))
        if job.settings.seed == CRASH:
            os.kill(os.getpid(), signal.SIGKILL)
        if job.settings.seed == FAIL:
            self._tell(number, Failed(OutOfMemory("Memory ran out.", "Choose a smaller working size.")))
            return
        complete = job.settings.seed != SLOW or self._dawdle(number, job)
        if not complete and not self._keep:
            self._tell(number, Canceled())
            return
        picture = _tiled(job.styles[0].image, size) if job.settings.seed == STYLE else _selected(job)
        self._tell(number, Result(picture, complete, 1.0, "cpu", job.settings.seed))

    def _dawdle(self, number: int, job: StyleJob) -> bool:
        begin = time.monotonic()
        while self._keep is None and time.monotonic() < begin + _SLOW_SECONDS:
            fraction = (time.monotonic() - begin) / _SLOW_SECONDS
            self._tell(number, Progress(fraction, _SLOW_SECONDS * (1 - fraction), 64, int(fraction * 100), 1.0))
            if job.preview_side:
                self._tell(number, Preview(PixelBuffer(2, 2, "rgba-u8", b"\xd0\x20\x20\xff\x20\xd0\x20\xff" * 2)))
            time.sleep(0.2)
        return self._keep is None

    def _tell(self, number: int, event: ClientEvent) -> None:
        self._send(event_to_frame(event, number))

    def _send(self, frame: Frame) -> None:
        with self._lock:
            write_frame(self._outgoing.write, frame)


def _selected(job: StyleJob) -> PixelBuffer:
    if job.selection is None:
        return job.content
    values, coverage = _floats(job.content), _floats(job.selection)
    for pixel, share in enumerate(coverage):
        values[4 * pixel + 3] *= share
    return PixelBuffer(job.content.width, job.content.height, "rgba-f32", values.tobytes())


def _tiled(picture: PixelBuffer, size: Tuple[int, int]) -> PixelBuffer:
    width, height = size
    data, stride = bytes(picture.data), 16 * picture.width
    rows = []
    for y in range(height):
        row = data[stride * (y % picture.height) :][:stride]
        rows.append((row * (width // picture.width + 1))[: 16 * width])
    return PixelBuffer(width, height, "rgba-f32", b"".join(rows))


def _floats(picture: PixelBuffer) -> array.array[float]:
    return array.array("f", bytes(picture.data))


if __name__ == "__main__":
    StandIn().run()
