"""The connection to one worker, from its start to its end.

Each connection has three threads: one reads frames from the worker, one writes frames to it, one writes its log. The
threads do not call the host: they put events into a mailbox. Each thread closes its own pipe at its end. If the worker
dies, the connection posts the event that ends the job.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

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

#: The number of seconds that a process may run after its pipe was closed, or a pipe may stay open after its process
#: ended.
_GRACE_SECONDS = 0.5


class Patience(NamedTuple):
    """The seconds that a busy worker may be silent: first until it gets a ``ping``, then until it is killed."""

    until_ping: float = 5.0
    until_kill: float = 25.0


_PATIENCE = Patience()


class Connection:
    """A worker's process and its job. Call the methods from the host's thread."""

    def __init__(
        self, command: Sequence[str], mailbox: Mailbox[ClientEvent], log: Path, patience: Patience = _PATIENCE
    ) -> None:
        """Start ``command``. Events are posted to ``mailbox``, stderr is kept in ``log``. Raises EngineMissing."""
        self._mailbox = mailbox
        self._log = log
        self._patience = patience
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
        """True if the worker has ended or was killed."""
        return self._is_over

    def begin(self, expected: Expectation, frames: Sequence[Frame]) -> bool:
        """Send a job: its request, and more frames about it. Return False if the worker has ended: start a new one."""
        with self._lock:
            # If an idle worker has died, another one paints the job. If a worker dies while it starts, the job fails.
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
        """Send a frame about the running job. Does nothing if no job runs."""
        with self._lock:
            if self._expected is not None:
                frame = Frame(message, {"job": self._expected.job, **fields})
                self._outgoing.put(frame)
                if self._unanswered is not None:
                    self._unanswered.append(frame)

    def ask(self, message: str, **fields: Any) -> None:
        """Send a frame that does not belong to a job. Does nothing if the worker has ended."""
        if not self._is_over:
            self._outgoing.put(Frame(message, fields))

    def take_unanswered(self) -> List[Frame]:
        """Return the frames of a job that this worker had not begun when it died, so that another worker can paint it.

        A job has not begun if the worker sent no byte after it got the job. In all other cases, and at the next call,
        the list is empty.
        """
        with self._lock:
            if not self._is_over:
                return []
            frames, self._unanswered = self._unanswered or [], None
            return frames

    def watch(self) -> None:
        """Detect a worker that is silent although it should work. The host calls this at each poll."""
        if self._is_over or (self._is_ready and self._expected is None):
            return
        now = time.monotonic()
        silence = now - self._moved
        code = self._process.poll() if silence > _GRACE_SECONDS else None
        if code is not None:
            self._conclude(Failed(self._death(code)))  # Another process keeps the pipe open.
        elif silence > self._patience.until_ping and self._pinged is None:
            self._pinged = now
            self._outgoing.put(Frame("ping"))
        elif silence > self._patience.until_ping and now - (self._pinged or now) > self._patience.until_kill:
            self.abort(Failed(_unresponsive(self._log, sum(self._patience))))

    def abort(self, end: ClientEvent) -> None:
        """Kill the worker. Its job, or its start, ends with the event ``end``."""
        self._unanswered = None
        self._conclude(end)
        self._process.kill()

    def close(self) -> None:
        """End the worker and wait for the end of its process and threads. A running job ends without an event."""
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
        error = self._receive_all()
        code = self._process.wait(0 if error else _GRACE_SECONDS)
        self._conclude(Failed(error or self._death(code)))
        self._process.stdout.close()

    def _receive_all(self) -> Optional[NeuralStyleError]:
        """Handle all frames. Return the error that ended the connection, or None if the worker closed its pipe."""
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
        self._note_activity()
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
                    self._process.kill()  # It does not read anymore. The reading thread reports the reason.

    def _send_next(self) -> bool:
        # This is a separate function, so that no variable keeps the last frame's pictures while it waits for the next.
        frame = self._outgoing.get()
        if frame is not None:
            # A picture is larger than the pipe's buffer, so each further write shows that the worker reads. Small
            # frames fit into the buffer: a write of these, such as a ping, shows nothing.
            write_frame(self._write_some if frame.pictures else self._process.stdin.write, frame)
        return frame is not None

    def _write_some(self, memory: memoryview) -> int:
        count = self._process.stdin.write(memory) or 0
        self._note_activity()
        return count

    def _note_activity(self) -> None:
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


def _unresponsive(log: Path, seconds: float) -> WorkerUnresponsive:
    problem = tr("The engine has not answered for {count} seconds, and was ended.").format(count=round(seconds))
    return WorkerUnresponsive(problem, f"{tr('Try again.')} {_place_of(log)}")


def _place_of(log: Path) -> str:
    return tr("The log is {path}.").format(path=log)
