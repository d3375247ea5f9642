"""Canvases whose edges meet: the pixels after the last column are those of the first one, or the same for rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

#: The sharpness of bicubic interpolation, as in torch.
_SHARPNESS = -0.75


class Wrap(NamedTuple):
    """The edges that meet: ``y`` is True if the bottom meets the top, ``x`` if the right edge meets the left one."""

    y: bool = False
    x: bool = False

    @classmethod
    def named(cls, seamless: str) -> Wrap:
        """Return the edges that meet for the setting ``seamless``: ``none``, ``x``, ``y`` or ``both``."""
        return cls(seamless in ("y", "both"), seamless in ("x", "both"))


#: No edges meet.
OPEN = Wrap()


def read(picture: Tensor, rows: range, columns: range) -> Tensor:
    """Return a part of (C, H, W). Rows and columns beyond an edge are taken from the opposite edge."""
    if _is_inside(picture, rows, columns):
        return picture[:, rows.start : rows.stop, columns.start : columns.stop]
    ys, xs = _places(picture, rows, columns)
    return picture.index_select(1, ys).index_select(2, xs)


def add(picture: Tensor, rows: range, columns: range, part: Tensor) -> None:
    """Add ``part`` to (C, H, W) in place, at the pixels that :func:`read` would return, always in the same order."""
    for from_y, to_y in _pieces(rows, picture.shape[1]):
        for from_x, to_x in _pieces(columns, picture.shape[2]):
            picture[:, to_y, to_x] += part[:, from_y, from_x]


def enlarge(picture: Tensor, height: int, width: int, wrap: Wrap) -> Tensor:
    """Resize (C, h, w) by bicubic interpolation, also across the edges that meet."""
    return _interpolate(_interpolate(picture, 1, height, wrap.y), 2, width, wrap.x)


def periodic(picture: Tensor, wrap: Wrap) -> Tensor:
    """Return (C, H, W) without a jump between edges that meet: it is spread over the whole picture (Moisan 2011)."""
    jumps = torch.zeros_like(picture)
    frequencies = picture.new_zeros(picture.shape[1:])
    for axis in (1, 2):
        size = picture.shape[axis]
        if wrap[axis - 1] and size > 1:
            jump = picture.select(axis, -1) - picture.select(axis, 0)
            jumps.select(axis, 0).add_(jump)
            jumps.select(axis, -1).sub_(jump)
        angles = 2 * torch.pi * torch.arange(size, device=picture.device) / size
        cosines = 2 * torch.cos(angles) - 2
        frequencies = frequencies + (cosines[:, None] if axis == 1 else cosines)
    frequencies[0, 0] = 1
    spectrum = torch.fft.fft2(jumps) / frequencies
    spectrum[:, 0, 0] = 0
    smooth: Tensor = torch.fft.ifft2(spectrum).real
    return (picture - smooth.to(picture.dtype)).clamp(0, 1)


def _is_inside(picture: Tensor, rows: range, columns: range) -> bool:
    height, width = picture.shape[1:]
    return rows.start >= 0 and columns.start >= 0 and rows.stop <= height and columns.stop <= width


def _pieces(places: range, side: int) -> Iterator[tuple[slice, slice]]:
    """Divide ``places`` at the edges. Yield the slice of each piece in ``places``, and its slice in the picture."""
    start = places.start
    while start < places.stop:
        stop = min(places.stop, start - start % side + side)
        yield slice(start - places.start, stop - places.start), slice(start % side, start % side + stop - start)
        start = stop


def _places(picture: Tensor, rows: range, columns: range) -> tuple[Tensor, Tensor]:
    ys, xs = (torch.arange(r.start, r.stop, device=picture.device) for r in (rows, columns))
    return ys % picture.shape[1], xs % picture.shape[2]


def _interpolate(picture: Tensor, axis: int, size: int, meets: bool) -> Tensor:
    """Interpolate along one axis."""
    old = picture.shape[axis]
    if old == size:
        return picture
    first, weights = taps(old, size)
    shape = [-1 if a == axis else 1 for a in range(3)]
    result = torch.zeros((), dtype=picture.dtype, device=picture.device)
    for tap, weight in zip(range(-1, 3), weights):
        index = first + tap
        index = index % old if meets else index.clamp(0, old - 1)
        factor = weight.to(picture.dtype).to(picture.device).view(shape)
        result = result + picture.index_select(axis, index.to(picture.device)) * factor
    return result


def taps(old: int, size: int) -> tuple[Tensor, Tensor]:
    """Return the weights for an interpolation of a side from ``old`` to ``size`` pixels (Keys 1981).

    Each new pixel is a weighted mean of the four nearest old ones. The result is the index of the second of them (size;
    it or a neighbor may be beyond the edge), and the weights of all four (4, size).
    """
    places = (torch.arange(size, dtype=torch.float64) + 0.5) * old / size - 0.5  # on the CPU: Metal has no float64
    first = places.floor()
    return first.long(), torch.stack([_cubic((places - first - tap).abs()) for tap in range(-1, 3)])


def _cubic(distance: Tensor) -> Tensor:
    a, d = _SHARPNESS, distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return torch.where(d <= 1, near, far)
