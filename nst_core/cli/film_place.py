"""Where the frames of a film come from and go to: pictures, or video files through ffmpeg.

A film that becomes a video is painted to a folder beside it, which is removed when the video is complete.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

from nst_core.film.journal import Journal
from nst_core.job.errors import InvalidJob, UnwritableOutput

from . import output, video
from .frames import pictures_in

#: The folder in the output that notes how far a film is.
_NOTES = ".nst-film"


@dataclass(frozen=True)
class Place:
    """``folder`` is where painted frames go, ``video`` the film that is made of them, if it is one."""

    folder: Path
    video: Optional[Path]
    extension: str

    @classmethod
    def of(cls, target: Path, extension: str) -> Place:
        """The place for the output ``target``; makes its folder. Raises :class:`UnwritableOutput`."""
        is_video = video.is_video(target)
        if is_video:
            video.require_ffmpeg()
        elif target.suffix.lower() in output.SAVING:
            raise UnwritableOutput(f"The output {target} is one picture.", "Name a folder, or a video such as out.mp4.")
        folder = target.with_name(f".{target.name}.frames") if is_video else target
        output.make_folder(folder)
        return cls(folder, target if is_video else None, "png" if is_video else extension)

    @property
    def notes(self) -> Path:
        """The folder of the notes."""
        return self.folder / _NOTES

    @property
    def journal(self) -> Journal:
        """The notes."""
        return Journal(self.notes)

    def targets(self, sources: List[Path]) -> List[Path]:
        """The file of each painted frame. Raises :class:`InvalidJob` if two have the same name."""
        if self.video:
            return [self.folder / (video.FRAME_NAME % number) for number in range(1, len(sources) + 1)]
        names = [f"{source.stem}.{self.extension}" for source in sources]
        if len(set(names)) < len(names):
            raise InvalidJob("Two frames have the same name.", "Rename them, or give a folder with other names.")
        return [self.folder / name for name in names]

    def check(self, targets: List[Path], sources: List[Path], anew: bool) -> None:
        """Raises :class:`UnwritableOutput` if a new film would replace something, other than a film if ``anew``."""
        output.check_folder(self.folder)
        for target in targets:
            output.check(target, sources)
        if self.video and any(self.video.exists() and self.video.samefile(source) for source in sources):
            raise UnwritableOutput(f"The output {self.video} is also an input.", "Choose another name.")
        existing = [path for path in (*targets, self.video) if path and path.exists()]
        if existing and not anew:
            raise UnwritableOutput(f"{existing[0]} exists already.", "Choose another output, or add --restart.")

    def complete(self, rate: str, sound: Optional[Path]) -> None:
        """Make the video, if it is one, and remove what was only needed until now."""
        if self.video:
            video.encode(self.folder, rate, sound, self.video)
            shutil.rmtree(self.folder)
            return
        shutil.rmtree(self.notes / "frames", ignore_errors=True)
        self.journal.finish()


@dataclass(frozen=True)
class Input:
    """The frames of a film as files, and the ``video`` that they are from."""

    frames: List[Path]
    video: Optional[Path]
    rate: str

    @classmethod
    def of(cls, names: List[str], rate: Optional[str], place: Place, anew: bool) -> Input:
        """The frames that ``names`` stand for; those of a video are extracted once, and again if ``anew``."""
        source = Path(names[0])
        if len(names) > 1 or not video.is_video(source) or source.is_dir():
            return cls(pictures_in(names), None, rate or "24")
        rate = rate or video.frame_rate(source)
        folder = place.notes / "frames"
        if anew or not folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            video.extract(source, folder, rate)
        return cls(pictures_in([str(folder)]), source, rate)

    @property
    def files(self) -> List[Path]:
        """The files that the user named."""
        return [self.video] if self.video else self.frames
