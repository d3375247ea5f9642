"""Writes the finished picture: either the whole file or no file, and never over an input.

Files get the sRGB profile, because the engine paints in sRGB.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Tuple

from PIL import Image

from nst_core.bridge import file_errors, files
from nst_core.job.errors import UnwritableOutput
from nst_core.job.pixels import PixelBuffer

from .color import srgb_profile

_PNG: Dict[str, Any] = {"format": "PNG"}
_JPEG: Dict[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}
_WEBP: Dict[str, Any] = {"format": "WEBP", "quality": 95}
_TIFF: Dict[str, Any] = {"format": "TIFF", "compression": "tiff_adobe_deflate"}

#: The arguments for saving, by extension.
SAVING = {".png": _PNG, ".jpg": _JPEG, ".jpeg": _JPEG, ".webp": _WEBP, ".tif": _TIFF, ".tiff": _TIFF}

#: The longest side in pixels that a format can hold. Formats that can hold every painting are not listed.
_LONGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}

_PREVIEW_NAME = "preview-"

_MAKE_IT = "Make it first or choose another one."

#: The number of rows that are converted from floats to bytes at a time.
_STRIP = 64


def check(path: Path, inputs: Iterable[Path]) -> None:
    """Raise :class:`UnwritableOutput` if a picture can't be written to ``path`` or would replace an input."""
    if path.suffix.lower() not in SAVING:
        raise UnwritableOutput(f"The output {path} has no known extension.", f"Use one of {', '.join(SAVING)}.")
    check_folder(_behind_links(path).parent)
    try:
        before = _stat(path)
        if before and not stat.S_ISREG(before.st_mode):
            raise UnwritableOutput(f"The output {path} exists and is not a file.", "Choose another name.")
        if before and any(os.path.samestat(before, source.stat()) for source in inputs if source.exists()):
            raise UnwritableOutput(f"The output {path} is also an input.", "Choose another name; inputs are kept.")
    except OSError as error:  # such as a link to itself
        raise _refused(path, error) from error


def check_previews(folder: Path, inputs: Iterable[Path]) -> None:
    """Make ``folder``.

    Raises :class:`UnwritableOutput` if previews can't be written there or would replace an input.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _refused(folder, error) from error
    check_folder(folder)
    for source in inputs:
        if source.name.startswith(_PREVIEW_NAME) and source.resolve().parent == folder.resolve():
            raise UnwritableOutput(f"The previews would replace the input {source}.", "Choose another --previews.")


def preview_path(folder: Path, number: int) -> Path:
    """Return the path of the preview with this ``number`` (from 1)."""
    return folder / f"{_PREVIEW_NAME}{number:04}.png"


def check_folder(folder: Path) -> None:
    """Raise :class:`UnwritableOutput` if no file can be made in ``folder``."""
    try:
        # This makes a file, because the permissions do not show a read-only file system.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnwritableOutput(f"There is no folder {folder}.", _MAKE_IT) from error
    except OSError as error:
        raise _refused(folder, error) from error


def make_folder(folder: Path) -> None:
    """Make ``folder`` if its parent exists. Raises :class:`UnwritableOutput`."""
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise UnwritableOutput(f"There is no folder {folder.parent}.", _MAKE_IT) from error
    except OSError as error:
        problem = f"The folder {folder} can't be made ({file_errors.reason(error)})."
        raise UnwritableOutput(problem, file_errors.remedy(error, "Choose another one.")) from error


def check_size(path: Path, size: Tuple[int, int]) -> None:
    """Raise :class:`UnwritableOutput` if the format of ``path`` can't hold a picture of this ``size``."""
    name = SAVING[path.suffix.lower()]["format"]
    limit = _LONGEST_SIDE.get(name, max(size))
    if max(size) > limit:
        raise UnwritableOutput(f"{name} can't hold sides of more than {limit} pixels.", "Write a PNG or a TIFF.")


def image_of(pixels: PixelBuffer) -> Image.Image:
    """Return ``pixels`` (``rgba-f32`` or ``rgba-u8``) as an RGBA image."""
    size, data = (pixels.width, pixels.height), memoryview(pixels.data).cast("B")
    if pixels.format == "rgba-u8":
        return Image.frombytes("RGBA", size, bytes(data))
    image = Image.new("RGBA", size)
    row = 16 * size[0]
    for top in range(0, size[1], _STRIP):  # in strips, because three copies of a large picture may not fit into memory
        strip = bytes(data[top * row : (top + _STRIP) * row])
        image.paste(_strip_of_floats(strip, size[0]), (0, top))
    return image


def _strip_of_floats(data: bytes, width: int) -> Image.Image:
    # Pillow has no float RGBA, so the channels become one wide gray picture. Its conversion clips, and rounds down.
    height = len(data) // (16 * width)
    channels = Image.frombuffer("F", (4 * width, height), data, "raw", "F;32F", 0, 1)
    return Image.frombytes("RGBA", (width, height), channels.point(lambda v: v * 255 + 0.5).convert("L").tobytes())


def write(path: Path, image: Image.Image, transparent: bool) -> List[str]:
    """Write ``image`` (RGBA) to ``path`` in one step, and return notices for the user.

    ``transparent`` is True if the picture may be transparent somewhere. Raises :class:`UnwritableOutput`.
    """
    saving = SAVING[path.suffix.lower()]
    flattened = transparent and saving["format"] == "JPEG"
    if flattened:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if not transparent or flattened:
        image = image.convert("RGB")
    _write_at_once(_behind_links(path), image, saving)
    return [f"JPEG has no transparency: {path.name} gets a white background."] if flattened else []


def _behind_links(path: Path) -> Path:
    """Return the file that ``path`` links to. If links form a circle, return the last path that can be found."""
    return Path(os.path.realpath(path))


def _stat(path: Path) -> Optional[os.stat_result]:
    """Return the ``stat`` result of ``path``, or None if there is no such file."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write_at_once(path: Path, image: Image.Image, saving: Dict[str, Any]) -> None:
    """Write a file beside ``path``, then rename it, so that ``path`` never holds half a picture."""
    try:
        with files.replacing(path) as file:
            image.save(file, icc_profile=srgb_profile(), **saving)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> UnwritableOutput:
    remedy = file_errors.remedy(error, "Choose another folder.")
    return UnwritableOutput(f"{path} can't be written ({file_errors.reason(error)}).", remedy)
