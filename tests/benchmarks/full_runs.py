"""Makes complete runs of pastiche with its defaults, once, and stores them.

    python -m tests.benchmarks.full_runs

makes the missing pictures in ``peers/``, in the order of :data:`~tests.benchmarks.pairs.PAIRS`. Each run is pastiche's
own program in its own process, and takes 10 to 40 minutes or more.

``--winograd`` computes the convolutions by Winograd's algorithm. These are the same sums in half the time, equal to a
relative 1e-6, which is the rounding of float32. Use it to make pictures, not to measure pastiche's time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Tuple

import torch
from PIL import Image

from tests.benchmarks.images import FILTERS, open_picture
from tests.benchmarks.network import load_network
from tests.benchmarks.pairs import PAIRS, Pair
from tests.benchmarks.quality import Judge

KEPT = Path(__file__).parent / "peers"
PASTICHE = "--pastiche"


def kept_picture(pair: Pair) -> Path:
    """Return the file of the complete run of a pair. It may be missing."""
    return KEPT / f"{pair.name}.png"


def run_pair(pair: Pair, winograd: bool) -> float:
    """Run one pair, and store its picture. Return the seconds of the run."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "result.png"
        program = [__spec__.name, PASTICHE] if winograd else ["pastiche"]
        begin = time.monotonic()
        subprocess.run([sys.executable, "-m", *program, *pastiche_options(pair, output)], check=True)
        seconds = time.monotonic() - begin
        KEPT.mkdir(exist_ok=True)
        store(output, kept_picture(pair))
    return seconds


def pastiche_options(pair: Pair, output: Path) -> List[str]:
    """Return the options for one pair: pastiche's defaults, seed 0, and the same size for content and style."""
    size = str(pair.size)
    pictures = ["--content", str(pair.content_path), "--styles", str(pair.style_path), "--output", str(output)]
    return [*pictures, "--size", size, "--style-size", size, "--seed", "0"]


def store(source: Path, target: Path) -> None:
    """Write the picture as a small lossless file, in one step."""
    partial = target.with_suffix(".part")
    Image.open(source).convert("RGB").save(partial, "png", optimize=True)
    partial.replace(target)


def write_figures() -> None:
    """Write ``peers/figures.json``: the quality of each stored run, for each filter that resizes the samples."""
    network = load_network()
    figures: Dict[str, Dict[str, Dict[str, float]]] = {}
    for pair in (pair for pair in PAIRS if kept_picture(pair).exists()):
        for name in FILTERS:
            content, style = (open_picture(path, pair.size, name) for path in (pair.content_path, pair.style_path))
            quality = Judge(network, content, style).measure(open_picture(kept_picture(pair)))
            rounded = {measure: round(value, 4) for measure, value in asdict(quality).items()}
            figures.setdefault(pair.name, {})[name] = rounded
    (KEPT / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


class Winograd(torch.autograd.Function):
    """A frozen 3x3 convolution with padding 1. Its gradient is a convolution with the rotated kernel."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(weight)
        return torch._nnpack_spatial_convolution(x, weight, bias, [1, 1])

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Tuple[torch.Tensor, None, None]:
        (weight,) = ctx.saved_tensors
        turned = weight.flip(2, 3).transpose(0, 1).contiguous()
        return torch._nnpack_spatial_convolution(gradients[0].contiguous(), turned, None, [1, 1]), None, None


def pastiche_by_winograd(options: List[str]) -> None:
    """Run pastiche's program with the faster convolution."""
    if not torch.backends.nnpack.is_available():  # type: ignore[no-untyped-call]
        raise RuntimeError("This build of torch has no Winograd convolution; leave out --winograd.")
    from pastiche.pastiche import main as run_pastiche  # type: ignore[import-untyped]

    def convolve(layer: torch.nn.Conv2d, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        if min(weight.shape[:2]) < 64:
            return torch.nn.functional.conv2d(x, weight, bias, padding=1)
        result: torch.Tensor = Winograd.apply(x, weight, bias)  # type: ignore[no-untyped-call]
        return result

    torch.nn.Conv2d._conv_forward = convolve  # type: ignore[method-assign,assignment]
    sys.exit(run_pastiche(["pastiche", *options]))


def main() -> None:
    """Make the missing runs, one after the other."""
    parser = argparse.ArgumentParser(description="Make the missing complete runs of pastiche.")
    parser.add_argument("--winograd", action="store_true", help="use the faster, equal convolution")
    args = parser.parse_args()
    for pair in PAIRS:
        if not kept_picture(pair).exists():
            print(f"{pair.name}: {run_pair(pair, args.winograd):.0f} s", flush=True)
            write_figures()


if __name__ == "__main__":
    if sys.argv[1:2] == [PASTICHE]:
        pastiche_by_winograd(sys.argv[2:])
    main()
