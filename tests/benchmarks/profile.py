"""Divides the time of a job among its operators. The method can't avoid the share of the convolutions."""

from __future__ import annotations

from typing import Dict, Iterator, List
from unittest.mock import patch

import torch

from nst_core.engine import devices
from nst_core.engine.parallel import torch_threads
from nst_core.engine.stylize import stylize
from nst_core.job.events import Started
from nst_core.job.request import Style, StyleJob
from tests.benchmarks.images import open_picture
from tests.benchmarks.painting import to_buffer
from tests.benchmarks.report import table
from tests.benchmarks.speed import PAIR

SHOWN = 8


def profile_table() -> str:
    """Run the benchmark: the operators that take the most time, in one job at 512 px on one thread."""
    best = devices.convolution_dtype(torch.device("cpu"))
    precisions = dict.fromkeys((torch.float32, best))
    with torch_threads(1):
        rows = [row for dtype in precisions for row in _rows(dtype, _own_seconds(dtype))]
    return table(["precision", "operator", "s", "share of the time"], rows)


def _own_seconds(dtype: torch.dtype) -> Dict[str, float]:
    """Return the seconds in each operator's own code, in the steps of a job with a warm engine."""
    content, style = (to_buffer(open_picture(path, PAIR.size)) for path in (PAIR.content_path, PAIR.style_path))
    job = StyleJob(content, (Style(style),), preview_side=0)
    with patch.object(devices, "convolution_dtype", lambda device: dtype):
        for _ in stylize(job):
            pass
        events = iter(stylize(job))
        while not isinstance(next(events), Started):
            pass
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
            for _ in events:
                pass
    return {entry.key: entry.self_cpu_time_total / 1e6 for entry in profiler.key_averages()}


def _rows(dtype: torch.dtype, own: Dict[str, float]) -> Iterator[List[str]]:
    precision, whole = str(dtype).replace("torch.", ""), sum(own.values())
    convolutions = sum(seconds for name, seconds in own.items() if "conv" in name)
    yield [precision, "all convolutions", *_cells(convolutions, whole)]
    for name in sorted(own, key=lambda name: -own[name])[:SHOWN]:
        yield [precision, f"`{name}`", *_cells(own[name], whole)]


def _cells(part: float, whole: float) -> List[str]:
    return [f"{part:.2f}", f"{100 * part / whole:.1f}%"]
