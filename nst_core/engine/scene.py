"""The pictures and masks of a job as tensors, in the size of any canvas."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Optional

import torch
from torch import Tensor

from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob

from .control import Checkpoint, unchecked
from .earlier import MovedFrame
from .pyramid import detail, scaled
from .resampling import average, reduce, shrink
from .tensors import mask_from_buffer, picture_from_buffer
from .wrapping import Wrap, periodic

#: The width of the fade at the border of a hard selection, as a part of the longest side.
_ONSET = 1 / 64

#: A variation may start at most so many times as far from the content as the finished result: more amplifies noise.
_FURTHEST = 2.0

#: The smallest divisor of shares and areas. It prevents divisions by zero.
_TINY = 1e-30


#: A mask (H, W; None: everywhere) within which a style paints, and its part (0..1) of the area of all such masks.
WeightedMask = tuple[Optional[Tensor], float]


@dataclass(frozen=True)
class StyleSource:
    """One style: its picture ``rgb`` (3, h, w), ``weight``, and ``region`` (H, W; None: everywhere).

    ``mask`` (h, w; None: all) is the used part of the picture. ``digest`` identifies picture and mask, so that
    statistics can be kept between jobs. ``name`` is for messages.
    """

    rgb: Tensor
    mask: Tensor | None
    weight: float
    region: Tensor | None
    digest: str
    name: str

    def size_at(self, side: float) -> tuple[int, int]:
        """Return the height and width with the longest side ``side``, or the picture's own size if that is smaller."""
        height, width = self.rgb.shape[1:]
        return scaled(height, width, min(side, max(height, width)))

    def at(self, side: float) -> tuple[Tensor, Tensor | None]:
        """Return the picture and the mask with the longest side ``side``. They are never enlarged."""
        size = self.size_at(side)
        mask = None if self.mask is None else reduce(self.mask[None], *size)[0].clamp(0, 1)
        return shrink(self.rgb, *size), mask


@dataclass(frozen=True)
class Scene:
    """All pictures and masks of a job, in the content's size (H, W).

    ``content`` (3, H, W) is the unchanged picture. ``alpha``, ``selection`` and ``keep_mask`` are masks or None.
    ``initial`` is the picture to start from, or None. ``earlier`` is the earlier frame of a film, or None.
    """

    content: Tensor
    alpha: Tensor | None
    selection: Tensor | None
    keep_mask: Tensor | None
    initial: Tensor | None
    styles: tuple[StyleSource, ...]
    earlier: MovedFrame | None = None

    @property
    def size(self) -> tuple[int, int]:
        """The height and width."""
        return self.content.shape[1], self.content.shape[2]

    def to(self, device: torch.device) -> Scene:
        """Return the scene on another device."""

        def moved(picture: Tensor | None) -> Tensor | None:
            return None if picture is None else picture.to(device)

        styles = [replace(s, rgb=s.rgb.to(device), mask=moved(s.mask), region=moved(s.region)) for s in self.styles]
        return Scene(
            content=self.content.to(device),
            alpha=moved(self.alpha),
            selection=moved(self.selection),
            keep_mask=moved(self.keep_mask),
            initial=moved(self.initial),
            styles=tuple(styles),
            earlier=None if self.earlier is None else self.earlier.to(device),
        )

    def at(self, height: int, width: int) -> Scene:
        """Return the scene in the size of another canvas. The styles' own pictures do not change."""
        if self.size == (height, width):
            return self
        return self._resized(
            lambda rgb: shrink(rgb, height, width), lambda mask: reduce(mask, height, width).clamp(0, 1)
        )

    def averaged(self, factor: int) -> Scene:
        """Return the scene averaged over squares of ``factor`` pixels."""
        return self._resized(lambda rgb: average(rgb, factor), lambda mask: average(mask, factor))

    def rows(self, rows: slice) -> Scene:
        """Return some rows of the scene without a copy, for operations on single pixels."""
        return self._resized(lambda rgb: rgb[:, rows], lambda mask: mask[:, rows])

    def _resized(self, picture: Callable[[Tensor], Tensor], mask: Callable[[Tensor], Tensor]) -> Scene:
        """Return the scene in another size. The functions resize a picture (3, H, W) and a mask (1, H, W)."""

        def resized(given: Tensor | None) -> Tensor | None:
            return None if given is None else mask(given[None])[0]

        return Scene(
            content=picture(self.content),
            alpha=resized(self.alpha),
            selection=resized(self.selection),
            keep_mask=resized(self.keep_mask),
            initial=None if self.initial is None else picture(self.initial),
            styles=tuple(replace(style, region=resized(style.region)) for style in self.styles),
            earlier=None if self.earlier is None else self.earlier.resized(picture, mask),
        )

    def coverage(self) -> Tensor | None:
        """Return the weight of each pixel (H, W): alpha times selection. None: all weights are 1."""
        return _product(self.alpha, self.selection)

    @property
    def has_regions(self) -> bool:
        """True if a style has a region."""
        return any(style.region is not None for style in self.styles)

    def regions(self) -> list[Tensor] | None:
        """Return for each style its part of the paint at each pixel (H, W). None if every style paints everywhere."""
        if not self.has_regions:
            return None
        fields = [self.content.new_ones(self.size) if s.region is None else s.region for s in self.styles]
        total = _sum(fields, self.shares()).clamp_min_(_TINY)
        reach = _sum(fields).clamp_max_(1)  # soft edges that meet leave no gap between them
        return [field * share / total * reach for field, share in zip(fields, self.shares())]

    def parts(self) -> list[WeightedMask]:
        """Return the mask (H, W) within which each style paints, and its part of the area.

        Styles without regions have one common part: everything that may change (None: the whole canvas).
        """
        coverage, regions = self.coverage(), self.regions()
        masks = [coverage] if regions is None else [_product(region, coverage) for region in regions]
        areas = [1.0 if mask is None else mask.mean().item() for mask in masks]
        return [(mask, area / max(sum(areas), _TINY)) for mask, area in zip(masks, areas)]

    def reach(self) -> Tensor | None:
        """Return the coverage of each pixel (H, W) by the regions of all styles. None if they cover everything."""
        regions = [style.region for style in self.styles if style.region is not None]
        return _sum(regions).clamp_max_(1) if regions and len(regions) == len(self.styles) else None

    def restored(self, picture: Tensor) -> Tensor:
        """Return ``picture`` (3, H, W), but the content outside the selection and in gaps between regions."""
        shown = self.shown()
        return picture if shown is None else torch.lerp(self.content, picture, shown)

    def shown(self) -> Tensor | None:
        """Return the part of the painting in the result at each pixel (H, W); the rest is content. None: all of it."""
        return _product(self.reach(), None if self.selection is None else _onset(self.selection))

    def shares(self) -> list[float]:
        """Return the styles' weights, scaled so that their sum is 1."""
        total = sum(style.weight for style in self.styles)
        return [style.weight / total for style in self.styles]

    def deviation_of_detail(self, side: float, ratio: float) -> float:
        """Return the standard deviation of the detail that styles of this side lose if reduced to ``ratio * side``."""

        def of(style: StyleSource) -> float:
            rgb, _ = style.at(side)
            height, width = (max(1, round(length * ratio)) for length in rgb.shape[1:])
            return float(detail(rgb, height, width).std())

        return sum(of(style) * share for style, share in zip(self.styles, self.shares()))

    def with_weights(self, weights: Sequence[float]) -> Scene:
        """Return the scene with other weights of its styles."""
        styles = tuple(replace(style, weight=weight) for style, weight in zip(self.styles, weights))
        return replace(self, styles=styles)

    def textured(self) -> Scene:
        """Return the scene without its content, for a texture that fills all pixels that may change.

        At the soft border of a region, only the alpha is soft, because there is no content under the texture.
        """
        reach, styles = self.reach(), self.styles
        if reach is not None:
            styles = tuple(replace(style, region=_quotient(style.region, reach)) for style in styles)
        blank, alpha = torch.full_like(self.content, 0.5), _product(self.selection, reach)
        return replace(self, content=blank, alpha=alpha, selection=None, keep_mask=None, styles=styles)

    def seamless(self, wrap: Wrap) -> Scene:
        """Return the scene with pictures that have no jump between edges that meet."""
        initial = None if self.initial is None else periodic(self.initial, wrap)
        return replace(self, content=periodic(self.content, wrap), initial=initial)


def scene_from_job(job: StyleJob, device: torch.device, checkpoint: Checkpoint = unchecked) -> Scene:
    """Return the scene of a job on ``device``."""
    content, alpha = picture_from_buffer(job.content, checkpoint)
    if alpha is not None:
        alpha = alpha.to(device)
    selection, keep_mask = _mask(job.selection, device), _mask(job.keep_mask, device)
    initial = None if job.initial is None else _over(*picture_from_buffer(job.initial, checkpoint), content).to(device)
    content = content.to(device)
    if initial is not None and job.initial_strength is not None:
        initial = torch.lerp(content, initial, min(job.settings.strength / job.initial_strength, _FURTHEST)).clamp_(
            0, 1
        )
    styles = tuple(_style_source(style, device, checkpoint) for style in job.styles)
    earlier = None if job.earlier is None else MovedFrame.of(job.earlier, device)
    return Scene(content, alpha, selection, keep_mask, initial, styles, earlier)


def _over(rgb: Tensor, alpha: Tensor | None, ground: Tensor) -> Tensor:
    """Return the picture over ``ground``. A result that was painted within a selection is partly transparent."""
    return rgb if alpha is None else torch.lerp(ground, rgb, alpha)


def is_empty(mask: Tensor | None) -> bool:
    """Return True if a mask (None: all) is 0 everywhere."""
    return mask is not None and not bool((mask > 0).any())


def _onset(selection: Tensor) -> Tensor:
    """Return the part of the painting at each pixel (H, W) of a selection. It fades at the border, so there is no seam.

    A soft edge fades already. So the product of selection and fade rises by at most ``1 / steps`` per pixel.
    """
    steps = 1 + round(max(selection.shape) * _ONSET)
    return (_depth(selection > 0) / (steps * selection.clamp_min(1e-6))).clamp(0, 1)


def _depth(inside: Tensor) -> Tensor:
    """Return the distance of each pixel inside (H, W) from the nearest one outside; the canvas's edge is no border."""
    depth = torch.where(inside.cpu(), float(sum(inside.shape)), 0.0)  # on the CPU: not every GPU has cummin
    for axis in (0, 1):
        places = torch.arange(float(inside.shape[axis]))
        places = places[:, None] if axis == 0 else places
        before = (depth - places).cummin(axis).values + places
        after = (depth + places).flip(axis).cummin(axis).values.flip(axis) - places
        depth = torch.minimum(before, after)
    return depth.to(inside.device)


def _mask(buffer: PixelBuffer | None, device: torch.device) -> Tensor | None:
    return None if buffer is None else mask_from_buffer(buffer).to(device)


def _style_source(style: Style, device: torch.device, checkpoint: Checkpoint) -> StyleSource:
    rgb, alpha = picture_from_buffer(style.image, checkpoint)
    source = None if style.source is None else mask_from_buffer(style.source)
    mask = _product(alpha, source)
    region = _mask(style.region, device)
    moved = None if mask is None else mask.to(device)
    return StyleSource(rgb.to(device), moved, style.weight, region, _digest(style.image, style.source), style.name)


def _digest(*buffers: PixelBuffer | None) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for buffer in buffers:
        if buffer is not None:
            digest.update(f"{buffer.width}x{buffer.height} {buffer.format}".encode())
            digest.update(buffer.data)
    return digest.hexdigest()


def _quotient(mask: Tensor | None, by: Tensor) -> Tensor | None:
    return None if mask is None else mask / by.clamp_min(_TINY)


def _product(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    if a is None or b is None:
        return b if a is None else a
    return a * b


def _sum(fields: Sequence[Tensor], weights: Iterable[float] = repeat(1.0)) -> Tensor:
    """Return the weighted sum of maps (H, W). They are not stacked, because there may be many of them."""
    total = torch.zeros_like(fields[0])
    for field, weight in zip(fields, weights):
        total.add_(field, alpha=weight)
    return total
