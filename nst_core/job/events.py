"""The events of an engine and its jobs: ready, started, progress, previews, and the end.

The engine itself yields :data:`Event`. A host, whose engine runs in another process, receives :data:`ClientEvent`.
Every job ends with exactly one :class:`Result`, :class:`Failed` or :class:`Canceled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple, Union

from .errors import NeuralStyleError
from .pixels import PixelBuffer


@dataclass(frozen=True)
class Estimate:
    """The expected cost of a job before it starts: its time in ``seconds``, and its peak of ``memory`` in bytes.

    ``quick_size`` is the longest side in pixels of a working size that needs at most a minute. It is 0 if the job
    itself is that fast, or if no useful size is. ``problem`` is the reason why the job can't be painted; it is empty if
    it can be painted. ``size`` is the longest side in pixels of the size that would be painted; 0 if it is not known.
    """

    seconds: float
    memory: int
    quick_size: int
    problem: str = ""
    size: int = 0


@dataclass(frozen=True)
class Started:
    """The job begins on ``device``. ``sizes`` are the widths and heights of its canvases, from coarse to fine.

    ``memory`` is the estimated peak in bytes, ``seconds`` the estimated time, ``tile`` the side in pixels of the tiles
    of the finest canvas (0: it has no tiles).
    """

    device: str
    sizes: Tuple[Tuple[int, int], ...]
    memory: int
    seconds: float
    tile: int


@dataclass(frozen=True)
class Progress:
    """The progress of the job: the finished ``fraction`` (0..1) of the work, and about ``seconds_left`` until its end.

    ``scale`` is the longest side in pixels of the current canvas, ``step`` the optimizer's step on it, ``loss`` the
    value of the objective (it can be compared only within one scale).
    """

    fraction: float
    seconds_left: float
    scale: int
    step: int
    loss: float


@dataclass(frozen=True)
class Preview:
    """The unfinished picture as ``rgba-u8``. Its longest side is at most the job's ``preview_side``."""

    pixels: PixelBuffer


@dataclass(frozen=True)
class Notice:
    """A message to the user while the job continues, for example that the CPU is used instead of the GPU."""

    text: str


@dataclass(frozen=True)
class Result:
    """The end of a job: ``pixels`` in the job's ``result_format`` and in the content's size.

    ``complete`` is False if the job was stopped, so the picture is not finished. ``seconds`` is the duration of the
    job. ``seed``, ``device`` and ``size`` (the working size, 0: the full size) are the values that were used.
    """

    pixels: PixelBuffer
    complete: bool
    seconds: float
    device: str
    seed: int
    size: int = 0


@dataclass(frozen=True)
class Ready:
    """The engine is loaded. ``devices`` are the ones that it can use, the preferred one first."""

    engine_version: str
    devices: Tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """The job failed with ``error``. If there is no job, the start of the engine failed.

    The next job starts a new engine if this one has ended.
    """

    error: NeuralStyleError


@dataclass(frozen=True)
class Canceled:
    """The job was stopped, and its picture was discarded."""


Event = Union[Started, Progress, Preview, Notice, Result]
ClientEvent = Union[Ready, Estimate, Event, Failed, Canceled]
