"""The scales that a picture is painted at, coarse to fine, and the way from one to the next.

The objective is split by octave. Deep layers count on small canvases, where a step is cheap and where strokes can be
large. A finer canvas only adds the detail that shallow layers see. Each canvas starts from the painting so far,
enlarged, plus the content's own detail between the two scales.
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

#: Longest side of the coarsest canvas in pixels: small enough that strokes of a tenth of the picture are one feature.
COARSEST_SIDE = 64

#: Limits of optimization steps by octave, from the coarsest on; the last number is for all finer ones. Twice as many
#: steps improve the figures, but hardly the pictures (RESULTS.md, *High quality*).
STEPS = {"draft": (10, 8, 3, 3, 2), "normal": (40, 20, 10, 9, 7, 6), "high": (60, 50, 24, 16, 10)}

#: How many of the style layers count on a canvas, up to each of these longest sides; on larger ones three (RESULTS.md,
#: *Pooling, layers and steps* and *Content as self-similarity*). A draft leaves the fourth one to smaller canvases
#: (RESULTS.md, *Fewer and cheaper steps*).
_DEPTHS = {"draft": ((192, 5), (384, 4)), "normal": ((192, 5), (768, 4)), "high": ((192, 5), (768, 4))}
_LEAST_DEPTH = 3

#: Finer canvases are also judged as they are seen from afar, at about this longest side in pixels: large shapes stay as
#: coarser canvases settled them (RESULTS.md, *Content as self-similarity*).
_AFAR_SIDE = 128

#: Whether a canvas is seen from half as far as well: a tenth more time for a little more style (RESULTS.md, *Content as
#: self-similarity*).
_SEEN_TWICE = {"draft": False, "normal": False, "high": True}

#: A canvas whose edges meet may change a side by this share of it.
_SAME_SIZE = 0.03

#: Limits of the factor that brings the contrast of the content's detail to that of the style's, and the standard
#: deviation below which there is no detail. Chosen by eye: more than this amplifies noise, less leaves
#: photographic edges.
_CONTRASTS = (0.3, 1.5)
_FAINT = 1e-4


#: The octave, counted from the coarsest, from which on a strength below 1 counts. Coarser ones paint in full, so that
#: every part of the picture goes the same part of the way (RESULTS.md, *Controls*, evenness of the strength).
_MIXED_FROM = 3

#: Part of the steps that a canvas still gets where the strength goes to 0.
_LEAST_SHARE_OF_STEPS = 0.25

#: Longest side in pixels of the canvas, and its steps, if only the strength of a finished result changes: more of both
#: takes longer and is hardly seen.
VARIATION_SIDE = 512
_VARIATION_STEPS = 3

#: Part of the steps that a frame of a film gets after the first one (RESULTS.md, *Films*).
_SHARE_OF_LATER_FRAMES = 0.35


@dataclass(frozen=True)
class Octave:
    """One canvas: its size, and its limit of optimization steps.

    The style counts at ``layers``. The targets of the canvas lie the share ``strength`` of the way from content to
    style. It is also seen from afar, averaged over squares of each of ``factors`` pixels.
    """

    height: int
    width: int
    steps: int
    strength: float = 1.0
    factors: tuple[int, ...] = ()
    layers: tuple[str, ...] = STYLE_LAYERS

    @property
    def side(self) -> int:
        """Longest side in pixels."""
        return max(self.height, self.width)

    @property
    def views(self) -> list[tuple[int, int]]:
        """Height and width of the canvas as it is seen from afar, for each factor."""
        return [(-(-self.height // factor), -(-self.width // factor)) for factor in self.factors]


def style_layers(side: int, quality: str) -> tuple[str, ...]:
    """The style layers that count on a canvas with longest side ``side``, or on a view of it.

    Deep ones see large shapes, which are settled on coarse canvases.
    """
    return STYLE_LAYERS[: next((depth for longest, depth in _DEPTHS[quality] if side <= longest), _LEAST_DEPTH)]


def schedule(height: int, width: int, quality: str, strength: float = 1.0, wrap: Wrap = OPEN) -> list[Octave]:
    """Canvases for a picture of the given size, from the coarsest to one of that very size.

    Where edges meet (``wrap``), a side is a multiple of the network's stride, on the canvas and in each view; there is
    no view where that would change the proportions. A weak ``strength`` takes fewer steps.
    """
    sides = scale_sides(max(height, width))
    mixed_from = min(_MIXED_FROM, len(sides) - 1)
    octaves = []
    for i, side in enumerate(sides):
        steps, own_strength = STEPS[quality][min(i, len(STEPS[quality]) - 1)], strength if i >= mixed_from else 1.0
        share = _LEAST_SHARE_OF_STEPS + (1 - _LEAST_SHARE_OF_STEPS) * own_strength
        h, w, factors = _fitted(*scaled(height, width, side), _factors(side, quality), wrap)
        layers = style_layers(max(h, w), quality)
        octaves.append(Octave(h, w, max(2, round(share * steps)), own_strength, factors, layers))
    return octaves


def continuing(octaves: Sequence[Octave]) -> list[Octave]:
    """The same canvases for a frame that starts from the one before it: most of it is painted already."""
    return [replace(octave, steps=max(2, round(_SHARE_OF_LATER_FRAMES * octave.steps))) for octave in octaves]


def varying(octaves: Sequence[Octave]) -> list[Octave]:
    """The one canvas on which a finished result gets another strength."""
    return [replace(octaves[-1], steps=_VARIATION_STEPS)]


def _fitted(height: int, width: int, factors: list[int], wrap: Wrap) -> tuple[int, int, tuple[int, ...]]:
    """A size and factors that are large enough for the network in each view, and that allow edges to meet."""
    factors = [factor for factor in factors if min(height, width) >= factor * SMALLEST_SIDE]
    wrapped = [length for length, meets in zip((height, width), wrap) if meets]
    if any(_moves(length, max([1, *factors]) * total_stride()) for length in wrapped):
        factors = []
    unit = max([1, *factors]) * total_stride()
    return _whole(height, unit) if wrap.y else height, _whole(width, unit) if wrap.x else width, tuple(factors)


def _factors(side: int, quality: str) -> list[int]:
    """By which numbers of pixels a canvas is reduced to be seen from afar: whole numbers, one twice the other."""
    half = round(side / _AFAR_SIDE / 2)
    return [factor for factor in ((half, 2 * half) if _SEEN_TWICE[quality] else (2 * half,)) if factor > 1]


def _moves(side: int, unit: int) -> bool:
    """Whether the nearest multiple of ``unit`` is another size to the eye."""
    return abs(_whole(side, unit) - side) > _SAME_SIZE * side


def _whole(side: int, unit: int) -> int:
    """The nearest multiple of ``unit``."""
    return max(1, round(side / unit)) * unit


def scale_sides(longest: int) -> list[int]:
    """Longest sides of the canvases: equal ratios of about 2, from the coarsest side to ``longest``.

    They start from the same side for each size, so that a picture's strokes keep their size relative to it.
    """
    ratio = longest / COARSEST_SIDE
    count = max(0, round(math.log2(ratio)))
    return [longest] if count == 0 else [round(COARSEST_SIDE * ratio ** (i / count)) for i in range(count + 1)]


def scaled(height: int, width: int, side: float) -> tuple[int, int]:
    """A size with the same proportions and longest side ``side``, but no side too short for the network."""
    ratio = side / max(height, width)
    return max(SMALLEST_SIDE, round(height * ratio)), max(SMALLEST_SIDE, round(width * ratio))


def refine(
    painting: Tensor,
    source: Tensor,
    wrap: Wrap = OPEN,
    deviation: float | None = None,
    checkpoint: Checkpoint = unchecked,
) -> Tensor:
    """The start of a finer canvas: the coarser painting, enlarged, plus the detail of ``source`` that it can't hold.

    ``painting`` (3, h, w), ``source`` (3, H, W) at the finer size; result (3, H, W) in 0..1. With ``deviation`` the
    detail gets about this standard deviation, that of the style's own detail.
    """
    height, width = source.shape[1:]
    coarse_height, coarse_width = painting.shape[1:]
    if deviation is None:
        # Enlarging is linear: enlarge the difference once instead of both pictures. It takes seconds on a large one.
        change = painting - reduce(source, coarse_height, coarse_width, wrap)
        return enlarge(change, height, width, wrap).add_(source).clamp_(0, 1)
    added = detail(source, coarse_height, coarse_width, wrap)
    checkpoint()
    added *= (deviation / added.std().clamp_min(_FAINT)).clamp(*_CONTRASTS)
    checkpoint()
    return added.add_(enlarge(painting, height, width, wrap)).clamp_(0, 1)


def detail(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """The detail that a picture (C, H, W) loses in a smaller size."""
    return picture - enlarge(reduce(picture, height, width, wrap), picture.shape[1], picture.shape[2], wrap)
