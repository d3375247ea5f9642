"""Writes image files that Pillow can't write, byte by byte. So the right values are known without a reader."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any, Dict, Optional, Sequence

import numpy as np
from PIL import Image, ImageCms

from nst_core.cli import images

#: The numbers of TIFF tags.
PHOTOMETRIC, PLANAR, EXTRA_SAMPLES, COLORMAP, EXIF, ICC = 262, 284, 338, 320, 34665, 34675


def ramp(*channels: int, height: int = 6, width: int = 10) -> Any:
    """Return numbers from 0 to 1 in the shape (height, width, *channels), in a different order in each channel."""
    return (
        np.random.default_rng(7)
        .permutation(np.linspace(0, 1, height * width * int(np.prod(channels))))
        .reshape(height, width, *channels)
    )


def seen(path: Path) -> Any:
    """Return the RGBA values, from 0 to 1, that the engine would get from ``path``."""
    buffer = images.read(path).buffer()
    deep = buffer.format == "rgba-u16"
    values = np.frombuffer(bytes(buffer.data), "<u2" if deep else "u1").reshape(buffer.height, buffer.width, 4)
    return values / (65535 if deep else 255)


def assert_seen(path: Path, color: Any, alpha: Any = 1.0) -> None:
    """Check that ``path`` shows ``color`` (height, width, 1 or 3) with ``alpha``. Each value may differ by 1/255."""
    expected = np.broadcast_to(color, (*np.shape(color)[:2], 3))
    shown = seen(path)
    assert shown.shape[:2] == expected.shape[:2]
    assert np.abs(shown[..., 3] - alpha).max() <= 1 / 255
    visible = shown[..., 3] > 0
    assert np.abs(shown[..., :3] - expected)[visible].max() <= 1 / 255


def encoded(light: Any) -> Any:
    """Convert linear light to sRGB."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decoded(signal: Any) -> Any:
    """Convert sRGB to linear light."""
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def to_xyz(primaries: Sequence[float], white: Sequence[float] = (0.3127, 0.329)) -> Any:
    """Return the matrix from linear RGB with these chromaticities to XYZ."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in np.reshape(primaries, (3, 2))]).T
    x, y = white
    return columns * np.linalg.solve(columns, [x / y, 1, (1 - x - y) / y])


SRGB = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06)


def shown_from(light: Any, primaries: Sequence[float]) -> Any:
    """Convert linear RGB with these primaries and D65 to sRGB."""
    return encoded(light @ (np.linalg.inv(to_xyz(SRGB)) @ to_xyz(primaries)).T)


# PNG


def png(values: Any, depth: int, color_type: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of ``values`` (height, width, channels), integers of ``depth`` bits, with ``chunks`` before them."""
    height, width = values.shape[:2]
    rows = [b"\0" + packed(row.ravel(), depth, ">") for row in values]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def packed(numbers: Any, depth: int, order: str) -> bytes:
    """Pack a row of numbers with ``depth`` bits each. The last byte is filled with zeros."""
    numbers = np.asarray(numbers)
    if depth % 8 == 0:
        every = numbers.astype(np.uint64)[:, None] >> np.arange(0, depth, 8, dtype=np.uint64) & np.uint64(255)
        return bytes((every if order == "<" else every[:, ::-1]).astype(np.uint8))
    bits = (numbers.astype(np.int64)[:, None] >> np.arange(depth)[::-1]) & 1
    return bytes(np.packbits(bits.astype(np.uint8).ravel()))


# TIFF


def tiff(
    values: Any, depth: int, order: str = "<", planar: bool = False, tags: Optional[Dict[int, Any]] = None
) -> bytes:
    """Return an uncompressed TIFF of ``values`` (height, width, channels) in strips of four rows.

    ``values`` are unsigned numbers of ``depth`` bits, or floats or signed numbers that are stored as they are. ``tags``
    are shorts (a number or several), bytes, or rationals (a list of pairs).
    """
    strip, kind = 4, {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    height, width, channels = values.shape
    planes = [values[..., [channel]] for channel in range(channels)] if planar else [values]
    rows = [plane[top : top + strip] for plane in planes for top in range(0, height, strip)]
    if values.dtype.kind == "u":
        strips = [b"".join(packed(row.ravel(), depth, order) for row in part) for part in rows]
    else:
        strips = [part.astype(values.dtype.newbyteorder(order)).tobytes() for part in rows]
    entries: Dict[int, Any] = {
        256: width, 257: height, 258: [depth] * channels, 259: 1, PHOTOMETRIC: 1 if channels < 3 else 2,
        277: channels, 278: strip, PLANAR: 2 if planar else 1, 339: [kind] * channels,
        **(tags or {}),
    }  # fmt: skip
    return _tiff_file(entries, strips, order)


def _tiff_file(entries: Dict[int, Any], strips: list[bytes], order: str) -> bytes:
    data, offsets = b"", []
    for strip in strips:
        offsets.append(8 + len(data))
        data += strip + bytes(len(strip) % 2)
    fields = {tag: _field(value, order) for tag, value in entries.items()}
    if EXIF in entries:  # the one offset among the tags
        fields[EXIF] = (4, 1, struct.pack(f"{order}I", entries[EXIF]))
    fields[273] = (4, len(strips), struct.pack(f"{order}{len(strips)}I", *offsets))
    fields[279] = (4, len(strips), struct.pack(f"{order}{len(strips)}I", *map(len, strips)))
    directory, extra = struct.pack(f"{order}H", len(fields)), b""
    start = 8 + len(data)
    behind = start + 2 + 12 * len(fields) + 4
    for tag, (kind, count, content) in sorted(fields.items()):
        directory += struct.pack(f"{order}HHI", tag, kind, count)
        if len(content) <= 4:
            directory += content.ljust(4, b"\0")
        else:
            directory += struct.pack(f"{order}I", behind + len(extra))
            extra += content + bytes(len(content) % 2)
    magic = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, start)
    return magic + data + directory + bytes(4) + extra


def _field(value: Any, order: str) -> tuple[int, int, bytes]:
    if isinstance(value, bytes):
        return 7, len(value), value
    numbers = list(value) if isinstance(value, (list, tuple)) else [value]
    if isinstance(numbers[0], tuple):
        return 5, len(numbers), struct.pack(f"{order}{2 * len(numbers)}I", *[part for pair in numbers for part in pair])
    return 3, len(numbers), struct.pack(f"{order}{len(numbers)}H", *numbers)


# Profiles


def linear_srgb() -> bytes:
    """Return the profile that editors embed in pictures with linear light.

    It has the primaries and the name of sRGB.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for entry in _tags(profile):
        tag, offset, _ = struct.unpack(">4sII", profile[entry : entry + 12])
        if tag in (b"rTRC", b"gTRC", b"bTRC"):  # the only parameter of a curve with type 0 is its exponent
            profile[offset : offset + 16] = b"para" + bytes(8) + struct.pack(">i", 1 << 16)
    assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(bytes(profile))))
    return bytes(profile)


def swapped_srgb() -> bytes:
    """Return an sRGB profile with red and green swapped, so that a conversion is easy to see."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for entry in _tags(profile):
        tag = bytes(profile[entry : entry + 4])
        swapped = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ", b"rTRC": b"gTRC", b"gTRC": b"rTRC"}.get(tag, tag)
        profile[entry : entry + 4] = swapped
    return bytes(profile)


def _tags(profile: bytearray) -> range:
    count = struct.unpack(">I", profile[128:132])[0]
    return range(132, 132 + 12 * count, 12)


def saved(path: Path, image: Image.Image, **saving: Any) -> Path:
    """Save ``image`` to ``path``, and return ``path``."""
    image.save(path, **saving)
    return path
