"""Finds the files of a film or a batch: from a folder, a pattern or names, in the order of their numbers."""

from __future__ import annotations

import argparse
import glob
import re
from pathlib import Path
from typing import Iterable, List, Optional, Sequence, Tuple

from PIL import Image

from nst_core.job.errors import InvalidJob, UnreadableImage

#: The part of a pattern that stands for the frame's number, as in ``frame-%04d.png``.
_NUMBER = re.compile(r"%(0\d+)?d")


def pictures_in(names: Sequence[str]) -> List[Path]:
    """Return the pictures that ``names`` describe. Those of a folder or a pattern are sorted by their numbers.

    Raises :class:`UnreadableImage` if a folder or a pattern has no picture.
    """
    return [path for name in names for path in _pictures(name)]


def inputs_in(names: Sequence[str]) -> List[Path]:
    """Return the same as :func:`pictures_in`. Raises :class:`UnreadableImage` also if a file is missing."""
    found = pictures_in(names)
    require(found, "file or folder")
    return found


def require(paths: Iterable[Path], kind: str) -> None:
    """Raise :class:`UnreadableImage` if one of the ``paths`` is missing.

    ``kind`` names the missing thing in the message.
    """
    for path in paths:
        if not path.exists():
            raise UnreadableImage(f"There is no {kind} {path}.", "Check the name.")


def masks_in(name: Optional[Path], frames: int) -> List[Optional[Path]]:
    """Return the mask of each frame: one file for all, or one file for each from a folder or a pattern.

    Raises :class:`InvalidJob` if the number of masks differs from the number of ``frames``.
    """
    if name is None or name.is_file():
        return [name] * frames
    masks = _pictures(str(name))
    if len(masks) == 1:
        return [masks[0]] * frames
    if len(masks) != frames:
        raise InvalidJob(f"{name} has {len(masks)} masks for {frames} frames.", "Give one mask, or one for each frame.")
    return [*masks]


def files_beside(options: argparse.Namespace) -> List[Path]:
    """Return the files in ``options`` that are no contents: styles, masks, and the picture to begin with.

    Raises :class:`UnreadableImage` if a folder or a pattern has no mask.
    """
    masks = [options.selection, options.keep_mask, *(style.region for style in options.styles)]
    others = [options.init, *(path for style in options.styles for path in (style.path, style.source))]
    found = pictures_in([str(mask) for mask in masks if mask])
    return [*found, *(path for path in others if isinstance(path, Path))]


def _pictures(name: str) -> List[Path]:
    path = Path(name)
    if path.is_dir():
        found = _ordered(file for file in path.iterdir() if _is_picture(file))
        if not found:
            raise UnreadableImage(f"There is no picture in the folder {path}.", "Check the name.")
        return found
    if path.exists() or not (_NUMBER.search(name) or glob.has_magic(name)):
        return [path]
    found = _ordered(_matching(name))
    if not found:
        raise UnreadableImage(f"No file matches {name}.", "Check the pattern.")
    return found


def _matching(pattern: str) -> Iterable[Path]:
    if not _NUMBER.search(pattern):
        return map(Path, glob.glob(pattern))  # noqa: PTH207 (the pattern may be absolute)
    around = [re.escape(part) for part in re.split(r"%(?:0\d+)?d", pattern)]
    numbered = re.compile(r"\d+".join(around))
    wide = "*".join(glob.escape(part) for part in re.split(r"%(?:0\d+)?d", pattern))
    names = glob.glob(wide)  # noqa: PTH207 (as above)
    return (Path(name) for name in names if numbered.fullmatch(name))


def _is_picture(path: Path) -> bool:
    Image.init()
    return path.is_file() and not path.name.startswith(".") and path.suffix.lower() in Image.EXTENSION


def _ordered(paths: Iterable[Path]) -> List[Path]:
    """Sort paths by the numbers in their names: 9 comes before 10."""

    def key(path: Path) -> List[Tuple[int, str]]:
        return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", path.name)]

    return sorted(paths, key=key)
