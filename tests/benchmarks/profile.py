"""Where the time of a job goes: the share of it inside convolutions, which is what the method can't do without."""

from __future__ import annotations

import time
from typing import Dict, Iterator, List

import torch

from nst_core.bridge.events import Started
from nst_core.bridge.job import Style, StyleJob
from nst_core.bridge.settings import Settings
from nst_core.engine.stylize import stylize
from tests.benchmarks.images import open_picture
from tests.benchmarks.painting import to_buffer
from tests.benchmarks.report import table
from tests.benchmarks.speed import PAIR

SHOWN = 8


def profile_table() -> str:
    """The operators of the steps of one job at 512 px with the most time of their own, as shares of the whole."""
    content, style = (to_buffer(open_picture(path, PAIR.size)) for path in (PAIR.content_path, PAIR.style_path))
    job = StyleJob(content, (Style(style),), Settings(), preview_side=0)
    for _ in stylize(job):
        pass  # loads the network and the style's statistics, which are kept
    events = iter(stylize(job))
    while not isinstance(next(events), Started):
        pass
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        begin = time.monotonic()
        for _ in events:
            pass
        seconds = time.monotonic() - begin
    own = {entry.key: entry.self_cpu_time_total / 1e6 for entry in profiler.key_averages()}
    return table(["operator", "share of the time"], _rows(own, seconds))


def _rows(own: Dict[str, float], seconds: float) -> Iterator[List[str]]:
    yield ["all convolutions", _percent(sum(time for name, time in own.items() if "conv" in name), seconds)]
    for name in sorted(own, key=lambda name: -own[name])[:SHOWN]:
        yield [f"`{name}`", _percent(own[name], seconds)]


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}%"
