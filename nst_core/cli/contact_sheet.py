"""Shows some frames of a film side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List

from PIL import Image

from . import output
from .images import read

#: The number of frames on a sheet, of columns, and the width of a frame in pixels.
_FRAMES, _COLUMNS, _WIDTH = 12, 4, 320
_GAP = 4


class ContactSheet:
    """The picture in ``path`` with frames from the whole film.

    It is written again when one of these frames is finished.
    """

    def __init__(self, path: Path, frames: List[Path], inputs: List[Path]) -> None:
        output.check(path, [*frames, *inputs])
        count = min(_FRAMES, len(frames))
        chosen = sorted({round(i * (len(frames) - 1) / max(1, count - 1)) for i in range(count)})
        self._path, self._frames = path, frames
        self._places = {frame: place for place, frame in enumerate(chosen)}
        self._thumbnails: Dict[int, Image.Image] = {}

    def add(self, frame: int) -> None:
        """Add the finished ``frame`` if the sheet shows it."""
        if frame not in self._places:
            return
        for each in self._places:
            if each not in self._thumbnails and self._frames[each].exists():
                self._thumbnails[each] = self._thumbnail(self._frames[each])
        output.write(self._path, self._sheet(), transparent=False)

    def _thumbnail(self, path: Path) -> Image.Image:
        image = read(path).in_8_bits()
        image.thumbnail((_WIDTH, image.height))
        return image

    def _sheet(self) -> Image.Image:
        width, height = next(iter(self._thumbnails.values())).size
        columns = min(_COLUMNS, len(self._places))
        rows = -(-len(self._places) // columns)
        sheet = Image.new("RGBA", (columns * (width + _GAP) - _GAP, rows * (height + _GAP) - _GAP), "black")
        for frame, image in self._thumbnails.items():
            row, column = divmod(self._places[frame], columns)
            sheet.paste(image, (column * (width + _GAP), row * (height + _GAP)))
        return sheet
