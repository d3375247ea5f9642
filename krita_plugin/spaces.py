"""Color spaces with Krita's names."""

from __future__ import annotations

from typing import Any, NamedTuple

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError


class Space(NamedTuple):
    """A color space: Krita's names of its model, depth and profile."""

    model: str
    depth: str
    profile: str

    @property
    def pixel_bytes(self) -> int:
        """The number of bytes in a pixel."""
        channels = {"A": 1, "GRAYA": 2, "CMYKA": 5}.get(self.model, 4)
        return channels * {"U8": 1, "U16": 2, "F16": 2, "F32": 4}[self.depth]


#: The parametric sRGB curve, which converts in both directions without loss. Krita's own default profile of the same
#: space ("elle") holds the curve as a table. The inverse of this table has errors of up to 26 steps of 16 bits.
SRGB_PROFILE = "sRGB built-in"
SRGB_SYNONYMS = ("sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V4-srgbtrc.icc")
#: The engine's space; its bytes are those of the pixel format ``rgba-f32``.
ENGINE = Space("RGBA", "F32", SRGB_PROFILE)
#: The space of most documents; its bytes are those of Qt's ``Format_ARGB32``.
SRGB_U8 = Space("RGBA", "U8", SRGB_PROFILE)
#: The same colors in 16 bits.
SRGB_U16 = Space("RGBA", "U16", SRGB_PROFILE)
#: The same colors as sRGB, but in linear light.
LINEAR = Space("RGBA", "F32", "sRGB-elle-V2-g10.icc")
#: Models whose conversion can't be reversed. In CMYK many values give the same color, and Krita's profiles of YCbCr
#: have tables for only one direction.
ONE_WAY = ("CMYKA", "YCbCrA")


def space_of(owner: Any) -> Space:
    """Return the color space of Krita's document or node."""
    return Space(owner.colorModel(), owner.colorDepth(), owner.colorProfile())


def require_space(owner: Any, space: Space) -> None:
    """Raise HostError if Krita's document or node is no longer in ``space``, with whose layout its pixels are read."""
    if space_of(owner) != space:
        raise HostError(tr("The document has another color space now."), tr("Start again."))


def canonical(space: Space) -> Space:
    """Return ``space`` with the same name for all of Krita's profiles that hold the sRGB curve."""
    return space._replace(profile=SRGB_PROFILE) if space.profile in SRGB_SYNONYMS else space
