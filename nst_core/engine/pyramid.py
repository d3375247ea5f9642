"""The canvases of a job, from coarse to fine: their sizes and steps, and how a finer one gets its detail.

Each canvas, or octave, has its own part of the objective. Deep layers are used on small canvases, where a step is cheap
and strokes can be large. A finer canvas only adds the detail of shallow layers. Each canvas starts from the enlarged
coarser painting, plus the content's own detail between the two sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from .control import Checkpoint, unchecked
from .features import SMALLEST_SIDE, total_stride
from .losses import STYLE_LAYERS
from .resampling import enlarge, reduce
from .wrapping import OPEN, Wrap

#: The longest side in pixels of the coarsest canvas. It is so small that one feature covers a tenth of the picture.
COARSEST_SIDE = 64

#: The largest numbers of optimization steps, from the coarsest octave on. The last number is for all finer ones. Twice
#: as many steps improve the measured figures, but hardly the pictures (RESULTS.md, *High quality*).
STEPS = {"draft": (10, 8, 3, 3, 2), "normal": (40, 15, 12, 9, 7, 6), "high": (60, 50, 24, 16, 10)}

#: The longest side in pixels of a coarse canvas or view. Large shapes form there: it has all style layers, and all
#: targets for the content. Finer ones add strokes, and have the first layers only (RESULTS.md, *Fine canvases*).
_LARGEST_COARSE_SIDE = 192
_LAYERS_OF_FINE_CANVASES = 3

#: A fine canvas without a view has one layer more, up to this longest side. Nothing else keeps large shapes there.
_LARGEST_SIDE_WITH_FOUR_LAYERS = 768

#: The longest side in pixels of the reduced view of finer canvases. The view has its own objective, so that the large
#: shapes of coarser canvases stay (RESULTS.md, *Content as self-similarity*).
_VIEW_SIDE = 128

#: True if a canvas also has a view of twice this size: in the same time, it gives a little more style than more steps
#: (RESULTS.md, *High quality*).
_HAS_TWO_VIEWS = {"draft": False, "normal": False, "high": True}

#: The largest change of a side, as a part of it, in a seamless picture.
_SAME_SIZE = 0.03

#: The content's detail gets about the contrast of the style's detail. These are the smallest and the largest factor,
#: chosen by eye: a larger factor amplifies noise, a smaller one leaves photographic edges.
_CONTRASTS = (0.3, 1.5)
#: The smallest standard deviation of detail that is not noise.
_FAINT = 1e-4


#: The first octave, counted from the coarsest, that uses a strength below 1. Coarser ones paint with the full strength,
#: so that it has the same effect in every part of the picture (RESULTS.md, *Controls*, evenness of the strength).
_MIXED_FROM = 3

#: The part of the steps that a canvas gets if the strength is nearly 0.
_LEAST_SHARE_OF_STEPS = 0.25

#: The longest side in pixels of the canvas, and its steps, if only the strength of a finished result changes. Larger
#: numbers need more time, and the difference can hardly be seen.
VARIATION_SIDE = 512
_VARIATION_STEPS = 3

#: The part of the steps that the later frames of a film get (RESULTS.md, *Films*).
_SHARE_OF_LATER_FRAMES = 0.35


@dataclass(frozen=True)
class Octave:
    """One canvas: its size, and its largest number of optimization steps.

    ``layers`` are its style layers. Its targets are between those of the content (``strength`` 0) and of the style (1).
    For each of ``factors``, it has a reduced view: an average over squares of so many pixels.
    """

    height: int
    width: int
    steps: int
    strength: float = 1.0
    factors: tuple[int, ...] = ()
    layers: tuple[str, ...] = STYLE_LAYERS

    @property
    def side(self) -> int:
        """The longest side in pixels."""
        return max(self.height, self.width)

    @property
    def views(self) -> list[tuple[int, int]]:
        """The height and width of each reduced view."""
        return [(-(-self.height // factor), -(-self.width // factor)) for factor in self.factors]


def is_coarse(side: int) -> bool:
    """Return True if large shapes form on a canvas or view with the longest side ``side``."""
    return side <= _LARGEST_COARSE_SIDE


def style_layers(side: int, is_seen_from_afar: bool = True) -> tuple[str, ...]:
    """Return the style layers of a canvas or view with the longest side ``side``.

    Deep layers react to large shapes. If a canvas is not seen from afar, because no view fits, it has more of them.
    """
    if is_coarse(side):
        return STYLE_LAYERS
    is_alone = not is_seen_from_afar and side <= _LARGEST_SIDE_WITH_FOUR_LAYERS
    return STYLE_LAYERS[: _LAYERS_OF_FINE_CANVASES + is_alone]


def schedule(height: int, width: int, quality: str, strength: float = 1.0, wrap: Wrap = OPEN) -> list[Octave]:
    """Return the canvases for a picture of this size, from the coarsest to one of the same size.

    If edges meet (``wrap``), their sides are multiples of the network's stride, on the canvas and in each view. If this
    would change the proportions, there are no views. A smaller ``strength`` needs fewer steps.
    """
    sides = scale_sides(max(height, width))
    mixed_from = min(_MIXED_FROM, len(sides) - 1)
    octaves = []
    for i, side in enumerate(sides):
        steps, own_strength = STEPS[quality][min(i, len(STEPS[quality]) - 1)], strength if i >= mixed_from else 1.0
        share = _LEAST_SHARE_OF_STEPS + (1 - _LEAST_SHARE_OF_STEPS) * own_strength
        h, w, factors = _fitted(*scaled(height, width, side), _factors(side, quality), wrap)
        layers = style_layers(max(h, w), is_seen_from_afar=bool(factors))
        octaves.append(Octave(h, w, max(2, round(share * steps)), own_strength, factors, layers))
    return octaves


def continuing(octaves: Sequence[Octave]) -> list[Octave]:
    """Return the canvases with fewer steps, for a frame that starts from the painted frame before it."""
    return [replace(octave, steps=max(2, round(_SHARE_OF_LATER_FRAMES * octave.steps))) for octave in octaves]


def varying(octaves: Sequence[Octave]) -> list[Octave]:
    """Return the single canvas on which a finished result gets another strength."""
    return [replace(octaves[-1], steps=_VARIATION_STEPS)]


def _fitted(height: int, width: int, factors: list[int], wrap: Wrap) -> tuple[int, int, tuple[int, ...]]:
    """Return a size and factors that fit: each view is large enough for the network, and edges can meet."""
    factors = [factor for factor in factors if min(height, width) >= factor * SMALLEST_SIDE]
    wrapped = [length for length, meets in zip((height, width), wrap) if meets]
    if any(_moves(length, max([1, *factors]) * total_stride()) for length in wrapped):
        factors = []
    unit = max([1, *factors]) * total_stride()
    return _whole(height, unit) if wrap.y else height, _whole(width, unit) if wrap.x else width, tuple(factors)


def _factors(side: int, quality: str) -> list[int]:
    """Return the factors by which a canvas is reduced for its views: integers, the second one twice the first."""
    half = round(side / _VIEW_SIDE / 2)
    return [factor for factor in ((half, 2 * half) if _HAS_TWO_VIEWS[quality] else (2 * half,)) if factor > 1]


def _moves(side: int, unit: int) -> bool:
    """Return True if the nearest multiple of ``unit`` differs so much that it can be seen."""
    return abs(_whole(side, unit) - side) > _SAME_SIZE * side


def _whole(side: int, unit: int) -> int:
    """Return the nearest multiple of ``unit``."""
    return max(1, round(side / unit)) * unit


def scale_sides(longest: int) -> list[int]:
    """Return the longest sides of the canvases, from the coarsest to ``longest``, with equal ratios of about 2.

    They start from the same side for pictures of all sizes, so that strokes keep their size relative to the picture.
    """
    ratio = longest / COARSEST_SIDE
    count = max(0, round(math.log2(ratio)))
    return [longest] if count == 0 else [round(COARSEST_SIDE * ratio ** (i / count)) for i in range(count + 1)]


def scaled(height: int, width: int, side: float) -> tuple[int, int]:
    """Return a size with the same proportions and the longest side ``side``. No side is too short for the network."""
    ratio = side / max(height, width)
    return max(SMALLEST_SIDE, round(height * ratio)), max(SMALLEST_SIDE, round(width * ratio))


def refine(
    painting: Tensor,
    source: Tensor,
    wrap: Wrap = OPEN,
    deviation: float | None = None,
    checkpoint: Checkpoint = unchecked,
) -> Tensor:
    """Return the start of a finer canvas: the enlarged coarser painting, plus the finer detail of ``source``.

    ``painting`` is (3, h, w), ``source`` (3, H, W) in the finer size, the result (3, H, W) in 0..1. With ``deviation``,
    the detail gets about this standard deviation, which is that of the style's own detail.
    """
    height, width = source.shape[1:]
    coarse_height, coarse_width = painting.shape[1:]
    if deviation is None:
        # Enlarging is linear, so enlarge the difference once instead of both pictures. A large one takes seconds.
        change = painting - reduce(source, coarse_height, coarse_width, wrap)
        return enlarge(change, height, width, wrap).add_(source).clamp_(0, 1)
    added = detail(source, coarse_height, coarse_width, wrap)
    checkpoint()
    added *= (deviation / added.std().clamp_min(_FAINT)).clamp(*_CONTRASTS)
    checkpoint()
    return added.add_(enlarge(painting, height, width, wrap)).clamp_(0, 1)


def detail(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """Return the detail that a picture (C, H, W) loses in a smaller size."""
    return picture - enlarge(reduce(picture, height, width, wrap), picture.shape[1], picture.shape[2], wrap)
