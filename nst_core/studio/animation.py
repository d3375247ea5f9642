"""The frames of an animation, painted for an editor without flicker.

The frames are files in a private folder, and ``nst animate`` paints them in another process. As in
:class:`nst_core.bridge.client.Client`, no method blocks, and there are no callbacks::

    animation = Animation()                     # raises EngineMissing
    for each frame: animation.add(job)          # a StyleJob; the first one has the styles and settings of all
        while animation.is_full: ...            # let the event loop run: this bounds the memory
    animation.paint()                           # there are no more frames
    for event in animation.poll(): ...          # FrameProgress, FramePainted, Notice, and the end: Failed or Ended
    animation.stop()                            # at any time: Ended follows
    animation.close()                           # always, when the painted files are no longer needed

If several frames in a row are equal, they are painted only once. ``nst animate`` paints with 8 bits per channel.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Union

from nst_core.bridge import json_text, paths, wording
from nst_core.bridge.language import tr
from nst_core.bridge.log import keep_log
from nst_core.bridge.mailbox import Mailbox
from nst_core.bridge.private_folder import PrivateFolder, unwritable
from nst_core.bridge.process import ChildProcess, describe_exit
from nst_core.job.errors import (
    EngineFailed,
    NeuralStyleError,
    OutOfMemory,
    UnwritableOutput,
    WorkerDied,
    error_from_wire,
)
from nst_core.job.events import Failed, Notice
from nst_core.job.request import StyleJob
from nst_core.job.text import cleaned, shortened

from .film_command import FilmFiles, animate_command

#: The number of frames that may wait in memory until they are written.
_WAITING = 2
#: The command prints its error as a line with this beginning.
_ERROR = b"nst: "


@dataclass(frozen=True)
class FrameProgress:
    """The progress: ``done`` of all ``frames``, and the ``fraction`` (0..1) of the work.

    ``seconds_left`` is None at first.
    """

    done: int
    frames: int
    fraction: float
    seconds_left: Optional[float] = None

    @property
    def text(self) -> str:
        """One line for a progress bar: ``Frame 3 of 12 \u2013 about 2 min left``."""
        number = min(self.done + 1, self.frames)
        left = None if self.seconds_left is None else wording.time_left(self.seconds_left)
        return " \u2013 ".join(
            filter(None, (tr("Frame {number} of {count}").format(number=number, count=self.frames), left))
        )


@dataclass(frozen=True)
class FramePainted:
    """A finished frame: the PNG ``file``, in sRGB with the content's alpha, also outside of the selection.

    ``numbers`` are the numbers (from 0) of the frames that show this picture, in the order of :meth:`Animation.add`.
    """

    numbers: Tuple[int, ...]
    file: Path


@dataclass(frozen=True)
class Ended:
    """The end. ``complete`` is False if the animation was stopped."""

    complete: bool


AnimationEvent = Union[FrameProgress, FramePainted, Notice, Failed, Ended]


class Animation:
    """One film. Call its methods from the editor's thread; a second thread writes the files and reads the output."""

    def __init__(self, command: Optional[Sequence[str]] = None, folder: Optional[Path] = None) -> None:
        """Start the thread that waits for frames.

        ``command`` is the beginning of ``nst animate`` (None: that of the installed engine). ``folder`` is the parent
        of the private folder (None: the user's cache). Raises :class:`EngineMissing` if there is no engine that can
        paint animations.
        """
        self._command = list(command or animate_command())
        self._parent = folder
        self._mailbox: Mailbox[AnimationEvent] = Mailbox()
        self._jobs: queue.Queue[Optional[StyleJob]] = queue.Queue()
        self._lock = threading.Lock()
        self._process: Optional[ChildProcess] = None
        self._is_stopped = self._has_ended = False
        self._is_closed = threading.Event()
        self._last_error = b""
        self._thread = threading.Thread(target=self._run, name="neural-style animation", daemon=True)
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """True if no more frames should be added now, because enough of them wait to be written."""
        return self._jobs.qsize() >= _WAITING and not self._has_ended

    def add(self, job: StyleJob) -> None:
        """Append a frame. All frames must have the same size and the same kinds of masks."""
        self._jobs.put(job)

    def paint(self) -> None:
        """Begin to paint. No more frames may be added."""
        self._jobs.put(None)

    def poll(self) -> List[AnimationEvent]:
        """Return the events since the last call, the oldest first."""
        return self._mailbox.drain()

    def stop(self) -> None:
        """Stop painting. The finished frames stay until :meth:`close`."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()
        self._jobs.put(None)

    def close(self, patience: float = 0) -> None:
        """Stop, and remove all files.

        ``patience`` is the number of seconds to wait until they are removed. An editor that quits has to wait.
        """
        self.stop()
        self._is_closed.set()
        self._thread.join(patience)

    def _run(self) -> None:
        try:
            folder = PrivateFolder(self._parent)
        except UnwritableOutput as error:
            self._end(Failed(error))
            return
        try:
            files = FilmFiles(folder.path)
            end = self._painted(files)
            files.remove_input()  # The editor needs space for the painted frames, and it may be on the same disk.
            self._end(end)
            self._is_closed.wait()
        finally:
            folder.remove()

    def _end(self, event: Union[Failed, Ended]) -> None:
        self._has_ended = True
        self._mailbox.post("end", event)

    def _painted(self, files: FilmFiles) -> Union[Failed, Ended]:
        """Paint the film, and return its end."""
        try:
            places = self._write(files)
            if places and self._start([*self._command, *files.arguments]):
                self._follow(places)
        except OSError as error:
            return Failed(unwritable(error))
        except MemoryError:
            problem, remedy = tr("There is no memory for the picture."), tr("Close other pictures or programs.")
            return Failed(OutOfMemory(problem, remedy))
        except NeuralStyleError as error:
            return Ended(False) if self._is_stopped else Failed(error)
        return Ended(not self._is_stopped)

    def _write(self, files: FilmFiles) -> List[Tuple[int, ...]]:
        """Write the frames. Return, for each file, the numbers of the frames that show it."""
        digest = b""
        places: List[Tuple[int, ...]] = []
        for number, job in enumerate(iter(self._jobs.get, None)):
            if self._is_stopped:
                break
            before, digest = digest, _digest(job)
            if digest == before:
                places[-1] = (*places[-1], number)
            else:
                files.write_frame(job)
                places.append((number,))
        return places

    def _start(self, command: Sequence[str]) -> bool:
        """Start the process if the animation was not stopped. Return True if there is a process."""
        with self._lock:
            if not self._is_stopped:
                self._process = ChildProcess(command)
        return self._process is not None

    def _follow(self, places: List[Tuple[int, ...]]) -> None:
        """Post the events of the process until it ends. Raises named errors."""
        process = self._process
        assert process is not None
        log = paths.logs_folder() / "engine.log"
        log_thread = threading.Thread(target=keep_log, args=(process.stderr, log, self._note_error), daemon=True)
        log_thread.start()
        report = _Report(places, self._mailbox.post)
        with process.stdin, process.stdout as lines:
            for line in _lines(lines.read):
                report.read(line)
        code = process.wait()
        log_thread.join(1)
        if report.error is not None:
            raise report.error
        if code != 0 or not report.is_complete:
            raise self._failure(code)

    def _note_error(self, line: bytes) -> None:
        self._last_error = line if line.startswith(_ERROR) else self._last_error

    def _failure(self, code: int) -> NeuralStyleError:
        if self._last_error:
            return EngineFailed(shortened(cleaned(self._last_error[len(_ERROR) :].decode("utf-8", "replace").strip())))
        problem = tr("The engine {how} while it worked.").format(how=describe_exit(code))
        return WorkerDied(problem, tr("Try again, at a smaller size if memory is short."))


class _Report:
    """The output of ``nst animate --json``: each known line becomes an event."""

    def __init__(self, places: List[Tuple[int, ...]], post: Callable[[str, AnimationEvent], None]) -> None:
        self._places, self._post = places, post
        self._frames = sum(map(len, places))
        self._finished: Dict[int, int] = {}
        self._fraction = 0.0
        self._left: Optional[float] = None
        self.error: Optional[NeuralStyleError] = None

    @property
    def is_complete(self) -> bool:
        """True if all frames are finished."""
        return sum(self._finished.values()) == self._frames

    def read(self, line: bytes) -> None:
        """Post the event in ``line``, if it has one."""
        try:
            fields = json_text.parse(line.decode("utf-8"))
            kind = fields["event"]
            if kind == "failed":
                self.error = error_from_wire(fields)
            elif kind == "notice" and not str(fields["text"]).startswith("--"):  # about options, for a terminal
                self._post("notice", Notice(cleaned(str(fields["text"]))))
            elif kind == "frame":
                self._finish(int(fields["frame"]) - 1, Path(str(fields["file"])))
            elif kind == "progress":
                self._advance(fields)
        except (ValueError, LookupError, TypeError, OverflowError):
            return

    def _finish(self, frame: int, file: Path) -> None:
        self._finished[frame] = len(self._places[frame])
        self._post("frame", FramePainted(self._places[frame], file))
        self._show()

    def _advance(self, fields: Dict[str, Any]) -> None:
        self._fraction = min(1.0, max(0.0, float(fields["fraction"])))
        left = fields["seconds_left"]
        self._left = None if left is None else max(0.0, float(left))
        self._show()

    def _show(self) -> None:
        done = sum(self._finished.values())
        self._post("progress", FrameProgress(done, self._frames, self._fraction, self._left))


def _digest(job: StyleJob) -> bytes:
    """Return a text that is equal only for equal frames."""
    masks = (job.selection, job.keep_mask, *(style.region for style in job.styles))
    digest = blake2b(digest_size=16)
    for picture in (job.content, *masks):
        digest.update(b"-" if picture is None else picture.data)
    return digest.digest()


def _lines(read: Callable[[int], bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in iter(lambda: read(1 << 16), b""):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
