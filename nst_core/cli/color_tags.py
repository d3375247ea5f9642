"""Makes an ICC profile for files that describe their colors without one.

Each function for a format returns an empty profile for sRGB, and None if the file does not describe its colors. It
adds a notice if the colors can't be converted.
"""

from __future__ import annotations

import struct
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Union

import imagecodecs
import numpy as np
from PIL import Image

from .samples import Array

Chromaticities = Sequence[float]
#: A curve from samples to light: an exponent, or one or three tables of 16 bits.
Curve = Union[float, Array]

_D65 = (0.3127, 0.329)
_SRGB = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
_ADOBE_GAMMA = 563 / 256

#: Chromaticities that differ by less than this are equal: the difference comes from rounding.
_ROUNDING = 0.002

#: An exponent that differs from 2.2 by less than this share means the curve of sRGB. libpng decides in the same way.
_NEARLY_SCREEN = 0.05
_SCREEN_GAMMA = 2.2

#: Color primaries (red, green, blue) of ITU-T H.273 by their number, and the white points that are not D65.
_PRIMARIES: Dict[int, Chromaticities] = {
    1: _SRGB,
    2: _SRGB,  # unspecified
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    22: (0.63, 0.34, 0.295, 0.605, 0.155, 0.077),
}
_WHITES = {4: (0.31, 0.316), 8: (0.31, 0.316), 11: (0.314, 0.351)}

#: Transfer characteristics of ITU-T H.273, by number.
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
_OF_VIDEO = (1, 6, 11, 14, 15)
_OF_SRGB = (2, 13)  # 2 is unspecified

#: The samples at which a curve without an exponent is measured.
_SIGNAL = np.linspace(0, 1, 4096)

_UNCALIBRATED = 0xFFFF

# BITMAPV4HEADER and BITMAPV5HEADER: lengths, color spaces.
_V4, _V5 = 108, 124
_CALIBRATED, _EMBEDDED, _LINKED = 0, b"DEBM", b"KNIL"


def profile_of(image: Image.Image, data: bytes, notices: List[str]) -> bytes:
    """Return the ICC profile for ``image``, which Pillow opened from ``data``. It is empty for sRGB."""
    embedded = image.info.get("icc_profile") or b""
    if image.format == "PNG":
        return profile_if_readable(lambda: _from_png(image, data, embedded, notices), notices)
    return embedded or profile_if_readable(lambda: _by_format(image, data, notices), notices)


def _by_format(image: Image.Image, data: bytes, notices: List[str]) -> bytes:
    own = _BY_FORMAT.get(image.format or "", _nothing)(data, notices)
    return from_exif(image.getexif(), notices) if own is None else own


def profile_if_readable(read: Callable[[], bytes], notices: List[str]) -> bytes:
    """Return the profile from ``read``. If the description of the colors is damaged, add a notice and assume sRGB."""
    try:
        return read()
    except (imagecodecs.CmsError, struct.error, ValueError, TypeError, SyntaxError, LookupError, ArithmeticError):
        notices.append("has a damaged description of its colors; they are taken as sRGB.")
        return b""


def from_chromaticities(white: Chromaticities, primaries: Chromaticities, curve: Optional[Curve]) -> bytes:
    """Return an RGB profile with these x and y (empty: those of sRGB). Without a ``curve`` it has the curve of sRGB."""
    white, primaries = white or _D65, primaries or _SRGB
    like_srgb = np.allclose([*white, *primaries], [*_D65, *_SRGB], rtol=0, atol=_ROUNDING)
    if curve is None or (isinstance(curve, float) and abs(curve / _SCREEN_GAMMA - 1) < _NEARLY_SCREEN and like_srgb):
        return b"" if like_srgb else _profile(white, primaries, _srgb_curve())
    return _profile(white, primaries, curve)


def from_exif(exif: Image.Exif, notices: List[str]) -> bytes:
    """Return the profile for EXIF's color space: sRGB or, if the interoperability index says so, Adobe RGB."""
    details = exif.get_ifd(0x8769)
    space, index = details.get(0xA001), _interoperability(exif)
    if index.startswith("R03") or space == 2:
        return _profile(_D65, _ADOBE, _ADOBE_GAMMA)
    if space == _UNCALIBRATED and 0x13F in exif:
        gamma = details.get(0xA500)
        primaries = [float(number) for number in exif[0x13F]]
        return from_chromaticities([float(number) for number in exif.get(0x13E, ())], primaries, gamma and float(gamma))
    if space == _UNCALIBRATED:
        notices.append("has colors that are not sRGB, but no profile for them; they are taken as sRGB.")
    return b""


def _profile(white: Chromaticities, primaries: Chromaticities, curve: Curve) -> bytes:
    red, green, blue = primaries[0:2], primaries[2:4], primaries[4:6]
    shape: Dict[str, Any] = {"gamma" if isinstance(curve, float) else "transferfunction": curve}
    points = [*red, 1, *green, 1, *blue, 1]
    return bytes(imagecodecs.cms_profile("rgb", whitepoint=[*white, 1], primaries=points, **shape))


def _srgb_curve() -> Array:
    return _curve(np.where(_SIGNAL <= 0.04045, _SIGNAL / 12.92, ((_SIGNAL + 0.055) / 1.055) ** 2.4))


def _video_curve() -> Array:
    return _curve(np.where(_SIGNAL < 0.081, _SIGNAL / 4.5, ((_SIGNAL + 0.099) / 1.099) ** (1 / 0.45)))


def _power_curve(exponent: float) -> Array:
    return _curve(_SIGNAL**exponent)


def _curve(light: Array) -> Array:
    return np.asarray(np.rint(light * 65535), np.uint16)


def _interoperability(exif: Image.Exif) -> str:
    try:
        index = exif.get_ifd(0xA005).get(1, "")
    except KeyError:  # Pillow 12 raises it for a TIFF without this index
        return ""
    return index.decode("latin-1") if isinstance(index, bytes) else str(index)


def _from_png(image: Image.Image, data: bytes, embedded: bytes, notices: List[str]) -> bytes:
    """Read the chunks in the order of the standard: cICP, iCCP, sRGB, then gAMA and cHRM."""
    chunks = dict(_chunks(data))
    if b"cICP" in chunks:
        primaries, transfer, _, full_range = chunks[b"cICP"][:4]
        aside: List[str] = notices if not embedded else []
        profile = _from_code_points(primaries, transfer, aside) if full_range else None
        if profile is not None or not embedded:
            return profile or b""
    if embedded or b"sRGB" in chunks:
        return embedded
    if b"gAMA" in chunks or b"cHRM" in chunks:
        numbers = [number / 100000 for number in struct.unpack(">8I", chunks.get(b"cHRM", bytes(32))[:32])]
        gamma = struct.unpack(">I", chunks[b"gAMA"][:4])[0] if b"gAMA" in chunks else 0
        points = numbers if any(numbers) else []
        return from_chromaticities(points[:2], points[2:], 100000 / gamma if gamma else None)
    return from_exif(image.getexif(), notices)


def _chunks(data: bytes) -> Iterator[Tuple[bytes, bytes]]:
    """Yield the names and contents of a PNG's chunks that come before its pixels."""
    position = 8
    while position + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        if name == b"IDAT":
            return
        yield name, data[position + 8 : position + 8 + length]
        position += 12 + length


def _from_code_points(primaries: int, transfer: int, notices: List[str]) -> Optional[bytes]:
    """Return a profile for the numbers of H.273, or None if they can't be converted."""
    if primaries in _PRIMARIES and (transfer in _GAMMAS or transfer in _OF_VIDEO or transfer in _OF_SRGB):
        curve = _GAMMAS.get(transfer) or (_video_curve() if transfer in _OF_VIDEO else None)
        return from_chromaticities(_WHITES.get(primaries, _D65), _PRIMARIES[primaries], curve)
    kind = {16: "PQ", 18: "HLG"}.get(transfer, f"color space {primaries}/{transfer}")
    notices.append(f"has colors in {kind}, which can't be converted; they are taken as sRGB.")
    return None


def _nothing(data: bytes, notices: List[str]) -> Optional[bytes]:
    return None


def _from_avif(data: bytes, notices: List[str]) -> Optional[bytes]:
    for box in boxes(data, b"meta", b"iprp", b"ipco", b"colr"):
        if box[:4] == b"nclx":
            primaries, transfer = struct.unpack(">HH", box[4:8])
            return _from_code_points(primaries, transfer, notices) or b""
    return None


def _from_jpeg_2000(data: bytes, notices: List[str]) -> Optional[bytes]:
    for box in boxes(data, b"jp2h", b"colr"):
        method = box[0]
        if method in (2, 3):  # these two methods embed a profile
            return box[3:]
        if method == 5:
            primaries, transfer = struct.unpack(">HH", box[3:7])
            return _from_code_points(primaries, transfer, notices) or b""
    return None


def boxes(data: bytes, *path: bytes) -> Iterator[bytes]:
    """Yield the contents of the boxes at ``path`` in a file with ISO boxes, such as AVIF and JPEG 2000."""
    position = 0
    while position + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        header = 8
        if length == 1:
            (length,), header = struct.unpack(">Q", data[position + 8 : position + 16]), 16
        end = position + length if length else len(data)
        if end < position + header:
            return
        if name == path[0]:
            content = data[position + header : end]
            inner = content[4:] if name == b"meta" else content  # without its version
            yield from boxes(inner, *path[1:]) if len(path) > 1 else [content]
        position = end


def _from_bmp(data: bytes, notices: List[str]) -> Optional[bytes]:
    (length,) = struct.unpack("<I", data[14:18])
    if length < _V4:
        return b""
    space = data[70:74]
    if space == _EMBEDDED and length >= _V5:
        offset, size = struct.unpack("<II", data[126:134])
        return data[14 + offset : 14 + offset + size]
    if space == _LINKED:
        notices.append("names a color profile in another file, which is not read; its colors are taken as sRGB.")
    if int.from_bytes(space, "little") != _CALIBRATED:
        return b""
    return _from_endpoints(struct.unpack("<9i", data[74:110]), struct.unpack("<3I", data[110:122]))


def _from_endpoints(endpoints: Sequence[int], gammas: Sequence[int]) -> bytes:
    """Return a profile for red, green and blue in XYZ, whose sum is white, and their exponents.

    Zeros give an empty profile.
    """
    xyz = np.asarray(endpoints, float).reshape(3, 3) / 2**30
    if not all(xyz.sum(1)) or not all(gammas):
        return b""
    points = [*xyz, xyz.sum(0)]
    red, green, blue, white = ([float(x / total), float(y / total)] for (x, y, z) in points for total in [x + y + z])
    exponents = [gamma / 65536 for gamma in gammas]
    curve = exponents[0] if len(set(exponents)) == 1 else np.stack([_power_curve(exponent) for exponent in exponents])
    return from_chromaticities(white, [*red, *green, *blue], curve)


_BY_FORMAT = {"AVIF": _from_avif, "JPEG2000": _from_jpeg_2000, "BMP": _from_bmp}
