"""Paints large canvases, 4K, 8K and A4 at 600 dpi: time, time per pixel and peak resident memory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import List, Tuple

from PIL import Image, ImageOps

from tests.benchmarks.images import SAMPLES, open_picture
from tests.benchmarks.painting import PaintedPicture, paint
from tests.benchmarks.report import table
from tests.benchmarks.seams import seam_ratio

#: Width, height and the budget of memory in GiB.
CANVASES = {"4k": (3840, 2160, 4), "8k": (7680, 4320, 6), "a4": (4960, 7016, 6)}
CONTENTS = ("coffee", "chelsea", "astronaut", "auvers")
HEAD = ["canvas", "s", "s a megapixel", "CPU s", "peak GiB", "announced GiB", "announced s", "tile", "seams"]
STYLE = SAMPLES / "great_wave.jpg"


def collage(size: Tuple[int, int]) -> Image.Image:
    """Arrange four contents, two by two. Each is cropped and enlarged to fill its part of ``size``.

    They meet at 5/11 of both sides. No tiles meet there, so that a border of the content does not count as a seam.
    """
    canvas = Image.new("RGB", size)
    (left, top), (width, height) = (side * 5 // 11 for side in size), size
    boxes = ((0, 0, left, top), (left, 0, width, top), (0, top, left, height), (left, top, width, height))
    for name, box in zip(CONTENTS, boxes):
        picture = open_picture(SAMPLES / f"{name}.jpg")
        part = (box[2] - box[0], box[3] - box[1])
        canvas.paste(ImageOps.fit(picture, part, Image.Resampling.LANCZOS), box[:2])
    return canvas


def large_table(name: str) -> str:
    """Run the benchmark: one canvas in normal quality.

    Its pictures stay in a temporary folder, whose name is printed.
    """
    width, height, budget = CANVASES[name]
    folder = Path(tempfile.mkdtemp(prefix=f"canvas-{name}-"))
    content, output = folder / "content.png", folder / "result.png"
    collage((width, height)).save(content, compress_level=1)
    painting = paint(content, STYLE, output, memory=budget)
    print(f"The pictures are in {folder}.")
    return table(HEAD, [_row(width * height, painting, seam_ratio(Image.open(output), painting.tile))])


def _row(pixels: int, painting: PaintedPicture, seams: float) -> List[str]:
    width, height = painting.sizes[-1]
    times = f"{painting.seconds:.0f}", f"{painting.seconds / pixels * 1e6:.1f}", f"{painting.cpu:.0f}"
    memory = (f"{amount / 2**30:.2f}" for amount in (painting.peak, painting.announced))
    announced = f"{painting.announced_seconds:.0f}", str(painting.tile)
    return [f"{width}x{height}", *times, *memory, *announced, f"{seams:.3f}"]
