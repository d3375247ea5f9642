"""Compares films with pictures that are painted one by one: flicker, quality and time.

Flicker is the mean difference between each frame and the frame before it, which is moved by the true motion. Only
visible places count. Time is processor time, so that other programs do not count.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Dict, List, Tuple

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
from tests.benchmarks.motions import MOTIONS, WIDTH, Array, Motion, sample
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


def film_table() -> str:
    """Paint each kind of motion as a film and as single pictures."""
    return table(_HEAD, [_row(name) for name in MOTIONS])


def _row(name: str) -> List[str]:
    motion, style = MOTIONS[name](_FRAMES), to_buffer(Image.fromarray(sample(_STYLES[name], WIDTH)))
    alone, seconds_alone = painted_alone(motion, style)
    film, seconds = painted_as_film(motion, style)
    content = motion.change(motion.frames)
    structures, styles = zip(*(_quality(motion, pictures, style) for pictures in (film, alone)))
    return [
        name,
        *(f"{value:.1f}" for value in (content, 1.5 * content + 2, motion.change(film), motion.change(alone))),
        *(f"{value:.3f}" for value in (*structures, *styles)),
        *(f"{value:.1f}" for value in (seconds, seconds_alone)),
    ]


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
        Judge(network, Image.fromarray(frame), painting).measure(Image.fromarray(picture.astype(np.uint8)))
        for frame, picture in zip(motion.frames[1:], pictures[1:])
    ]
    return tuple(float(np.mean([getattr(q, name) for q in found])) for name in ("structure", "full"))  # type: ignore
