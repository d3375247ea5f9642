"""Where the frames of a film come from and go to: pictures, or video files through ffmpeg.

A film that becomes a video is painted to a folder beside it, which is removed when the video is complete.
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

#: The folder in the output that notes how far a film is.
_NOTES = ".nst-film"

#: The beginning of the name of a folder with the frames of a video, in the notes. The rest names the video and its
#: rate.
_EXTRACTED = "frames-"


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

    @property
    def is_complete(self) -> bool:
        """Whether the film that is noted here is complete."""
        return bool((self.journal.description or {}).get("complete"))

    def goes_on(self, description: Dict[str, Any]) -> bool:
        """Whether this film was begun here. Raises :class:`InvalidJob` if another one was."""
        found = self.journal.description
        if found is None:
            return False
        difference = changed(found, description)
        if difference:
            raise InvalidJob(
                f"{self.folder} has a film with {difference}.",
                "Choose another output, or add --restart to paint it anew.",
            )
        return True

    def targets(self, sources: List[Path]) -> List[Path]:
        """The file of each painted frame. Raises :class:`InvalidJob` if two have the same name."""
        if self.video:
            return [self.folder / (video.FRAME_NAME % number) for number in range(1, len(sources) + 1)]
        names = [f"{source.stem}.{self.extension}" for source in sources]
        if len(set(names)) < len(names):
            raise InvalidJob("Two frames have the same name.", "Rename them, or give a folder with other names.")
        return [self.folder / name for name in names]

    def check(self, targets: List[Path], inputs: List[Path], anew: bool) -> None:
        """Raises :class:`UnwritableOutput` if a new film would replace a file.

        Frames of an earlier film may be replaced, and if it begins ``anew``, its video.
        """
        output.check_folder(self.folder)
        for target in targets:
            output.check(target, inputs)
        if self.video and self.video.exists() and any(path.exists() and self.video.samefile(path) for path in inputs):
            raise UnwritableOutput(f"The output {self.video} is also an input.", "Choose another name.")
        painted = self.journal.files  # known even if a restart was interrupted before its film was noted
        for path in (*targets, self.video):
            if path is None or not path.exists() or path.name in painted or (anew and self.video):
                continue
            if self.video:
                raise UnwritableOutput(f"{path} exists already.", "Choose another output, or add --restart.")
            raise UnwritableOutput(f"{path} exists already and is not from this film.", "Choose another output.")

    def begin(self, description: Dict[str, Any], targets: List[Path]) -> None:
        """Begin a new film. The frames of an older one are removed, so that a resume does not mix them up."""
        self.journal.begin(description, list(self.folder.glob(video.ALL_FRAMES)) if self.video else targets)

    def complete(self, rate: str, sound: Optional[Path]) -> None:
        """Make the video, if it is one, and remove the files that are no longer needed."""
        if self.video:
            video.encode(self.folder, rate, sound, self.video)
            shutil.rmtree(self.folder)
            return
        self._remove_extracted()
        self.journal.finish()

    def extracted(self, source: Path, rate: str, anew: bool) -> List[Path]:
        """The frames of the video ``source`` as files: extracted once, and again if ``anew``."""
        name = hashlib.blake2b(f"{stamp(source)} {rate}".encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        folder = self.notes / f"{_EXTRACTED}{name}"
        if anew or not folder.is_dir():
            self._remove_extracted()
            video.extract(source, folder, rate)
        return pictures_in([str(folder)])

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """At the end of this context, extracted frames are removed if no film was begun that needs them."""
        try:
            yield
        finally:
            if self.journal.description is None:
                self._remove_extracted()
                for folder in (self.notes, self.folder) if self.video else (self.notes,):
                    with suppress(OSError):  # it is not there, or has files
                        folder.rmdir()

    def _remove_extracted(self) -> None:
        for folder in self.notes.glob(f"{_EXTRACTED}*"):
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Input:
    """The frames of a film as files, and the ``video`` that they are from."""

    frames: List[Path]
    video: Optional[Path]
    rate: str

    @classmethod
    def of(cls, names: List[str], rate: Optional[str]) -> Input:
        """The frames that ``names`` stand for; those of a video are not files yet."""
        source = Path(names[0])
        if len(names) > 1 or not video.is_video(source) or source.is_dir():
            return cls(inputs_in(names), None, rate or "24")
        require([source], "file or folder")
        return cls([], source, rate or video.frame_rate(source))

    def extracted(self, place: Place, anew: bool) -> Input:
        """The same with the frames of its video as files in ``place``."""
        return replace(self, frames=place.extracted(self.video, self.rate, anew)) if self.video else self

    @property
    def files(self) -> List[Path]:
        """The files that the user named."""
        return [self.video] if self.video else self.frames
