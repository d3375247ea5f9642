"""Image files to pixel buffers, and the result back to a file.

The engine sees upright sRGB with straight alpha, so this is where orientation, color profiles, palettes and CMYK end.
Pillow holds more than 8 bits for gray pictures only: those are handed on with 16, all others with 8.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Tuple

from PIL import Image, ImageChops, ImageCms, ImageOps, UnidentifiedImageError

from nst_core.bridge import file_errors
from nst_core.job.errors import UnreadableImage
from nst_core.job.pixels import MAXIMUM_SIDE, PixelBuffer

from .options import MAXIMUM_PIXELS

#: Named, because Pillow would otherwise also hand a file to formats that start other programs.
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "AVIF")

#: What Pillow's decoders raise for damaged files.
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error, zlib.error,
)  # fmt: skip

#: Levels of 255 by which colors may differ from sRGB and still count as that: versions of sRGB differ by rounding.
_INVISIBLE = 2

_GRAYS = ("1", "L", "LA")

#: By a profile's color space: the mode in which it wants pixels, and the modes that may be brought to that one.
_FITTING = {
    "GRAY": ("L", (*_GRAYS, "P")),
    "RGB": ("RGB", (*_GRAYS, "P", "PA", "RGB", "RGBA", "RGBX", "YCbCr")),
    "CMYK": ("CMYK", ("CMYK",)),
    "Lab": ("LAB", ("LAB",)),
}


@dataclass(frozen=True)
class Picture:
    """What a file held: an upright sRGB ``image`` (RGB, RGBA, or I;16 for gray) and what to tell about the reading."""

    image: Image.Image
    notices: Tuple[str, ...] = ()

    @property
    def size(self) -> Tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    @property
    def transparent(self) -> bool:
        """Whether it has an alpha channel."""
        return self.image.mode == "RGBA"

    def scaled(self, size: Tuple[int, int]) -> Picture:
        """This picture resampled to ``size``."""
        if size == self.size:
            return self
        return Picture(self.image.resize(size, Image.Resampling.LANCZOS), self.notices)

    def in_8_bits(self) -> Image.Image:
        """Its image as RGB or RGBA."""
        return _gray_8(self.image).convert("RGB") if self.image.mode == "I;16" else self.image

    def pixels(self) -> PixelBuffer:
        """Its pixels as ``rgba-u8``, or ``rgba-u16`` if it is a deep gray."""
        return _deep_gray_buffer(self.image) if self.image.mode == "I;16" else _buffer(self.image)


def read(path: Path) -> Picture:
    """The picture in ``path``. Raises :class:`UnreadableImage` if it is missing, damaged, too large, or of no use."""
    notices: List[str] = []
    image = _load(path, notices)
    try:
        image = _to_srgb(ImageOps.exif_transpose(image), notices)
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    return Picture(image, tuple(f"{path.name} {notice}" for notice in notices))


def _load(path: Path, notices: List[str]) -> Image.Image:
    """The first frame of a file, its pixels unpacked."""
    Image.MAX_IMAGE_PIXELS = MAXIMUM_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd metadata; what matters is raised
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                if max(image.size) > MAXIMUM_SIDE:
                    raise Image.DecompressionBombError
                _note_losses(image, notices)
                image.load()
                first: Image.Image = image.copy()
                return first
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnreadableImage(
            f"{path} claims to have more pixels than can be opened safely.",
            f"Scale it below {MAXIMUM_PIXELS // 10**6} million pixels and {MAXIMUM_SIDE} on a side.",
        ) from error
    except FileNotFoundError as error:
        raise UnreadableImage(f"There is no file {path}.", "Check the name.") from error
    except UnidentifiedImageError as error:
        raise UnreadableImage(f"{path} is no picture that can be read.", "Use PNG, JPEG, WebP or TIFF.") from error
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    except MemoryError as error:
        raise UnreadableImage(f"{path} does not fit into memory.", "Use a smaller picture.") from error


def _damaged(path: Path, error: BaseException) -> UnreadableImage:
    if isinstance(error, IsADirectoryError):
        return UnreadableImage(f"{path} is a folder.", "Name a picture in it.")
    if isinstance(error, OSError) and error.errno:  # the system's complaint; those of decoders have no number
        return UnreadableImage(f"{path} can't be read ({error.strerror}).", file_errors.remedy(error, "Use a copy."))
    reason = str(error) or type(error).__name__
    return UnreadableImage(f"{path} is damaged or incomplete ({reason}).", "Export it again or use another file.")


def _note_losses(image: Image.Image, notices: List[str]) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # a camera's MPO holds one picture and what it needs for a 3D display
        notices.append(f"has {frames} frames or pages; the first one is used.")
    # The raw mode is the one place where Pillow tells of a depth that it is about to cut.
    if ";16" in str(getattr(image, "tile", "")) and not image.mode.startswith("I;16"):
        notices.append("has 16 bits a channel; 8 of them can be used, except for gray pictures without alpha.")


def _to_srgb(image: Image.Image, notices: List[str]) -> Image.Image:
    """``image`` as sRGB in the mode RGB, RGBA, or I;16 for gray of 16 bits."""
    profile = _profile(image, notices)
    if image.mode.startswith("I") or image.mode == "F":
        image = _gray_16(image)
        if profile is None:
            return image
        image = _gray_8(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    color = _without_profile(image) if profile is None else _with_profile(image, profile, notices)
    if alpha is not None:
        color.putalpha(alpha)
    return color


def _profile(image: Image.Image, notices: List[str]) -> Optional[ImageCms.ImageCmsProfile]:
    """The embedded profile, or None where there is nothing to convert."""
    data = image.info.get("icc_profile")
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        return None if _is_srgb(profile) else profile
    except (ImageCms.PyCMSError, OSError):
        notices.append("has a damaged color profile; its colors are taken as sRGB.")
        return None


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether colors come through ``profile`` as they are. Its name does not tell: there is a linear "sRGB", too."""
    ramp = Image.linear_gradient("L")
    probes = {"GRAY": ramp, "RGB": Image.merge("RGB", (ramp, ramp.rotate(90), ramp.rotate(180)))}
    probe = probes.get(profile.profile.xcolor_space.strip())
    if probe is None:
        return False
    change = ImageChops.difference(_converted(probe, profile), probe.convert("RGB"))
    return max(change.tobytes()) <= _INVISIBLE


def _with_profile(image: Image.Image, profile: ImageCms.ImageCmsProfile, notices: List[str]) -> Image.Image:
    mode, accepted = _FITTING.get(profile.profile.xcolor_space.strip(), ("", ()))
    if image.mode in accepted:
        try:
            return _converted(image if image.mode == mode else image.convert(mode), profile)
        except ImageCms.PyCMSError:
            pass
    notices.append("has a color profile that does not fit it; its colors are taken as sRGB.")
    return _without_profile(image)


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image,
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # it is None only for a conversion in place
    return converted


def _without_profile(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        return _converted(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return image.convert("RGB")


def _gray_16(image: Image.Image) -> Image.Image:
    """A deep gray picture as I;16. Raises ValueError where its range is not that of 16 bits."""
    if image.mode.startswith("I;16"):
        return image if image.mode == "I;16" else image.convert("I").convert("I;16")
    low, high = image.getextrema()
    if image.mode == "F" or not 0 <= low <= high <= 65535:  # type: ignore[operator]
        raise ValueError("its gray values have no known range; 8 and 16 bits can be read")
    return image.convert("I;16")


def _gray_8(image: Image.Image) -> Image.Image:
    return Image.frombytes("L", image.size, image.tobytes()[1::2])


def _buffer(image: Image.Image) -> PixelBuffer:
    return PixelBuffer(image.width, image.height, "rgba-u8", image.convert("RGBA").tobytes())


def _deep_gray_buffer(image: Image.Image) -> PixelBuffer:
    gray = image.tobytes()
    pixels = bytearray(b"\xff") * (8 * image.width * image.height)
    for channel in (0, 2, 4):
        pixels[channel::8] = gray[0::2]
        pixels[channel + 1 :: 8] = gray[1::2]
    return PixelBuffer(image.width, image.height, "rgba-u16", pixels)
