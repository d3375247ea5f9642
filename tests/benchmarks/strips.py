"""Joins pictures in a row: content, style, pastiche's complete run, and ours."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from PIL import Image

from tests.benchmarks.pairs import Pair

STRIPS = Path(__file__).parent / "pictures"
GAP = 6  # white pixels between two pictures


def strip(pictures: Sequence[Image.Image]) -> Image.Image:
    """Join the pictures in a row, all resized to the height of the first."""
    height = pictures[0].height
    fitted = [picture.resize((round(picture.width * height / picture.height), height)) for picture in pictures]
    row = Image.new("RGB", (sum(picture.width + GAP for picture in fitted) - GAP, height), "white")
    left = 0
    for picture in fitted:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    return row


def store_strip(pair: Pair, pictures: Sequence[Image.Image]) -> None:
    """Store the row of one pair as ``pictures/PAIR.jpg``."""
    STRIPS.mkdir(exist_ok=True)
    strip(pictures).save(STRIPS / f"{pair.name}.jpg", quality=85, optimize=True)
