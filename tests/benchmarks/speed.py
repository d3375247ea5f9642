"""Compares the time and the quality of one picture with the peers, all in one run on one machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from tests.benchmarks.contenders import CONTENDERS, Cost
from tests.benchmarks.full_runs import kept_picture
from tests.benchmarks.images import open_picture
from tests.benchmarks.network import load_network
from tests.benchmarks.painting import paint
from tests.benchmarks.pairs import Pair
from tests.benchmarks.quality import MEASURES, Judge, Quality
from tests.benchmarks.report import table

PAIR = Pair("chelsea", "great_wave", 512)
QUALITIES = ("draft", "normal", "high")
#: The stored complete results of programs whose time is measured with fewer steps.
FINISHED = {"pastiche": kept_picture(PAIR), "single-scale loop": None}
HEAD = ["", "s", "times ours", "CPU s", "times ours", *MEASURES]


class Outcome(NamedTuple):
    """The cost and the quality of one program's picture."""

    cost: Cost
    quality: Optional[Quality]


def speed_table() -> str:
    """Run the benchmark: one pair at 512 px by all programs, with times relative to our normal quality."""
    with tempfile.TemporaryDirectory() as folder:
        content, style, output = (Path(folder) / name for name in ("content.png", "style.png", "result.png"))
        open_picture(PAIR.content_path, PAIR.size).save(content)
        open_picture(PAIR.style_path, PAIR.size).save(style)
        judge = Judge(load_network(), open_picture(content), open_picture(style))
        outcomes: Dict[str, Outcome] = {}
        for level in QUALITIES:
            ours = paint(content, style, output, quality=level)
            outcomes[f"ours, {level}"] = Outcome(Cost(ours.seconds, ours.cpu), judge.measure(open_picture(output)))
        for name, contender in CONTENDERS.items():
            cost = contender(content, style, output)
            result = FINISHED.get(name, output)
            judged = judge.measure(open_picture(result)) if result and result.exists() else None
            outcomes[name] = Outcome(cost, judged)
    return table(HEAD, _rows(outcomes))


def _rows(outcomes: Dict[str, Outcome]) -> List[List[str]]:
    ours = outcomes["ours, normal"].cost
    return [[name, *_costs(outcome.cost, ours), *_quality(outcome.quality)] for name, outcome in outcomes.items()]


def _costs(cost: Cost, ours: Cost) -> List[str]:
    return [f"{cost.wall:.1f}", f"{cost.wall / ours.wall:.2f}", f"{cost.cpu:.1f}", f"{cost.cpu / ours.cpu:.2f}"]


def _quality(quality: Optional[Quality]) -> List[str]:
    return quality.cells() if quality else [""] * len(MEASURES)
