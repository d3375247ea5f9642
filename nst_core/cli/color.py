"""Samples in any color space to sRGB, through littlecms at the depth that they have.

Pillow's own way to littlecms ends at 8 bits, which shows as bands in linear light; that of imagecodecs does not.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import List

import imagecodecs
import numpy as np
from PIL import ImageCms

from .samples import Array, Samples, to_8_bits

#: Levels of 255 by which colors may differ from sRGB and still count as that: versions of sRGB differ by rounding.
_INVISIBLE = 2

#: By a profile's color space: its name in imagecodecs, and the models that may be brought to it.
_FITTING = {
    "GRAY": ("gray", ("gray",)),
    "RGB": ("rgb", ("rgb", "gray")),
    "CMYK": ("cmyk", ("cmyk",)),
    "Lab": ("lab", ("lab",)),
}

_BLACK_POINT_COMPENSATION = int(ImageCms.Flags.BLACKPOINTCOMPENSATION)

#: littlecms speeds 16 bits up by a coarse table, which is off by up to 15 levels of 255 in saturated colors.
_EXACT = int(ImageCms.Flags.NOOPTIMIZE)


def to_srgb(samples: Samples, notices: List[str]) -> Array:
    """The colors of ``samples`` in sRGB: (height, width, 3), in their own depth."""
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
    """An sRGB profile. Its date, which would make every file differ, is set to that of the sRGB standard."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    date = b"".join(number.to_bytes(2, "big") for number in (1999, 10, 18, 0, 0, 0))
    profile[24:36] = date
    return bytes(profile)


def _space(profile: bytes) -> str:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()


def _is_srgb(profile: bytes, space: str) -> bool:
    """Whether colors come through ``profile`` as they are. Its name does not show it: there is a linear "sRGB", too."""
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
        # Inks that absorb one color each and nothing else: the customary reading of numbers without a profile.
        inks = to_8_bits(samples.color).astype(np.uint32)
        return np.rint((255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255).astype(np.uint8)
    return samples.color if samples.color.shape[2] == 3 else np.repeat(samples.color, 3, axis=2)
