"""Checks memory budgets: at each size, the smallest accepted budget, and the peak memory."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator, List

from tests.benchmarks.large import STYLE, collage
from tests.benchmarks.painting import paint, painting_command
from tests.benchmarks.report import table

SIDES = (64, 256, 512, 1024, 2048, 3840)
REFUSED = 0.1  # GiB, less than torch alone needs


def memory_table() -> str:
    """Run the benchmark: drafts of pictures in 16:9, each in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        return table(["longest side", "smallest budget, GiB", "peak, GiB", "tile", "s"], _rows(Path(folder)))


def smallest_budget(content: Path, style: Path, output: Path) -> float:
    """Return the smallest budget in GiB. The engine names it when it refuses a smaller one."""
    command = painting_command(content, style, output, quality="draft", memory=REFUSED)
    refusal = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    named = re.search(r"Allow ([\d.]+) GiB", refusal)
    if not named:
        raise RuntimeError(f"No budget was named: {refusal}")
    return float(named.group(1))


def _rows(folder: Path) -> Iterator[List[str]]:
    for side in SIDES:
        content, output = folder / "content.png", folder / "result.png"
        collage((side, side * 9 // 16)).save(content)
        budget = smallest_budget(content, STYLE, output)
        painting = paint(content, STYLE, output, quality="draft", memory=budget)
        peak = f"{painting.peak / 2**30:.2f}"
        yield [str(side), f"{budget:.2f}", peak, str(painting.tile), f"{painting.seconds:.1f}"]
