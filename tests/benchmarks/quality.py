"""How good a stylized picture is, by measures that no engine optimizes.

Style is judged at layers that the Gatys loss leaves out, at three sizes, because a loss flatters whoever minimizes it:
the mean over relu1_2, relu2_2, relu3_3, relu4_3 of ||G(x) - G(s)|| / ||G(s)|| in the Frobenius norm. Content is
||f(x) - f(c)|| / ||f(c)|| at relu4_2. Everything in float32. Compare styles only at an equal content distance.

    python -m tests.benchmarks.quality RESULT CONTENT STYLE --size 512
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Sequence

import torch
from PIL import Image
from torch.nn import functional as F

from tests.benchmarks.images import FILTERS, open_picture, to_tensor
from tests.benchmarks.network import Convolution, features, gram, load_network

HELD_OUT = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
CONTENT = "relu4_2"


@dataclass(frozen=True)
class Quality:
    """Relative distances; 0 is equal. ``half`` and ``quarter`` are the style's at 1/2 and 1/4 size (larger marks)."""

    full: float
    half: float
    quarter: float
    content: float

    def row(self) -> str:
        """The four figures as cells of a Markdown table."""
        return " | ".join(f"{value:.4f}" for value in astuple(self))


class Judge:
    """Measures results against one content and one style, both in the size that they were worked in."""

    def __init__(self, network: Sequence[Convolution], content: Image.Image, style: Image.Image) -> None:
        self._network = network
        self._content = to_tensor(content)
        self._style = to_tensor(style)

    @torch.no_grad()
    def measure(self, result: Image.Image) -> Quality:
        """The quality of a result, which must have the content's size; raises ValueError for another."""
        x = to_tensor(result)
        if x.shape != self._content.shape:
            raise ValueError(f"The result has the shape {tuple(x.shape)}, its content {tuple(self._content.shape)}.")
        full, half, quarter = (self._style_distance(x, reduction) for reduction in (1, 2, 4))
        return Quality(full, half, quarter, self._content_distance(x))

    def _style_distance(self, x: torch.Tensor, reduction: int) -> float:
        ours = features(F.avg_pool2d(x, reduction), self._network, HELD_OUT)
        theirs = features(F.avg_pool2d(self._style, reduction), self._network, HELD_OUT)
        return sum(_relative(gram(ours[name]), gram(theirs[name])) for name in HELD_OUT) / len(HELD_OUT)

    def _content_distance(self, x: torch.Tensor) -> float:
        ours, theirs = (features(picture, self._network, [CONTENT])[CONTENT] for picture in (x, self._content))
        return _relative(ours, theirs)


def _relative(x: torch.Tensor, reference: torch.Tensor) -> float:
    return float((x - reference).norm() / reference.norm())


def main() -> None:
    """Prints the four figures of one result."""
    parser = argparse.ArgumentParser(description="Judge a stylized picture.")
    parser.add_argument("result", type=Path)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, required=True, help="longest side of content and style in pixels")
    parser.add_argument("--filter", choices=FILTERS, default="lanczos", help="how both are brought to that size")
    args = parser.parse_args()
    content, style = (open_picture(path, args.size, args.filter) for path in (args.content, args.style))
    quality = Judge(load_network(), content, style).measure(open_picture(args.result))
    print("| held-out 1x | 1/2 | 1/4 | content |")
    print(f"| {quality.row()} |")


if __name__ == "__main__":
    main()
