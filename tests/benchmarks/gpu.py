"""Compares a graphics card with the processor: time, memory, difference of pictures, and jobs that lack memory.

The card must have 8 GiB of memory or more, and torch must be able to use it.
"""

from __future__ import annotations

from typing import Callable, Iterator, List, Tuple

import torch
from PIL import Image, ImageChops, ImageStat

from nst_core.engine.stylize import stylize
from nst_core.job.events import Notice, Result
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.images import open_picture
from tests.benchmarks.large import CANVASES, STYLE, collage
from tests.benchmarks.network import load_network
from tests.benchmarks.painting import PaintedPicture, Value, from_buffer, to_buffer, watch
from tests.benchmarks.quality import MEASURES, Judge
from tests.benchmarks.report import table
from tests.benchmarks.speed import PAIR

GIB = 2**30
CANVAS_HEAD = ("canvas", "budget GiB", "s", "announced s", "peak GiB", "announced GiB", "tile")

#: The canvases, each with its budget in GiB (0: the engine chooses).
SIZES = (*(((side, side * 9 // 16), 0) for side in (512, 1024, 2048)), *((CANVASES[name][:2], 0) for name in CANVASES))
BUDGETS = tuple((CANVASES["4k"][:2], budget) for budget in (2, 4))

#: The free GiB of the card for 1024 px: one amount is enough for smaller tiles, the other is not enough at all.
MEMORY_LEFT = (0.5, 0.3, 0.01)


def has_card() -> bool:
    """Return True if this machine has a card that torch can use."""
    return torch.cuda.is_available()


def gpu_table() -> str:
    """Run the benchmark, and return all tables."""
    _paint((64, 64))  # loads the libraries of the card
    return "\n\n".join(
        [
            f"{torch.cuda.get_device_name()}, {torch.cuda.get_device_properties(0).total_memory / GIB:.0f} GiB",
            table(CANVAS_HEAD, map(_canvas, (*SIZES, *BUDGETS))),
            table(["512 px on", "s", *MEASURES], _agreement()),
            table(["memory left, GiB", "painted by", "notices"], map(_with_little_memory, MEMORY_LEFT)),
        ]
    )


def _job(size: Tuple[int, int], **settings: Value) -> StyleJob:
    style = open_picture(STYLE)
    return StyleJob(to_buffer(collage(size)), (Style(to_buffer(style)),), Settings.from_dict(settings))


def _paint(size: Tuple[int, int], **settings: Value) -> Tuple[PaintedPicture, int]:
    """Paint, and return the painting and the peak of the card's memory in bytes."""
    job = _job(size, **settings)
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    painting, _ = watch(job)
    return painting, torch.cuda.max_memory_reserved()


def _canvas(sized: Tuple[Tuple[int, int], int]) -> List[str]:
    (width, height), budget = sized
    painting, peak = _paint((width, height), memory=budget)
    times = f"{painting.seconds:.1f}", f"{painting.announced_seconds:.1f}"
    memory = f"{peak / GIB:.2f}", f"{painting.announced / GIB:.2f}"
    return [f"{width}x{height}", str(budget or "own"), *times, *memory, str(painting.tile)]


def _agreement() -> Iterator[List[str]]:
    """Run the same job on the card and on the processor, and measure the difference of the two pictures."""
    content, style = (open_picture(path, PAIR.size) for path in (PAIR.content_path, PAIR.style_path))
    judge = Judge(load_network(), content, style)
    pictures = []
    for device in ("cuda", "cpu"):
        job = StyleJob(to_buffer(content), (Style(to_buffer(style)),), Settings(device=device))
        painting, pixels = watch(job)
        pictures.append(from_buffer(pixels))
        yield [device, f"{painting.seconds:.1f}", *judge.measure(pictures[-1]).cells()]
    yield ["gray levels between them", f"{_difference(*pictures):.1f}", *[""] * len(MEASURES)]


def _difference(a: Image.Image, b: Image.Image) -> float:
    """Return the mean absolute difference in gray levels."""
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def _with_little_memory(gibibytes: float) -> List[str]:
    """Run a job on a card that has less free memory than it reports."""
    job = _job((1024, 576), quality="draft")
    torch.cuda.empty_cache()
    whole = torch.cuda.get_device_properties(0).total_memory
    limit: Callable[[float], None] = torch.cuda.set_per_process_memory_fraction
    limit((gibibytes * GIB + torch.cuda.memory_reserved()) / whole)
    try:
        events = list(stylize(job))
    finally:
        limit(1.0)
    results = [event.device for event in events if isinstance(event, Result)]
    notices = [event.text for event in events if isinstance(event, Notice)]
    return [f"{gibibytes:g}", *results, " ".join(notices)]
