"""Whether an engine works: a small picture is painted by it, over the same bridge that the editors use.

That loads torch, verifies the network's weights and runs them forward and backward on the device at hand.
"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import List, Sequence, Tuple

from ..bridge import paths
from ..bridge.client import Client
from ..job.errors import InstallFailed, NeuralStyleError
from ..job.events import ClientEvent, Failed, Ready, Result
from ..job.pixels import PixelBuffer
from ..job.request import Style, StyleJob
from ..job.settings import Settings
from .source import installer_command

_SIDE = 64
_TIMEOUT = 600.0  # seconds; a slow disk reads torch for the first time


def worker_command(python: Path) -> List[str]:
    """The command that starts the engine of this interpreter."""
    return [str(python), *paths.WORKER_ARGUMENTS]


def check_engine(python: Path) -> None:
    """Raises InstallFailed if the engine of this interpreter does not paint."""
    try:
        paint_small(worker_command(python))
    except NeuralStyleError as error:
        raise InstallFailed(f"The engine was built but does not work: {error.problem}", error.remedy) from error


def paint_small(command: Sequence[str]) -> Tuple[Ready, Result]:
    """Paint a small picture by the engine that ``command`` starts. Returns its description of itself and the picture.

    Raises the error that it fails with.
    """
    events: List[ClientEvent] = []
    with closing(Client(list(command))) as client:
        client.stylize(_small_job())
        ends = time.monotonic() + _TIMEOUT
        while client.busy:
            if time.monotonic() > ends:
                problem = f"The engine painted nothing in {_TIMEOUT:.0f} s."
                raise InstallFailed(problem, f"Run `{installer_command('doctor')}`.")
            events += client.poll()
            time.sleep(0.02)
    for event in events:
        if isinstance(event, Failed):
            raise event.error
    ready = next(event for event in events if isinstance(event, Ready))
    result = next(event for event in events if isinstance(event, Result))
    return ready, result


def _small_job() -> StyleJob:
    ramp = bytes(value for y in range(_SIDE) for x in range(_SIDE) for value in (4 * x, 4 * y, 128, 255))
    checks = bytes(
        value for y in range(_SIDE) for x in range(_SIDE) for value in ((x // 8 + y // 8) % 2 * 255, 90, 4 * x, 255)
    )
    content, style = (PixelBuffer(_SIDE, _SIDE, "rgba-u8", data) for data in (ramp, checks))
    return StyleJob(content, (Style(style),), Settings(quality="draft"), preview_side=0)
