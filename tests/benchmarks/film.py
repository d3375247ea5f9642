"""Compares films with pictures that are painted one by one: flicker, quality and time.

Flicker is the mean difference between each frame and the frame before it, which is moved by the true motion. Only
visible places count. A fade is measured twice: in the light of its first frame, so that only other changes count, and
as a viewer sees it. Time is processor time, so that other programs do not count.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import numpy as np
from PIL import Image

from nst_core.film import light
from nst_core.film.arrays import array_of
from nst_core.film.journal import Journal
from nst_core.film.plan import whole
from nst_core.film.sequence import Film
from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.motions import MOTIONS, WIDTH, Array, Motion, in_light_of_first, sample
from tests.benchmarks.network import load_network
from tests.benchmarks.painting import to_buffer
from tests.benchmarks.quality import Judge
from tests.benchmarks.report import table

#: The number of frames of each film, and its style.
_FRAMES = 5
_STYLES = {
    "pan": "great_wave", "zoom": "auvers", "moving object": "auvers", "fade": "great_wave", "cut": "poppies",
}  # fmt: skip

_HEAD = (
    "film", "flicker: content", "allowed", "film", "one by one", "structure: film", "one by one", "style: film",
    "one by one", "CPU s: film", "one by one",
)  # fmt: skip


_FADE_HEAD = ("fade", "light of the last frame", "flicker as it is seen", "structure", "style as it is seen")


def film_table() -> str:
    """Paint each kind of motion as a film and as single pictures, and the fades as a viewer sees them."""
    measured = {name: _Measured.of(MOTIONS[name](_FRAMES), _STYLES[name]) for name in MOTIONS}
    fades = [row for found in measured.values() if found.motion.fades for row in found.seen_rows()]
    films = table(_HEAD, [[name, *found.cells()] for name, found in measured.items()])
    return f"{films}\n\n{table(_FADE_HEAD, fades)}"


@dataclass(frozen=True)
class _Measured:
    """The frames of a motion, painted as a ``film`` and ``alone``, and the seconds for one frame."""

    motion: Motion
    style: PixelBuffer
    film: List[Array]
    alone: List[Array]
    seconds: Tuple[float, float]

    @classmethod
    def of(cls, motion: Motion, style_name: str) -> _Measured:
        """Paint a motion in both ways."""
        style = to_buffer(Image.fromarray(sample(style_name, WIDTH)))
        alone, seconds_alone = painted_alone(motion, style)
        film, seconds = painted_as_film(motion, style)
        return cls(motion, style, film, alone, (seconds, seconds_alone))

    def cells(self) -> List[str]:
        """Return the figures. Those of a fade are measured in the light of its first frame."""
        pictures = [self.motion.frames, self.film, self.alone]
        if self.motion.fades:
            pictures = [in_light_of_first(each) for each in pictures]
        content, film, alone = (self.motion.change(each) for each in pictures)
        structures, styles = zip(*(_quality(self.motion, each, self.style) for each in pictures[1:]))
        return [
            *(f"{value:.1f}" for value in (content, 1.5 * content + 2, film, alone)),
            *(f"{value:.3f}" for value in (*structures, *styles)),
            *(f"{value:.1f}" for value in self.seconds),
        ]

    def seen_rows(self) -> Iterator[List[str]]:
        """Yield the light and the figures of a fade as a viewer sees it."""
        for name, pictures in (("content", self.motion.frames), ("film", self.film), ("one by one", self.alone)):
            light_left = pictures[-1].mean() / pictures[0].mean()
            quality = [f"{value:.3f}" for value in _quality(self.motion, pictures, self.style)]
            yield [name, f"{light_left:.2f}", f"{self.motion.change(pictures):.1f}", *quality]


def painted_alone(motion: Motion, style: PixelBuffer) -> Tuple[List[Array], float]:
    """Paint each frame as a single picture. Return the pictures, and the median of their processor seconds."""
    seconds, results = [], []
    for frame in motion.frames:
        began = time.process_time()
        results.append(array_of(_paint(_job(frame, style)))[..., :3].astype(np.float32))
        seconds.append(time.process_time() - began)
    return results, float(np.median(seconds))


def painted_as_film(motion: Motion, style: PixelBuffer, **settings: object) -> Tuple[List[Array], float]:
    """Paint the frames as a film.

    Return them, and the median of the processor seconds of all frames after the first.
    """
    results: Dict[int, Array] = {}
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        plan = whole(len(motion.frames), settings.get("quality") == "high", loop=False)
        lighting = light.measured(array_of(to_buffer(Image.fromarray(frame))) for frame in motion.frames)
        film = Film(plan, lighting, lambda i: _job(motion.frames[i], style, **settings), _paint, Journal(Path(folder)))
        began = time.process_time()
        for painted in film.run():
            results[painted.step.frame] = array_of(painted.pixels)[..., :3].astype(np.float32)
            if not painted.begins_shot:
                seconds.append(time.process_time() - began)
            began = time.process_time()
    return [results[i] for i in range(len(motion.frames))], float(np.median(seconds))


def _job(frame: Array, style: PixelBuffer, **settings: object) -> StyleJob:
    chosen = Settings(device="cpu", **settings)  # type: ignore[arg-type]
    content = to_buffer(Image.fromarray(frame))
    return StyleJob(content, (Style(style),), chosen, preview_side=0, result_format="rgba-u8")


def _paint(job: StyleJob) -> PixelBuffer:
    from nst_core.engine.stylize import stylize

    return next(event.pixels for event in stylize(job) if isinstance(event, Result))


def _quality(motion: Motion, pictures: List[Array], style: PixelBuffer) -> Tuple[float, float]:
    """Return the mean distances of structure and style of the frames after the first. 0 is equal."""
    network, painting = load_network(), Image.fromarray(array_of(style)[..., :3])
    found = [
        Judge(network, Image.fromarray(frame), painting).measure(Image.fromarray(picture.clip(0, 255).astype(np.uint8)))
        for frame, picture in zip(motion.frames[1:], pictures[1:])
    ]
    return tuple(float(np.mean([getattr(q, name) for q in found])) for name in ("structure", "full"))  # type: ignore
