"""Measures the quality and the time of ``draft``, ``normal`` and ``high``: the means of a few pairs at 512 px."""

from __future__ import annotations

import tempfile
from dataclasses import astuple
from pathlib import Path
from statistics import mean
from typing import List, Sequence

from PIL import Image

from tests.benchmarks.images import open_picture
from tests.benchmarks.network import Convolution, load_network
from tests.benchmarks.painting import paint
from tests.benchmarks.pairs import PAIRS, Pair
from tests.benchmarks.quality import MEASURES, Judge
from tests.benchmarks.report import table
from tests.benchmarks.speed import QUALITIES


def levels_table() -> str:
    """Run the benchmark."""
    network = load_network()
    pairs = [pair for pair in PAIRS if pair.size == 512]
    rows = [[level, *_means([_figures(network, pair, level) for pair in pairs])] for level in QUALITIES]
    return table(["quality", "s", *MEASURES], rows)


def _figures(network: Sequence[Convolution], pair: Pair, level: str) -> List[float]:
    with tempfile.TemporaryDirectory() as folder:
        content, style, output = (Path(folder) / name for name in ("content.png", "style.png", "result.png"))
        open_picture(pair.content_path, pair.size).save(content)
        open_picture(pair.style_path, pair.size).save(style)
        painting = paint(content, style, output, quality=level)
        judge = Judge(network, Image.open(content), Image.open(style))
        return [painting.seconds, *astuple(judge.measure(open_picture(output)))]


def _means(figures: Sequence[Sequence[float]]) -> List[str]:
    seconds, *distances = (mean(column) for column in zip(*figures))
    return [f"{seconds:.1f}", *(f"{distance:.3f}" for distance in distances)]
