"""Canvases as artists use them: time, time per pixel and peak resident memory of 4K, 8K and A4 at 600 dpi."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator, List, Tuple

from PIL import Image, ImageOps

from tests.benchmarks.images import SAMPLES, open_picture
from tests.benchmarks.painting import Painting, paint
from tests.benchmarks.report import table
from tests.benchmarks.seams import seam_ratio

CANVASES = {"4K": (3840, 2160), "8K": (7680, 4320), "A4 at 600 dpi": (4960, 7016)}
BUDGETS = {"4K": 4, "8K": 6, "A4 at 600 dpi": 6}  # GiB
CONTENTS = ("coffee", "chelsea", "astronaut", "auvers")
HEAD = ["canvas", "size", "s", "s a megapixel", "peak GiB", "announced GiB", "announced s", "tile", "seams"]
STYLE = SAMPLES / "great_wave.jpg"


def collage(size: Tuple[int, int]) -> Image.Image:
    """The contents, two by two, each cropped and enlarged to fill its part of ``size``.

    They meet at 5/11 of both sides, where no tiles do: a border of the content must not pass for a seam.
    """
    canvas = Image.new("RGB", size)
    (left, top), (width, height) = (side * 5 // 11 for side in size), size
    boxes = ((0, 0, left, top), (left, 0, width, top), (0, top, left, height), (left, top, width, height))
    for name, box in zip(CONTENTS, boxes):
        picture = open_picture(SAMPLES / f"{name}.jpg")
        part = (box[2] - box[0], box[3] - box[1])
        canvas.paste(ImageOps.fit(picture, part, Image.Resampling.LANCZOS), box[:2])
    return canvas


def large_table() -> str:
    """Every canvas in normal quality, one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="large-canvases-"))
    rows = [_row(name, painting, folder) for name, painting in paintings(folder)]
    return f"{table(HEAD, rows)}\n\nThe pictures are in {folder}."


def paintings(folder: Path) -> Iterator[Tuple[str, Painting]]:
    """Paints every canvas; the pictures stay in ``folder``."""
    for name, size in CANVASES.items():
        content = folder / f"{name}.png"
        collage(size).save(content, compress_level=1)
        yield name, paint(content, STYLE, result_path(folder, name), memory=BUDGETS[name])


def result_path(folder: Path, name: str) -> Path:
    """Where the painting of a canvas is kept."""
    return folder / f"{name} result.png"


def _row(name: str, painting: Painting, folder: Path) -> List[str]:
    width, height = CANVASES[name]
    per_megapixel = painting.seconds / (width * height / 1e6)
    memory = (f"{amount / 2**30:.2f}" for amount in (painting.peak, painting.promised))
    times = f"{painting.seconds:.0f}", f"{per_megapixel:.1f}"
    seams = seam_ratio(Image.open(result_path(folder, name)), painting.tile)
    promised = f"{painting.promised_seconds:.0f}", str(painting.tile)
    return [name, f"{width}x{height}", *times, *memory, *promised, f"{seams:.3f}"]
