"""Masks from picture files: white covers fully, black and transparent pixels do not cover."""

from __future__ import annotations

from typing import Optional

from PIL import Image, ImageChops

from nst_core.job.pixels import PixelBuffer

from .images import Picture


def mask_buffer(picture: Picture) -> PixelBuffer:
    """Return the coverage that ``picture`` describes as ``gray-u8``."""
    image = picture.in_8_bits()
    coverage = image.convert("L")
    if picture.transparent:
        coverage = ImageChops.multiply(coverage, image.getchannel("A"))
    return PixelBuffer(*picture.size, "gray-u8", coverage.tobytes())


class Surroundings:
    """Puts the content around a painted selection. The result is transparent where the content is transparent.

    ``selection`` is ``gray-u8`` in the content's size, or None for everything. A picture keeps the content's alpha. A
    texture (``covers``) has its own alpha, and also covers transparent parts of the content.
    """

    def __init__(self, content: Picture, selection: Optional[PixelBuffer], covers: bool) -> None:
        self._covers = covers
        self._content = content.in_8_bits()
        self._selection = selection and Image.frombytes("L", content.size, bytes(selection.data))

    def around(self, painted: Image.Image) -> Image.Image:
        """Return ``painted`` (RGBA, at most in the content's size) where it is selected, and the content elsewhere."""
        content = self._content.resize(painted.size)
        if self._covers:
            return Image.alpha_composite(content, painted) if self._selection else painted
        selection = self._selection.resize(painted.size) if self._selection else Image.new("L", painted.size, 255)
        alpha = content.getchannel("A")
        shown = ImageChops.multiply(selection, alpha.point(lambda value: 255 if value else 0))
        whole = Image.composite(painted.convert("RGB"), content.convert("RGB"), shown)
        whole.putalpha(alpha)
        return whole
