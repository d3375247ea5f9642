"""Checks that a memory budget limits jobs of every shape: the smallest accepted budget, and the peak of the memory.

Each job runs in its own process, because the peak of resident memory is one number for each process.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from typing import Any, Callable, Dict, Iterator, List, Tuple

from nst_core.engine.stylize import stylize
from nst_core.job.errors import MemoryBudgetTooSmall
from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer, byte_count
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.report import table

#: GiB, less than torch alone needs. The refusal then names a sufficient budget.
_REFUSED = 0.01


def budgets_table() -> str:
    """Run the benchmark with drafts of random pictures."""
    return table(["job", "smallest budget, GiB", "peak, GiB", "peak of the refusal, GiB"], _rows())


def _picture(width: int, height: int, pixel_format: str = "rgba-u8") -> PixelBuffer:
    return PixelBuffer(width, height, pixel_format, os.urandom(byte_count(width, height, pixel_format)))


def _opaque(width: int, height: int) -> PixelBuffer:
    data = bytearray(os.urandom(width * height * 4))
    data[3::4] = b"\xff" * (width * height)
    return PixelBuffer(width, height, "rgba-u8", bytes(data))


def _mask(width: int, height: int) -> PixelBuffer:
    return _picture(width, height, "gray-u8")


def _job(content: PixelBuffer, styles: Tuple[Style, ...], settings: Dict[str, Any], **more: Any) -> StyleJob:
    return StyleJob(content, styles, Settings(device="cpu", **{"quality": "draft", **settings}), **more)


def _plain(side: int, **settings: Any) -> StyleJob:
    return _job(_opaque(side, side), (Style(_opaque(256, 256)),), settings)


def _with_regions(side: int, count: int, **settings: Any) -> StyleJob:
    styles = tuple(Style(_opaque(128, 128), region=_mask(side, side)) for _ in range(count))
    return _job(_opaque(side, side), styles, settings)


def _with_everything(side: int, **settings: Any) -> StyleJob:
    content, mask = _picture(side, side), _mask(side, side)
    styles = tuple(Style(_picture(512, 512), 1.0, "", mask, _mask(512, 512)) for _ in range(8))
    more = {"seamless": "both", "color": "luminance", "init": "picture", **settings}
    return _job(content, styles, more, selection=mask, keep_mask=mask, initial=_picture(side, side))


JOBS: Dict[str, Callable[[], StyleJob]] = {
    "512 px": lambda: _plain(512),
    "2048 px": lambda: _plain(2048),
    "2048 px, normal": lambda: _plain(2048, quality="normal"),
    "64 px, style of 4096 px": lambda: _job(_opaque(64, 64), (Style(_opaque(4096, 4096)),), {}),
    "64 px, transparent style of 4096 px": lambda: _job(_opaque(64, 64), (Style(_picture(4096, 4096)),), {}),
    "4096 px, painted at 256 px": lambda: _plain(4096, size=256),
    "4096 px, painted at 256 px, 8 regions": lambda: _with_regions(4096, 8, size=256),
    "1024 px, 32 regions": lambda: _with_regions(1024, 32),
    "1024 px, 32 regions, texture": lambda: _with_regions(1024, 32, mode="texture"),
    "1024 px, everything": lambda: _with_everything(1024),
    "1024 px, everything, high, half strength": lambda: _with_everything(1024, quality="high", strength=0.5),
    "2048 px, seamless": lambda: _plain(2048, seamless="both"),
    "2048 px, previews of 2048 px": lambda: _job(
        _opaque(2048, 2048), (Style(_opaque(256, 256)),), {}, preview_side=2048
    ),
    "1536 px, colors of the content": lambda: _plain(1536, color="content"),
}


def _rows() -> Iterator[List[str]]:
    for name in JOBS:
        refusal, peak = _run(name, _REFUSED)
        named = re.search(r"Allow ([\d.]+) GiB", refusal)
        if not named:
            raise RuntimeError(f"No budget was named: {refusal}")
        _, painted = _run(name, float(named.group(1)))
        yield [name, named.group(1), f"{painted:.2f}", f"{peak:.2f}"]


def _run(name: str, memory: float) -> Tuple[str, float]:
    """Run a job in its own process. Return its output, and the peak of its memory in GiB."""
    command = [sys.executable, "-m", "tests.benchmarks.budgets", name, str(memory)]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    said, peak = output.rsplit("\n", 2)[:2]
    return said, float(peak)


def main() -> None:
    """Paint the job of the command line within the memory of the command line, and print the peak."""
    job = JOBS[sys.argv[1]]()
    values = {**job.settings.to_dict(), "memory": float(sys.argv[2])}
    object.__setattr__(
        job, "settings", Settings.from_dict(values)
    )  # dataclasses.replace would check all pictures again
    try:
        *_, last = stylize(job)
        assert isinstance(last, Result)
        print("painted")
    except MemoryBudgetTooSmall as error:
        print(error)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


if __name__ == "__main__":
    main()
