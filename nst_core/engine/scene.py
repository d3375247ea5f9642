"""The job's pictures as tensors, and how they look on a canvas of any size."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nst_core.bridge.job import Style, StyleJob
from nst_core.bridge.pixels import PixelBuffer

from .color import ColorStatistics, color_statistics, match_colors, mix_color_statistics
from .pyramid import reduce, scaled
from .tensors import mask_from_buffer, picture_from_buffer


@dataclass(frozen=True)
class StyleSource:
    """One style: ``rgb`` (3, h, w), where it counts (``mask`` (h, w) or None), its ``weight`` and ``region`` (H, W).

    ``digest`` identifies picture and mask, so that statistics can be kept between jobs.
    """

    rgb: Tensor
    mask: Tensor | None
    weight: float
    region: Tensor | None
    digest: str

    def at(self, side: float) -> tuple[Tensor, Tensor | None]:
        """Picture and mask with longest side ``side``, but never enlarged: strokes are not invented."""
        height, width = self.rgb.shape[1:]
        size = scaled(height, width, min(side, max(height, width)))
        mask = None if self.mask is None else reduce(self.mask[None], *size)[0].clamp(0, 1)
        return reduce(self.rgb, *size), mask


@dataclass(frozen=True)
class Scene:
    """Everything that a job shows, in the content's size (H, W).

    ``content`` (3, H, W) is the picture as it is and ``matched`` the same in the styles' colors; ``alpha`` and
    ``selection`` are masks or None; ``initial`` is the picture to start from, or None.
    """

    content: Tensor
    matched: Tensor
    alpha: Tensor | None
    selection: Tensor | None
    initial: Tensor | None
    styles: tuple[StyleSource, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.content.shape[1], self.content.shape[2]

    def coverage(self) -> Tensor | None:
        """How much each pixel (H, W) may change and counts in statistics: alpha and selection; None for all fully."""
        return _product(self.alpha, self.selection)

    def start(self) -> Tensor:
        """What the finest canvas would start from: the initial picture if there is one, or the matched content."""
        return self.matched if self.initial is None else self.initial

    def regions(self) -> list[Tensor | None]:
        """Where each style paints (H, W): its region's share of all regions there. All None if there are no regions."""
        if all(style.region is None for style in self.styles):
            return [None] * len(self.styles)
        fields = [self.content.new_ones(self.size) if s.region is None else s.region for s in self.styles]
        weighted = [f * s.weight for f, s in zip(fields, self.styles)]
        total = torch.stack(weighted).sum(0).clamp_min(1e-6)
        reach = torch.stack(fields).amax(0)
        return [w / total * reach for w in weighted]

    def with_weights(self, weights: tuple[float, ...]) -> Scene:
        """The same scene with other weights of its styles."""
        styles = tuple(replace(style, weight=weight) for style, weight in zip(self.styles, weights))
        return replace(self, styles=styles)

    def matched_to_styles(self, strength: float, keep_colors: float) -> Scene:
        """The same scene with its colors brought together.

        ``keep_colors`` (0..1) of the way the styles are recolored to match the content (Gatys et al. 2017); then the
        content's colors go ``strength`` (0..1) of the way to those of the styles, which spares the optimization the
        long way in color.
        """
        visible = self.coverage()
        own = color_statistics(self.content, visible)
        styles = tuple(_recolored(style, own, keep_colors) for style in self.styles) if keep_colors else self.styles
        parts = [color_statistics(style.rgb, style.mask) for style in styles]
        regions = self.regions()
        if regions[0] is None:
            total = sum(style.weight for style in styles)
            target = mix_color_statistics(parts, [style.weight / total for style in styles])
            matched = torch.lerp(self.content, match_colors(self.content, own, target), strength)
        else:
            matched = self.content.clone()
            for region, part in zip(regions, parts):
                assert region is not None
                matched += region * strength * (match_colors(self.content, own, part) - self.content)
        return replace(self, matched=_only_where(self.selection, matched, self.content), styles=styles)


def scene_from_job(job: StyleJob, device: torch.device) -> Scene:
    """The job's pictures on ``device``."""
    content, alpha = picture_from_buffer(job.content)
    if alpha is not None:
        alpha = alpha.to(device)
    selection = None if job.selection is None else mask_from_buffer(job.selection).to(device)
    initial = None if job.initial is None else picture_from_buffer(job.initial)[0].to(device)
    content = content.to(device)
    styles = tuple(_style_source(style, device) for style in job.styles)
    return Scene(content, content, alpha, selection, initial, styles)


def _style_source(style: Style, device: torch.device) -> StyleSource:
    rgb, alpha = picture_from_buffer(style.image)
    source = None if style.source is None else mask_from_buffer(style.source)
    mask = _product(alpha, source)
    region = None if style.region is None else mask_from_buffer(style.region).to(device)
    moved = None if mask is None else mask.to(device)
    return StyleSource(rgb.to(device), moved, style.weight, region, _digest(style.image, style.source))


def _digest(*buffers: PixelBuffer | None) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for buffer in buffers:
        if buffer is not None:
            digest.update(f"{buffer.width}x{buffer.height} {buffer.format}".encode())
            digest.update(buffer.data)
    return digest.hexdigest()


def _recolored(style: StyleSource, target: ColorStatistics, amount: float) -> StyleSource:
    matched = match_colors(style.rgb, color_statistics(style.rgb, style.mask), target)
    colors = ",".join(f"{value:.6f}" for value in [*target.mean.tolist(), *target.covariance.flatten().tolist()])
    digest = f"{style.digest} recolored {amount} to {colors}"
    return replace(style, rgb=torch.lerp(style.rgb, matched, amount), digest=digest)


def _product(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    if a is None or b is None:
        return b if a is None else a
    return a * b


def _only_where(mask: Tensor | None, changed: Tensor, original: Tensor) -> Tensor:
    return changed if mask is None else torch.where(mask > 0, changed, original)
