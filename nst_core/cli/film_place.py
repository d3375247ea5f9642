"""The input and the output of a film: pictures, or video files through ffmpeg.

The frames of a video are painted into a folder beside it. This folder is removed when the video is complete.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from nst_core.film.journal import Journal
from nst_core.job.errors import InvalidJob, UnwritableOutput

from . import output, video
from .describe import changed, stamp
from .frames import inputs_in, pictures_in, require

#: The folder in the output that has the notes about the progress of a film.
_NOTES = ".nst-film"

#: In the notes, the frames of a video are in a folder whose name begins with this. The rest of the name identifies the
#: video and its rate.
_EXTRACTED = "frames-"


@dataclass(frozen=True)
class Place:
    """The output: ``folder`` gets the painted frames, and ``video`` is the file that is made from them, or None."""

    folder: Path
    video: Optional[Path]
    extension: str

    @classmethod
    def of(cls, target: Path, extension: str) -> Place:
        """Make the folder for the output ``target``, and return the place. Raises :class:`UnwritableOutput`."""
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
        """The notes about the progress of the film."""
        return Journal(self.notes)

    @property
    def is_complete(self) -> bool:
        """True if the notes describe a complete film."""
        return bool((self.journal.description or {}).get("complete"))

    def continues(self, description: Dict[str, Any]) -> bool:
        """Return True if an earlier run began this film here. Raises :class:`InvalidJob` if it began another film."""
        found = self.journal.description
        if found is None:
            return False
        difference = changed(found, description)
        if difference:
            raise InvalidJob(
                f"{self.folder} has a film with {difference}.",
                "Choose another output, or add --restart to paint it again.",
            )
        return True

    def targets(self, sources: List[Path]) -> List[Path]:
        """Return the file of each painted frame. Raises :class:`InvalidJob` if two have the same name."""
        if self.video:
            return [self.folder / (video.FRAME_NAME % number) for number in range(1, len(sources) + 1)]
        names = [f"{source.stem}.{self.extension}" for source in sources]
        if len(set(names)) < len(names):
            raise InvalidJob("Two frames have the same name.", "Rename them, or give a folder with other names.")
        return [self.folder / name for name in names]

    def check(self, targets: List[Path], inputs: List[Path], restart: bool) -> None:
        """Raise :class:`UnwritableOutput` if a new film would replace a file.

        It may replace the frames of an earlier film and, with ``restart``, its video.
        """
        output.check_folder(self.folder)
        for target in targets:
            output.check(target, inputs)
        if self.video and self.video.exists() and any(path.exists() and self.video.samefile(path) for path in inputs):
            raise UnwritableOutput(f"The output {self.video} is also an input.", "Choose another name.")
        painted = self.journal.files  # known even if a restart was interrupted before it noted its film
        for path in (*targets, self.video):
            if path is None or not path.exists() or path.name in painted or (restart and self.video):
                continue
            if self.video:
                raise UnwritableOutput(f"{path} exists already.", "Choose another output, or add --restart.")
            raise UnwritableOutput(f"{path} exists already and is not from this film.", "Choose another output.")

    def begin(self, description: Dict[str, Any], targets: List[Path]) -> None:
        """Begin a new film, and remove the frames of an older one. So a run that continues can't mix the two films."""
        self.journal.begin(description, list(self.folder.glob(video.ALL_FRAMES)) if self.video else targets)

    def complete(self, rate: str, sound: Optional[Path]) -> None:
        """Make the video if the output is one, and remove the files that are no longer needed."""
        if self.video:
            video.encode(self.folder, rate, sound, self.video)
            shutil.rmtree(self.folder)
            return
        self._remove_extracted()
        self.journal.finish()

    def extracted(self, source: Path, rate: str, restart: bool) -> List[Path]:
        """Return the frames of the video ``source`` as files.

        Extract them if they are missing or if ``restart`` is true.
        """
        name = hashlib.blake2b(f"{stamp(source)} {rate}".encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        folder = self.notes / f"{_EXTRACTED}{name}"
        if restart or not folder.is_dir():
            self._remove_extracted()
            video.extract(source, folder, rate)
        return pictures_in([str(folder)])

    @contextmanager
    def cleaned_up(self) -> Iterator[None]:
        """At the end of this context, remove the extracted frames if no film has begun."""
        try:
            yield
        finally:
            if self.journal.description is None:
                self._remove_extracted()
                for folder in (self.notes, self.folder) if self.video else (self.notes,):
                    with suppress(OSError):  # the folder is missing or not empty
                        folder.rmdir()

    def _remove_extracted(self) -> None:
        for folder in self.notes.glob(f"{_EXTRACTED}*"):
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Input:
    """The input: the frames of a film as files, and the ``video`` that contains them, or None."""

    frames: List[Path]
    video: Optional[Path]
    rate: str

    @classmethod
    def of(cls, names: List[str], rate: Optional[str]) -> Input:
        """Return the input that ``names`` describe. The frames of a video are not extracted yet."""
        source = Path(names[0])
        if len(names) > 1 or not video.is_video(source) or source.is_dir():
            return cls(inputs_in(names), None, rate or "24")
        require([source], "file or folder")
        return cls([], source, rate or video.frame_rate(source))

    def extracted(self, place: Place, restart: bool) -> Input:
        """Return this input after the frames of its video are extracted to ``place``."""
        return replace(self, frames=place.extracted(self.video, self.rate, restart)) if self.video else self

    @property
    def files(self) -> List[Path]:
        """The files that the user named."""
        return [self.video] if self.video else self.frames
