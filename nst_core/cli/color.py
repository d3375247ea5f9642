"""Converts samples in any color space to sRGB, through littlecms and in their own depth.

Pillow calls littlecms with only 8 bits. In linear light, this shows as bands. imagecodecs calls it with 16 bits.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import List

import imagecodecs
import numpy as np
from PIL import ImageCms

from .samples import Array, Samples, to_8_bits

#: Colors that differ from sRGB by at most this many levels of 255 count as sRGB: sRGB profiles differ by rounding.
_INVISIBLE = 2

#: For the color space of a profile: its name in imagecodecs, and the models of samples that fit it.
_FITTING = {
    "GRAY": ("gray", ("gray",)),
    "RGB": ("rgb", ("rgb", "gray")),
    "CMYK": ("cmyk", ("cmyk",)),
    "Lab": ("lab", ("lab",)),
}

_BLACK_POINT_COMPENSATION = int(ImageCms.Flags.BLACKPOINTCOMPENSATION)

#: Turns off the coarse table of littlecms for 16 bits: its error is up to 15 levels of 255 in saturated colors.
_EXACT = int(ImageCms.Flags.NOOPTIMIZE)


def to_srgb(samples: Samples, notices: List[str]) -> Array:
    """Return the colors of ``samples`` in sRGB: (height, width, 3), in their own depth."""
    if samples.profile:
        try:
            space = _space(samples.profile)
            if space not in _FITTING or samples.model not in _FITTING[space][1]:
                notices.append("has a color profile that does not fit it; its colors are taken as sRGB.")
            elif not _is_srgb(samples.profile, space):
                return _converted(samples.color, samples.profile, space)
        except (ImageCms.PyCMSError, OSError, imagecodecs.CmsError):
            notices.append("has a damaged color profile; its colors are taken as sRGB.")
    return _without_profile(samples)


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return an sRGB profile. Its date is always that of the sRGB standard, so that equal pictures give equal files."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    date = b"".join(number.to_bytes(2, "big") for number in (1999, 10, 18, 0, 0, 0))
    profile[24:36] = date
    return bytes(profile)


def _space(profile: bytes) -> str:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()


def _is_srgb(profile: bytes, space: str) -> bool:
    """Return True if ``profile`` leaves colors as they are. Its name can't show this: there is also a linear "sRGB"."""
    if space not in ("GRAY", "RGB"):
        return False
    ramp = np.tile(np.arange(256, dtype=np.uint8), (256, 1))
    probe = ramp[..., None] if space == "GRAY" else np.stack([ramp, ramp.T, ramp[::-1, ::-1]], 2)
    change = np.abs(_converted(probe, profile, space).astype(np.int16) - probe)
    return int(change.max()) <= _INVISIBLE


def _converted(color: Array, profile: bytes, space: str) -> Array:
    name = _FITTING[space][0]
    if name == "rgb" and color.shape[2] == 1:
        color = np.repeat(color, 3, axis=2)
    converted = imagecodecs.cms_transform(
        np.ascontiguousarray(color[..., 0] if name == "gray" else color),
        profile,
        srgb_profile(),
        colorspace=name,
        outcolorspace="rgb",
        intent=int(ImageCms.Intent.RELATIVE_COLORIMETRIC),
        flags=_BLACK_POINT_COMPENSATION | (_EXACT if color.dtype == np.uint16 else 0),
    )
    return np.asarray(converted)


def _without_profile(samples: Samples) -> Array:
    if samples.model == "lab":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        return _converted(samples.color, lab, "Lab")
    if samples.model == "cmyk":
        # Without a profile, the usual assumption is that each ink absorbs exactly one color.
        inks = to_8_bits(samples.color).astype(np.uint32)
        return np.rint((255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255).astype(np.uint8)
    return samples.color if samples.color.shape[2] == 3 else np.repeat(samples.color, 3, axis=2)
