"""Compares quality with the complete runs of pastiche.

Both get the same two files and the measures of :mod:`.quality`.
"""

from __future__ import annotations

import tempfile
from dataclasses import astuple
from pathlib import Path
from statistics import mean
from typing import Iterator, List, NamedTuple, Sequence

from PIL import Image

from tests.benchmarks.full_runs import kept_picture
from tests.benchmarks.images import FILTERS, open_picture
from tests.benchmarks.network import load_network
from tests.benchmarks.painting import PaintedPicture, paint
from tests.benchmarks.pairs import PAIRS, Pair
from tests.benchmarks.quality import MEASURES, Judge, Quality
from tests.benchmarks.report import table
from tests.benchmarks.strips import store_strip

HEAD = ["pair", "size", *MEASURES, f"ours: {MEASURES[0]}", *MEASURES[1:], "s"]


class Comparison(NamedTuple):
    """The quality of one pair: of pastiche's picture, and of this engine's."""

    pair: Pair
    theirs: Quality
    ours: Quality
    painting: PaintedPicture


def compare(pairs: Sequence[Pair], filter_name: str) -> Iterator[Comparison]:
    """Paint each pair that has a stored run of pastiche, and judge both pictures.

    One of FILTERS resizes the samples.
    """
    network = load_network()
    for pair in (pair for pair in pairs if kept_picture(pair).exists()):
        with tempfile.TemporaryDirectory() as folder:
            content, style, output = (Path(folder) / name for name in ("content.png", "style.png", "result.png"))
            open_picture(pair.content_path, pair.size, filter_name).save(content)
            open_picture(pair.style_path, pair.size, filter_name).save(style)
            painting = paint(content, style, output)
            pictures = [Image.open(path).convert("RGB") for path in (content, style, kept_picture(pair), output)]
        judge = Judge(network, pictures[0], pictures[1])
        if filter_name == "bilinear":
            store_strip(pair, pictures)
        yield Comparison(pair, judge.measure(pictures[2]), judge.measure(pictures[3]), painting)


def quality_tables() -> str:
    """Run the benchmark: one table with the pixels that pastiche got, and one with sharper pixels."""
    return "\n\n".join(f"Pictures brought to size by the {name} filter:\n\n{_table(name)}" for name in FILTERS)


def _table(filter_name: str) -> str:
    found = list(compare(PAIRS, filter_name))
    rows = [
        [c.pair.title, str(c.pair.size), *c.theirs.cells(), *c.ours.cells(), f"{c.painting.seconds:.1f}"] for c in found
    ]
    for size in sorted({c.pair.size for c in found}):
        rows.extend(_ratios([c for c in found if c.pair.size == size], size))
    return table(HEAD, rows)


def _ratios(found: List[Comparison], size: int) -> Iterator[List[str]]:
    ratios = [[ours / theirs for ours, theirs in zip(astuple(c.ours), astuple(c.theirs))] for c in found]
    for name, summary in (("mean ratio", mean), ("worst ratio", max)):
        columns = [f"{summary(column):.3f}" for column in zip(*ratios)]
        yield [f"{name} of {len(found)}", str(size), *[""] * len(MEASURES), *columns, ""]
