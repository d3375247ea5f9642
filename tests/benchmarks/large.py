"""Canvases as artists use them: time, time per pixel and peak resident memory of 4K, 8K and A4 at 600 dpi."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator, List, Tuple

from PIL import Image, ImageOps

from tests.benchmarks.images import SAMPLES, open_picture
from tests.benchmarks.painting import Painting, paint
from tests.benchmarks.report import table

CANVASES = {"4K": (3840, 2160), "8K": (7680, 4320), "A4 at 600 dpi": (4960, 7016)}
CONTENTS = ("coffee", "chelsea", "astronaut", "auvers")
STYLE = SAMPLES / "great_wave.jpg"


def collage(size: Tuple[int, int]) -> Image.Image:
    """The contents, two by two, each cropped and enlarged to fill its quarter of ``size``."""
    canvas = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, name in enumerate(CONTENTS):
        corner = (index % 2 * width, index // 2 * height)
        picture = open_picture(SAMPLES / f"{name}.jpg")
        canvas.paste(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS), corner)
    return canvas


def large_table() -> str:
    """Every canvas in normal quality, one after the other."""
    rows = [_row(name, painting) for name, painting in paintings(Path(tempfile.mkdtemp()))]
    return table(["canvas", "size", "s", "s a megapixel", "peak GiB", "announced GiB", "announced s", "tile"], rows)


def paintings(folder: Path) -> Iterator[Tuple[str, Painting]]:
    """Paints every canvas; the pictures stay in ``folder``."""
    for name, size in CANVASES.items():
        content = folder / f"{name}.png"
        collage(size).save(content, compress_level=1)
        yield name, paint(content, STYLE, folder / f"{name} result.png")


def _row(name: str, painting: Painting) -> List[str]:
    width, height = CANVASES[name]
    per_megapixel = painting.seconds / (width * height / 1e6)
    memory = (f"{amount / 2**30:.2f}" for amount in (painting.peak, painting.promised))
    times = f"{painting.seconds:.0f}", f"{per_megapixel:.1f}"
    return [name, f"{width}x{height}", *times, *memory, f"{painting.promised_seconds:.0f}", str(painting.tile)]
