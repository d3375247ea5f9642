"""The events of an engine and its jobs: ready, started, progress, previews, and the end.

The engine itself yields :data:`Event`; a host, which talks to an engine in another process, receives
:data:`ClientEvent`. Every job ends in exactly one :class:`Result`, :class:`Failed` or :class:`Canceled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple, Union

from .errors import NeuralStyleError
from .pixels import PixelBuffer


@dataclass(frozen=True)
class Estimate:
    """The expected cost of a job that was not started: ``seconds`` of time and ``memory``, the peak in bytes.

    ``quick_size`` is the longest side in pixels of a working size that takes no longer than a minute; 0 if the job
    itself is that fast, or if no useful size is. ``problem`` is the reason why the job can't be painted; empty if it
    can. ``size`` is the longest side in pixels at which it would be painted; 0 if that is not known.
    """

    seconds: float
    memory: int
    quick_size: int
    problem: str = ""
    size: int = 0


@dataclass(frozen=True)
class Started:
    """The job begins on ``device``, on canvases of ``sizes`` (width, height; coarse to fine).

    ``memory`` is the estimated peak in bytes, ``seconds`` the estimated time, ``tile`` the side in pixels of the tiles
    of the finest canvas (0: it is one piece).
    """

    device: str
    sizes: Tuple[Tuple[int, int], ...]
    memory: int
    seconds: float
    tile: int


@dataclass(frozen=True)
class Progress:
    """``fraction`` of the whole work is done (0..1), with about ``seconds_left`` to go.

    ``scale`` is the longest side in pixels of the current canvas, ``step`` the optimizer's step on it, ``loss`` the
    value of the objective (comparable within one scale only).
    """

    fraction: float
    seconds_left: float
    scale: int
    step: int
    loss: float


@dataclass(frozen=True)
class Preview:
    """The picture so far as ``rgba-u8``, its longest side within the job's ``preview_side``."""

    pixels: PixelBuffer


@dataclass(frozen=True)
class Notice:
    """A message to the user while the job continues, such as a fallback to the CPU."""

    text: str


@dataclass(frozen=True)
class Result:
    """The end of a job: ``pixels`` in the job's ``result_format`` and the content's size.

    ``complete`` is False if the job was stopped and this is the picture so far. ``seconds`` is the time of the job;
    ``seed``, ``device`` and the working ``size`` (0: the full size) are those that were used.
    """

    pixels: PixelBuffer
    complete: bool
    seconds: float
    device: str
    seed: int
    size: int = 0


@dataclass(frozen=True)
class Ready:
    """The engine is loaded: its version, and the devices that it can use, the preferred one first."""

    engine_version: str
    devices: Tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """The job (or, without one, the start of the engine) ended in ``error``. The next job starts a new engine."""

    error: NeuralStyleError


@dataclass(frozen=True)
class Canceled:
    """The job was stopped, and its picture was discarded."""


Event = Union[Started, Progress, Preview, Notice, Result]
ClientEvent = Union[Ready, Estimate, Event, Failed, Canceled]
