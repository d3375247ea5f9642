"""The command that paints the frames of an animation: ``nst animate`` in the engine's own environment."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from nst_core.bridge import paths
from nst_core.bridge.language import tr
from nst_core.bridge.paths import WORKER_ARGUMENTS
from nst_core.job.errors import EngineMissing
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import AUTOMATIC

from .png import write_png

#: The module of the command ``nst``.
_CLI = "nst_core.cli"

#: The programs that start an engine on another computer.
_OF_OTHER_COMPUTERS = ("ssh", "plink")
#: The options whose names differ from the names of their settings.
_OPTIONS = {"size": "--working-size"}


def animate_command(worker: Optional[Sequence[str]] = None) -> List[str]:
    """Return the beginning of the command, for the engine that ``worker`` starts (None: the engine of the editors).

    Raises :class:`EngineMissing` if there is no engine, or if it is on another computer: there it can't read the
    frames.
    """
    *start, last = worker or paths.engine_command()
    module = WORKER_ARGUMENTS[-1]
    is_here = bool(start) and Path(start[0]).stem.lower() not in _OF_OTHER_COMPUTERS
    if is_here and last == module:
        return [*start, _CLI, "animate"]
    if is_here and module in start[-1]:
        # In the user's own environment, the command runs code and ends with the plug-in's folder.
        return [*start[:-1], start[-1].replace(module, _CLI), last, "animate"]
    if is_here and last == "worker":
        return [*start, "animate"]
    problem = tr("An animation needs an engine on this computer.")
    raise EngineMissing(problem, tr("Paint single pictures, or use the installed engine."))


class FilmFiles:
    """The files of a film in ``folder``, and the ``arguments`` of the command that paints them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._painted = folder, folder / "painted"
        self._frames = 0
        self.arguments: List[str] = []

    def write_frame(self, job: StyleJob) -> None:
        """Write the content and the masks of the next frame. With the first frame, write the styles, too.

        Raises OSError.
        """
        if not self._frames:
            self.arguments = list(self._arguments(job))
            for number, style in enumerate(job.styles):
                write_png(self._style(number), style.image)
        for name, picture in {"content": job.content, **_masks(job)}.items():
            folder = self._folder / name
            folder.mkdir(exist_ok=True)
            write_png(folder / f"{self._frames:06}.png", picture)
        self._frames += 1

    def remove_input(self) -> None:
        """Remove the input and the engine's notes. Only the painted frames stay."""
        for folder in (*self._folder.glob("*"), *self._painted.glob("*")):
            if folder.is_dir() and folder != self._painted:
                shutil.rmtree(folder, ignore_errors=True)

    def _arguments(self, job: StyleJob) -> Iterator[str]:
        yield from (str(self._folder / "content"), f"--output={self._painted}", "--json", "--size=full")
        for name, value in job.settings.to_dict().items():
            yield f"{_OPTIONS.get(name) or _option(name)}={'auto' if value == AUTOMATIC else value}"
        masks = _masks(job)
        for number, style in enumerate(job.styles):
            yield f"--style={self._style(number)}={style.weight!r}"
            if _region(number) in masks:
                yield f"--region={self._folder / _region(number)}"
        for name in ("selection", "keep_mask"):
            if name in masks:
                yield f"{_option(name)}={self._folder / name}"

    def _style(self, number: int) -> Path:
        return self._folder / f"style-{number}.png"


def _region(number: int) -> str:
    return f"region-{number}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _masks(job: StyleJob) -> Dict[str, PixelBuffer]:
    """Return the masks of a frame, by the names of their folders."""
    masks = {"selection": job.selection, "keep_mask": job.keep_mask}
    masks.update((_region(number), style.region) for number, style in enumerate(job.styles))
    return {name: mask for name, mask in masks.items() if mask is not None}
