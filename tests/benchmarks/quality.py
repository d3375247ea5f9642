"""Measures the quality of a stylized picture: how much its objects changed, and how near it is to the style.

*Structure* is self-similarity, as in STROTSS (Kolkin, Salavon and Shakhnarovich, CVPR 2019): it compares which parts of
a picture are similar to each other, and ignores their colors and strokes. *Style* is measured at layers and sizes
that no program optimizes, because a loss favors the program that minimizes it: the mean over relu1_2, relu2_2, relu3_3
and relu4_3 of ||G(x) - G(s)|| / ||G(s)|| in the Frobenius norm. *Content* is ||f(x) - f(c)|| / ||f(c)|| at relu4_2.
Everything is computed in float32. Compare styles only at an equal structure distance.

    python -m tests.benchmarks.quality RESULT CONTENT STYLE --size 512
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import List, Sequence

import torch
from PIL import Image
from torch.nn import functional as F

from tests.benchmarks.images import FILTERS, open_picture, to_tensor
from tests.benchmarks.network import Convolution, features, gram, load_network

HELD_OUT = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
CONTENT = "relu4_2"
STRUCTURE = ("relu3_1", "relu4_1")
#: Longest side in pixels at which structure is measured. relu3_1 then has at most 1024 positions.
STRUCTURE_SIDE = 128
#: The heads of the columns of :meth:`Quality.cells`.
MEASURES = ("structure", "held-out 1x", "1/2", "1/4", "content")


@dataclass(frozen=True)
class Quality:
    """Distances; 0 is equal. ``full``, ``half`` and ``quarter`` are distances of style, at 1, 1/2 and 1/4 size."""

    structure: float
    full: float
    half: float
    quarter: float
    content: float

    def cells(self, digits: int = 3) -> List[str]:
        """Return the figures as cells of a table, in the order of :data:`MEASURES`."""
        return [f"{value:.{digits}f}" for value in astuple(self)]


class Judge:
    """Measures results against one content and one style, both in the size that the programs got."""

    def __init__(self, network: Sequence[Convolution], content: Image.Image, style: Image.Image) -> None:
        self._network = network
        self._content = to_tensor(content)
        self._style = to_tensor(style)

    @torch.no_grad()
    def measure(self, result: Image.Image) -> Quality:
        """Return the quality of a result. Raises ValueError if it does not have the content's size."""
        x = to_tensor(result)
        if x.shape != self._content.shape:
            raise ValueError(f"The result has the shape {tuple(x.shape)}, its content {tuple(self._content.shape)}.")
        structure = structure_distance(self._network, self._content, x)
        full, half, quarter = (self._style_distance(x, reduction) for reduction in (1, 2, 4))
        return Quality(structure, full, half, quarter, self._content_distance(x))

    def _style_distance(self, x: torch.Tensor, reduction: int) -> float:
        ours = features(F.avg_pool2d(x, reduction), self._network, HELD_OUT)
        theirs = features(F.avg_pool2d(self._style, reduction), self._network, HELD_OUT)
        return sum(_relative(gram(ours[name]), gram(theirs[name])) for name in HELD_OUT) / len(HELD_OUT)

    def _content_distance(self, x: torch.Tensor) -> float:
        ours, theirs = (features(picture, self._network, [CONTENT])[CONTENT] for picture in (x, self._content))
        return _relative(ours, theirs)


@torch.no_grad()
def structure_distance(network: Sequence[Convolution], content: torch.Tensor, result: torch.Tensor) -> float:
    """Return the difference of the self-similarities of two pictures (3, H, W), RGB, 0..255. 0 is equal.

    The mean absolute difference of two self-similarities is multiplied by the number of positions, so that it does not
    depend on this number. The result is its mean over :data:`STRUCTURE`. Both pictures are first reduced to
    :data:`STRUCTURE_SIDE` by their area.
    """
    ours, theirs = (features(_reduced(picture), network, STRUCTURE) for picture in (result, content))
    pairs = [(_self_similarity(ours[name]), _self_similarity(theirs[name])) for name in STRUCTURE]
    return sum(float((one - other).abs().mean()) * len(one) for one, other in pairs) / len(pairs)


def _reduced(x: torch.Tensor) -> torch.Tensor:
    longest = max(x.shape[1:])
    size = [round(side * STRUCTURE_SIDE / longest) for side in x.shape[1:]]
    return F.interpolate(x[None], size, mode="area")[0]


def _self_similarity(feature: torch.Tensor) -> torch.Tensor:
    """Return cosine distances (N, N) between the N positions of a feature map (C, H, W). Each column sums to 1."""
    positions = F.normalize(feature.flatten(1).T, dim=1)
    distances = 1 - positions @ positions.T
    return distances / distances.sum(0).clamp_min(1e-9)


def _relative(x: torch.Tensor, reference: torch.Tensor) -> float:
    return float((x - reference).norm() / reference.norm())


def main() -> None:
    """Print the figures of one result."""
    parser = argparse.ArgumentParser(description="Judge a stylized picture.")
    parser.add_argument("result", type=Path)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, required=True, help="longest side of content and style in pixels")
    parser.add_argument("--filter", choices=FILTERS, default="lanczos", help="the filter that resizes both")
    args = parser.parse_args()
    content, style = (open_picture(path, args.size, args.filter) for path in (args.content, args.style))
    quality = Judge(load_network(), content, style).measure(open_picture(args.result))
    for line in (MEASURES, quality.cells(digits=4)):
        print(f"| {' | '.join(line)} |")


if __name__ == "__main__":
    main()
