"""Masks from picture files: white is all, black or transparent is nothing."""

from __future__ import annotations

from PIL import Image, ImageChops

from nst_core.job.pixels import PixelBuffer

from .images import Picture


def mask_buffer(picture: Picture) -> PixelBuffer:
    """The coverage that ``picture`` stands for, as ``gray-u8``."""
    image = picture.in_8_bits()
    coverage = image.convert("L")
    if picture.transparent:
        coverage = ImageChops.multiply(coverage, image.getchannel("A"))
    return PixelBuffer(*picture.size, "gray-u8", coverage.tobytes())


class Surroundings:
    """What a painted selection is laid on: the content. ``selection`` is ``gray-u8`` of the same size.

    A picture keeps the content's alpha; a texture (``covers``) has its own, and covers what is transparent as well.
    """

    def __init__(self, content: Picture, selection: PixelBuffer, covers: bool) -> None:
        self._covers = covers
        self._content = content.in_8_bits().convert("RGBA")
        self._selection = Image.frombytes("L", content.size, bytes(selection.data))

    def around(self, painted: Image.Image) -> Image.Image:
        """``painted`` (RGBA, of the content's size or smaller) where selected, and the content elsewhere."""
        content = self._content.resize(painted.size)
        if self._covers:
            return Image.alpha_composite(content, painted)
        whole = Image.composite(painted.convert("RGB"), content.convert("RGB"), self._selection.resize(painted.size))
        whole.putalpha(content.getchannel("A"))
        return whole
