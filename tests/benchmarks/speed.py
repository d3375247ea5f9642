"""The time of a picture against the peers' times, all in one run on one machine, as ratios."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Dict, List

from tests.benchmarks.contenders import PEERS, Cost
from tests.benchmarks.images import open_picture
from tests.benchmarks.painting import paint
from tests.benchmarks.pairs import Pair
from tests.benchmarks.report import table

PAIR = Pair("chelsea", "great_wave", 512)
QUALITIES = ("draft", "normal", "high")


def speed_table() -> str:
    """Seconds at 512 px, and how many times those of our default quality that is."""
    with tempfile.TemporaryDirectory() as folder:
        content, style, output = (Path(folder) / name for name in ("content.png", "style.png", "result.png"))
        open_picture(PAIR.content_path, PAIR.size).save(content)
        open_picture(PAIR.style_path, PAIR.size).save(style)
        costs: Dict[str, Cost] = {}
        for quality in QUALITIES:
            ours = paint(content, style, output, quality=quality)
            costs[f"ours, {quality}"] = Cost(ours.seconds, ours.cpu)
        for name, peer in PEERS.items():
            costs[name] = peer(content, style, output)
    return table(["", "s", "times ours", "CPU s", "times ours"], _rows(costs))


def _rows(costs: Dict[str, Cost]) -> List[List[str]]:
    ours = costs["ours, normal"]
    return [
        [name, f"{cost.wall:.1f}", f"{cost.wall / ours.wall:.2f}", f"{cost.cpu:.1f}", f"{cost.cpu / ours.cpu:.2f}"]
        for name, cost in costs.items()
    ]
