"""Reads pictures from files as the engine needs them: upright sRGB with straight alpha, in 8 or 16 bits a channel."""

from __future__ import annotations

import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterator, List, Tuple

import numpy as np
from PIL import Image, UnidentifiedImageError
from tifffile import TiffFileError

from nst_core.bridge import file_errors
from nst_core.job.errors import UnreadableImage
from nst_core.job.pixels import MAXIMUM_SIDE, PixelBuffer

from .color import to_srgb
from .decoding import decode, header_size
from .options import MAXIMUM_PIXELS
from .samples import Array, to_8_bits, upright
from .tiff import TooLarge, Unsupported

#: The errors that decoders raise for damaged files. imagecodecs raises RuntimeErrors.
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, RuntimeError,
    struct.error, zlib.error, TiffFileError,
)  # fmt: skip

_BOMBS = (TooLarge, Image.DecompressionBombWarning, Image.DecompressionBombError)


@dataclass(frozen=True)
class Picture:
    """A picture from a file, and notices about losses.

    ``pixels`` is upright sRGB with straight alpha: (height, width, 4), ``uint8`` or ``uint16``. ``transparent``
    is True if the file has an alpha channel.
    """

    pixels: Array
    transparent: bool
    notices: Tuple[str, ...] = ()

    @property
    def size(self) -> Tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def scaled(self, size: Tuple[int, int]) -> Picture:
        """Return this picture, resampled to ``size``."""
        if size == self.size:
            return self
        deep = self.pixels.dtype == np.uint16
        return replace(self, pixels=_resized_16(self.pixels, size) if deep else _resized_8(self.pixels, size))

    def in_8_bits(self) -> Image.Image:
        """Return the picture as an RGBA image."""
        return Image.fromarray(to_8_bits(self.pixels))

    def buffer(self) -> PixelBuffer:
        """Return the pixels as ``rgba-u8`` or ``rgba-u16``."""
        deep = self.pixels.dtype == np.uint16
        data = self.pixels.astype("<u2" if deep else "u1", copy=False).tobytes()
        return PixelBuffer(*self.size, "rgba-u16" if deep else "rgba-u8", data)


def read(path: Path) -> Picture:
    """Read the picture in ``path``.

    Raises :class:`UnreadableImage` if it is missing, damaged, too large or unsupported.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would block, and it can be read only once
        raise UnreadableImage(f"{path} is not a regular file.", "Save the picture to a file first.")
    with _named_errors(path):
        return _picture(path)


def size_of(path: Path) -> Tuple[int, int]:
    """Return width and height of the upright picture in ``path`` from its header. Raises :class:`UnreadableImage`."""
    with _named_errors(path):
        return header_size(path)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """Turn the errors of decoders in this context into :class:`UnreadableImage`.

    They also refuse files that are too large.
    """
    Image.MAX_IMAGE_PIXELS = MAXIMUM_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about odd metadata; decoders raise errors
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except _BOMBS as error:
        raise UnreadableImage(
            f"{path} claims to have more pixels than can be opened safely.",
            f"Scale it below {MAXIMUM_PIXELS // 10**6} million pixels and {MAXIMUM_SIDE} on a side.",
        ) from error
    except FileNotFoundError as error:
        raise UnreadableImage(f"There is no file {path}.", "Check the name.") from error
    except UnidentifiedImageError as error:
        raise UnreadableImage(f"{path} is not a picture that nst can read.", "Use PNG, JPEG, WebP or TIFF.") from error
    except Unsupported as error:
        raise UnreadableImage(f"{path} can't be used: {error}.", "Export it with 8 or 16 bits a channel.") from error
    except MemoryError as error:
        raise UnreadableImage(f"{path} does not fit into memory.", "Use a smaller picture.") from error
    except _DAMAGE as error:
        raise _damaged(path, error) from error


def _picture(path: Path) -> Picture:
    notices: List[str] = []
    samples = decode(path, notices)
    color, alpha = to_srgb(samples, notices), samples.alpha
    full = np.iinfo(color.dtype).max
    if alpha is not None and alpha.dtype != color.dtype:  # inks without a profile are converted with 8 bits
        alpha = to_8_bits(alpha)
    opacity = np.full(color.shape[:2], full, color.dtype) if alpha is None else alpha
    pixels = upright(np.dstack([color, opacity]), samples.orientation)
    return Picture(pixels, alpha is not None, tuple(f"{path.name} {notice}" for notice in notices))


def _damaged(path: Path, error: BaseException) -> UnreadableImage:
    if isinstance(error, IsADirectoryError):
        return UnreadableImage(f"{path} is a folder.", "Name a picture in it.")
    if isinstance(error, OSError) and error.errno:  # an error of the system: errors of decoders have no number
        return UnreadableImage(f"{path} can't be read ({error.strerror}).", file_errors.remedy(error, "Use a copy."))
    reason = str(error) or type(error).__name__
    return UnreadableImage(f"{path} is damaged or incomplete ({reason}).", "Export it again or use another file.")


def _resized_8(pixels: Array, size: Tuple[int, int]) -> Array:
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _resized_16(pixels: Array, size: Tuple[int, int]) -> Array:
    """Resize RGBA with 16 bits like Pillow resizes it with 8 bits: alpha is the weight of a color."""
    alpha = _resized_channel(opacity := pixels[..., 3].astype(np.float32), size)
    weighted = [_resized_channel(pixels[..., channel] * (opacity / 65535), size) for channel in range(3)]
    colors = [color * (65535 / np.maximum(alpha, 1)) for color in weighted]
    resized: Array = np.rint(np.dstack([*colors, alpha]).clip(0, 65535)).astype(np.uint16)
    return resized


def _resized_channel(channel: Array, size: Tuple[int, int]) -> Array:
    image = Image.fromarray(channel.astype(np.float32, copy=False))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS)).clip(0, 65535)
