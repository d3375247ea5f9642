"""Measures one job of this engine in its own process: time, first preview, peak resident memory.

The time begins when the network is loaded, because the worker loads it before the first job.

    python -m tests.benchmarks.painting CONTENT STYLE OUTPUT [--set quality=draft ...]

paints one picture and prints its :class:`PaintedPicture` as JSON. Each job has its own process, because the peak memory
of a process never falls, and because an earlier job would leave a warm engine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Tuple, Union

from PIL import Image

from nst_core.job.events import Preview, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings, definitions

Value = Union[str, int, float]


@dataclass(frozen=True)
class PaintedPicture:
    """The figures of one job: seconds on the clock and of all cores, bytes, and the sizes of its canvases.

    ``first_preview`` counts from the start of the job, and is 0 without a preview. ``announced`` and
    ``announced_seconds`` are the memory and the time that the engine announced before it began.
    """

    seconds: float
    cpu: float
    first_preview: float
    peak: int
    announced: int
    announced_seconds: float
    tile: int
    sizes: Tuple[Tuple[int, int], ...]


def paint(content: Path, style: Path, output: Path, **settings: Value) -> PaintedPicture:
    """Paint in a child process. Raises CalledProcessError if it fails."""
    command = painting_command(content, style, output, **settings)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return PaintedPicture(**json.loads(done.stdout))


def painting_command(content: Path, style: Path, output: Path, **settings: Value) -> List[str]:
    """Return the command line of the child."""
    chosen = [f"{name}={value}" for name, value in settings.items()]
    program = [sys.executable, "-m", "tests.benchmarks.painting"]
    return [*program, str(content), str(style), str(output), "--set", *chosen]


def to_buffer(image: Image.Image) -> PixelBuffer:
    """Return a picture in the form that the engine needs."""
    return PixelBuffer(image.width, image.height, "rgba-u8", image.convert("RGBA").tobytes())


def from_buffer(pixels: PixelBuffer) -> Image.Image:
    """Return the colors of a result (``rgba-f32``), rounded to 8 bits."""
    import torch  # after the engine, which sets how threads wait

    rgba = torch.frombuffer(bytearray(pixels.data), dtype=torch.float32).view(pixels.height, pixels.width, 4)
    rgb = (rgba[..., :3] * 255).round().clamp(0, 255).byte().contiguous()
    return Image.frombuffer("RGB", (pixels.width, pixels.height), rgb.numpy(), "raw", "RGB", 0, 1)


def peak_memory() -> int:
    """Return the peak of this process's resident memory, in bytes. Linux only."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def watch(job: StyleJob) -> Tuple[PaintedPicture, PixelBuffer]:
    """Run the job in this process, and measure it."""
    # Not earlier: imports and the network count as memory, but not as time.
    from nst_core.engine.preparation import load_ahead
    from nst_core.engine.stylize import stylize

    load_ahead()
    begin, used = time.monotonic(), time.process_time()
    preview, started, result = 0.0, None, None
    for event in stylize(job):
        if isinstance(event, Started):
            started = event
        elif isinstance(event, Preview) and not preview:
            preview = time.monotonic() - begin
        elif isinstance(event, Result):
            result = event
    spent = time.monotonic() - begin, time.process_time() - used
    assert started and result
    seen = PaintedPicture(*spent, preview, peak_memory(), started.memory, started.seconds, started.tile, started.sizes)
    return seen, result.pixels


def parse_settings(chosen: List[str]) -> Settings:
    """Return the settings from ``name=value`` texts."""
    kinds = {definition.name: definition.kind for definition in definitions()}
    numbers: Mapping[str, type] = {"float": float, "int": int}
    values: Dict[str, Value] = {}
    for name, _, text in (item.partition("=") for item in chosen):
        values[name] = numbers.get(kinds.get(name, ""), str)(text)
    return Settings.from_dict(values)


def main() -> None:
    """Paint one picture, in the child process."""
    parser = argparse.ArgumentParser(description="Paint one picture and measure it.")
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    Image.MAX_IMAGE_PIXELS = None
    content, style = (to_buffer(Image.open(path)) for path in (args.content, args.style))
    seen, pixels = watch(StyleJob(content, (Style(style),), parse_settings(args.set)))
    from_buffer(pixels).save(args.output)
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
