"""One worker from its start to its end: the threads that carry frames, and the event that ends a lost job.

Three threads serve a worker: one reads its frames, one writes to it, one keeps its log. They touch nothing of the
host; their results go into a mailbox. Each closes its own pipe, so nothing is left when they have ended.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from nst_core import __version__
from nst_core.job.errors import (
    EngineOutdated,
    NeuralStyleError,
    OutOfMemory,
    ProtocolError,
    ProtocolMismatch,
    WorkerDied,
    WorkerUnresponsive,
)
from nst_core.job.events import ClientEvent, Failed
from nst_core.job.text import cleaned

from . import paths
from .framing import PROTOCOL, Frame, Shape, read_frame, write_frame
from .language import tr
from .log import keep_log
from .mailbox import Mailbox
from .messages import ENDS, Expectation, admit_answer, event_from_frame
from .process import ChildProcess, describe_exit

#: Seconds without a byte either way, while the worker has something to do, after which a ``ping`` is sent.
PING_AFTER = 5.0
#: Seconds without a byte after the ``ping``, after which the worker is given up.
GIVE_UP_AFTER = 25.0
#: Seconds that a process may take to end after its line has ended, and the line after its process has ended.
_GRACE_SECONDS = 0.5


class Connection:
    """A worker's process and its job. The methods are called from the host's thread."""

    def __init__(self, command: Sequence[str], mailbox: Mailbox[ClientEvent], log: Path) -> None:
        """Start ``command``; raises EngineMissing. Events are posted to ``mailbox``, stderr is kept in ``log``."""
        self._mailbox = mailbox
        self._log = log
        self._command = command
        self._lock = threading.Lock()
        self._expected: Optional[Expectation] = None
        self._greeted = threading.Event()
        self._is_ready = False
        self._is_over = False
        self._pinged: Optional[float] = None
        self._outgoing: queue.SimpleQueue[Optional[Frame]] = queue.SimpleQueue()
        self._unanswered: Optional[List[Frame]] = None
        self._process = ChildProcess(command)
        self._moved = time.monotonic()
        self._threads = [
            threading.Thread(target=self._read, name="neural-style reader", daemon=True),
            threading.Thread(target=self._write, name="neural-style writer", daemon=True),
            threading.Thread(target=keep_log, args=(self._process.stderr, log), name="neural-style log", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the worker has ended or was given up."""
        return self._is_over

    def begin(self, expected: Expectation, frames: Sequence[Frame]) -> bool:
        """Send a job: its request, and further frames about it. False if the worker has ended: then start another."""
        with self._lock:
            # If an idle worker has died, another one does the job. If a starting worker has died, this job fails.
            self._is_over = self._is_over or (self._is_ready and self._process.poll() is not None)
            if self._is_over:
                return False
            self._expected = expected
            self._moved = time.monotonic()
            self._unanswered = list(frames) if self._is_ready else None
            for frame in frames:
                self._outgoing.put(frame)
            return True

    def send(self, message: str, **fields: Any) -> None:
        """Send a frame about the running job; does nothing if there is none."""
        with self._lock:
            if self._expected is not None:
                frame = Frame(message, {"job": self._expected.job, **fields})
                self._outgoing.put(frame)
                if self._unanswered is not None:
                    self._unanswered.append(frame)

    def ask(self, message: str, **fields: Any) -> None:
        """Send a frame that is about no job; does nothing if the worker has ended."""
        if not self._is_over:
            self._outgoing.put(Frame(message, fields))

    def take_unanswered(self) -> List[Frame]:
        """The frames of a job that this worker had not begun when it died: another worker can do the job.

        That is so if no byte came back since the job was sent to the idle worker. Otherwise the list is empty, and so
        it is at the next call.
        """
        with self._lock:
            if not self._is_over:
                return []
            frames, self._unanswered = self._unanswered or [], None
            return frames

    def watch(self) -> None:
        """Notice a worker that is silent although it has something to do. The host calls this at each poll."""
        if self._is_over or (self._is_ready and self._expected is None):
            return
        now = time.monotonic()
        silence = now - self._moved
        code = self._process.poll() if silence > _GRACE_SECONDS else None
        if code is not None:
            self._conclude(Failed(self._death(code)))  # Something else holds the line open.
        elif silence > PING_AFTER and self._pinged is None:
            self._pinged = now
            self._outgoing.put(Frame("ping"))
        elif silence > PING_AFTER and now - (self._pinged or now) > GIVE_UP_AFTER:
            self.abort(Failed(_unresponsive(self._log)))

    def abort(self, end: ClientEvent) -> None:
        """Kill the worker; its job, or its start, ends in ``end``."""
        self._unanswered = None
        self._conclude(end)
        self._process.kill()

    def close(self) -> None:
        """End the worker and wait until nothing is left of it. A running job ends without an event."""
        with self._lock:
            self._is_over = True
        self._outgoing.put(Frame("shutdown"))
        self._outgoing.put(None)
        self._process.wait(_GRACE_SECONDS)
        for thread in self._threads:
            thread.join(_GRACE_SECONDS)

    def _conclude(self, end: ClientEvent) -> None:
        with self._lock:
            is_due = self._expected is not None or not self._is_ready
            if not self._is_over and is_due and not self._unanswered:
                self._mailbox.post("failed", end)
            self._is_over = True
            self._expected = None
        self._greeted.set()
        self._outgoing.put(None)

    def _read(self) -> None:
        error = self._receive_until_lost()
        code = self._process.wait(0 if error else _GRACE_SECONDS)
        self._conclude(Failed(error or self._death(code)))
        self._process.stdout.close()

    def _receive_until_lost(self) -> Optional[NeuralStyleError]:
        """Handle frames until there are no more. Returns the worker's error, or None if the line just ended."""
        try:
            while self._receive():
                pass
        except (EOFError, OSError):
            return None
        except NeuralStyleError as error:
            return error
        except MemoryError:
            return OutOfMemory(tr("There is no memory for the picture."), tr("Close other pictures or programs."))
        return None

    def _receive(self) -> bool:
        frame = read_frame(self._read_into, self._admit)
        if frame is None:
            return False
        if not self._greeted.is_set():
            _check_greeting(frame, self._command)
            self._greeted.set()
        elif frame.type != "pong":
            self._pass_on(frame)
        return True

    def _pass_on(self, frame: Frame) -> None:
        event = event_from_frame(frame)
        if isinstance(event, Failed) and frame.fields.get("job") is None:
            raise event.error
        with self._lock:
            if self._is_over:
                return
            self._is_ready = self._is_ready or frame.type == "ready"
            if frame.type in ENDS:
                self._expected = None
            self._mailbox.post(frame.type, event)

    def _admit(self, frame_type: str, fields: Dict[str, Any], shapes: List[Shape]) -> None:
        with self._lock:
            expected = self._expected
        admit_answer(frame_type, fields, shapes, expected)

    def _read_into(self, memory: memoryview) -> int:
        count = self._process.stdout.readinto(memory) or 0
        self._note_life()
        if count:
            self._unanswered = None
        return count

    def _write(self) -> None:
        self._greeted.wait()
        with self._process.stdin:
            try:
                while self._send_next():
                    pass
            except OSError:
                if not self._is_over:
                    self._process.kill()  # It reads no more. The reader finds out how it ended.

    def _send_next(self) -> bool:
        # A function of its own: while it waits for the next frame, no variable holds the pictures of the last one.
        frame = self._outgoing.get()
        if frame is not None:
            # Only a picture is larger than the pipe. If the worker takes more of it, the worker lives. A ping would
            # show nothing.
            write_frame(self._write_some if frame.pictures else self._process.stdin.write, frame)
        return frame is not None

    def _write_some(self, memory: memoryview) -> int:
        count = self._process.stdin.write(memory) or 0
        self._note_life()
        return count

    def _note_life(self) -> None:
        self._moved, self._pinged = time.monotonic(), None

    def _death(self, code: int) -> WorkerDied:
        how = describe_exit(code)
        problem = tr("The engine {how} while it started.")
        remedy = tr("Run `python3 install.py` if it happens again.")
        if self._is_ready:
            problem = tr("The engine {how} while it worked.")
            remedy = tr("Try again, at a smaller size if memory is short.")
        return WorkerDied(problem.format(how=how), f"{remedy} {_place_of(self._log)}")


def _check_greeting(frame: Frame, command: Sequence[str]) -> None:
    if frame.type != "hello":
        raise ProtocolError(f"The engine began with a frame of the type {frame.type!r}.")
    if frame.fields.get("protocol") != PROTOCOL:
        problem = tr("The engine (version {engine}) and this plug-in (version {plugin}) do not match.")
        problem = problem.format(engine=cleaned(str(frame.fields.get("engine_version", "?"))), plugin=__version__)
        if paths.is_installed(command):
            remedy = tr("Install the engine again.")
            raise EngineOutdated(problem, remedy)
        remedy = tr("Run `python3 install.py` so that both are of the same version, then restart the editor.")
        raise ProtocolMismatch(problem, remedy)


def _unresponsive(log: Path) -> WorkerUnresponsive:
    problem = tr("The engine has not answered for {count} seconds, and was ended.")
    return WorkerUnresponsive(
        problem.format(count=round(PING_AFTER + GIVE_UP_AFTER)), f"{tr('Try again.')} {_place_of(log)}"
    )


def _place_of(log: Path) -> str:
    return tr("The log is {path}.").format(path=log)
