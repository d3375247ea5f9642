"""The engine's process: requests in, the engine at work, events out. The only module that joins bridge and engine.

It speaks the contract of :mod:`.bridge.framing` over stdin and stdout, one job at a time. Three threads share the
work: the main one runs the engine, one reads requests (so that a cancel, a change of a weight, a ping and the end of
the line are answered while the engine is busy), one sends what is in the outbox (so that a slow line does not hold
the engine up). The process ends with its stdin, at once, and therefore never outlives its host; it listens on nothing
and writes no file.
"""

from __future__ import annotations

import io
import logging
import os
import queue
import sys
import threading
import time
from typing import Any, Callable, Dict, Iterable, List, Mapping, NoReturn, Optional, Tuple, Union

from nst_core import __version__
from nst_core.bridge.framing import PROTOCOL, Frame, Shape, encode_header, read_frame, write_frame
from nst_core.bridge.job_tree import job_from_wire
from nst_core.bridge.mailbox import Mailbox
from nst_core.bridge.messages import admit_request, event_to_frame
from nst_core.engine.control import Control
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import (
    EngineFailed,
    InvalidJob,
    NeuralStyleError,
    OutOfMemory,
    ProtocolError,
    is_lack_of_memory,
)
from nst_core.job.events import Canceled, ClientEvent, Event, Failed, Notice, Preview, Progress, Ready, Result
from nst_core.job.request import StyleJob

#: Seconds between two events of a kind that comes often; those in between are left out.
_PACE = {Progress: 0.05, Preview: 0.2}

#: How far the worker steps back on POSIX: noticeably below the editor, well above idle.
_NICENESS = 10

_log = logging.getLogger("neural-style")

Stylize = Callable[[StyleJob, Control], Iterable[Event]]


class Job:
    """A request and the reins by which it is stopped and adjusted."""

    def __init__(self, number: int, request: StyleJob) -> None:
        self.number = number
        self.request = request
        self.control = Control()
        self.is_discarded = False


class Worker:
    """One conversation with one client, over two pipes."""

    def __init__(self, incoming: io.FileIO, outgoing: io.FileIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._outbox: Mailbox[Optional[Frame]] = Mailbox()
        self._requests: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._job: Optional[Job] = None

    def run(self) -> NoReturn:
        """Greet, load the engine, and work until the line ends."""
        write_frame(self._outgoing.write, Frame("hello", {"protocol": PROTOCOL, "engine_version": __version__}))
        for task in (self._send_next, self._receive_next):
            threading.Thread(target=_repeat, args=(task,), daemon=True).start()
        stylize, return_unused_memory = self._load_engine()
        while True:
            self._work(self._requests.get(), stylize)
            return_unused_memory()

    def _load_engine(self) -> Tuple[Stylize, Callable[[], None]]:
        """Import the engine and say so, then warm what the first job will need.

        Returns what paints, and what gives memory back.
        """
        try:
            from nst_core.engine import devices, weights
            from nst_core.engine.stylize import stylize

            self._post(event_to_frame(Ready(__version__, tuple(devices.available())), None))
        except Exception as error:  # Whatever a damaged environment does: the host must learn of it.
            _log.exception("The engine could not be loaded.")
            self._give_up(EngineFailed(f"The engine could not be loaded: {error}.", "Run `python3 install.py` again."))
        try:
            weights.load("original")
        except NeuralStyleError as error:
            self._post(event_to_frame(Notice(str(error)), None))
        return stylize, devices.return_unused_memory

    def _work(self, job: Job, stylize: Stylize) -> None:
        _log.info("Job %d: %d x %d pixels.", job.number, job.request.content.width, job.request.content.height)
        begun = time.monotonic()
        end = self._run_to_end(job, stylize)
        _log.info("Job %d: %s after %.1f s.", job.number, type(end).__name__, time.monotonic() - begun)
        self._job = None  # Before the client learns of the end, and may send the next job.
        self._post(event_to_frame(end, job.number))

    def _run_to_end(self, job: Job, stylize: Stylize) -> ClientEvent:
        try:
            result = self._run(job, stylize)
        except Exception as error:  # Whatever the engine did: the host must learn of it.
            _log.info("Job %d", job.number, exc_info=not isinstance(error, NeuralStyleError))
            result = named(error)
        if job.is_discarded:
            return Canceled()
        return Failed(result) if isinstance(result, NeuralStyleError) else result

    def _run(self, job: Job, stylize: Stylize) -> Union[Result, NeuralStyleError]:
        """Pass the engine's events on as they come, but the last, which is returned."""
        due = dict.fromkeys(_PACE, 0.0)
        for event in stylize(job.request, job.control):
            if isinstance(event, Result):
                return event
            kind, now = type(event), time.monotonic()
            if now >= due.get(kind, 0.0):
                due[kind] = now + _PACE.get(kind, 0.0)
                self._post(event_to_frame(event, job.number))
        return EngineFailed("The engine ended without a picture.", "Its log has the details.")

    def _receive_next(self) -> None:
        try:
            frame = read_frame(self._incoming.readinto, self._admit)
            if frame is None:
                os._exit(0)
            self._answer(frame)
        except (EOFError, OSError):
            os._exit(0)
        except ProtocolError as error:
            self._give_up(error)
        except MemoryError:
            self._give_up(_out_of_memory())

    def _admit(self, frame_type: str, fields: Dict[str, Any], shapes: List[Shape]) -> None:
        admit_request(frame_type, fields, shapes)
        if frame_type == "stylize" and self._job is not None:
            raise ProtocolError("A job arrived while another one runs.")

    def _answer(self, frame: Frame) -> None:
        if frame.type == "stylize":
            self._accept(frame)
        elif frame.type in ("cancel", "adjust"):
            self._steer(frame.type, frame.fields)
        elif frame.type == "ping":
            self._post(Frame("pong"))
        elif frame.type == "shutdown":
            os._exit(0)
        else:
            raise ProtocolError(f"A frame of the unknown type {frame.type!r} arrived.")

    def _accept(self, frame: Frame) -> None:
        number = frame.fields.get("job")
        if not isinstance(number, int):
            raise ProtocolError("A job without a number arrived.")
        try:
            self._job = Job(number, job_from_wire(frame.fields.get("request", {}), frame.pictures))
        except NeuralStyleError as error:
            self._post(event_to_frame(Failed(error), number))
        else:
            self._requests.put(self._job)

    def _steer(self, action: str, fields: Mapping[str, Any]) -> None:
        job = self._job
        if job is None or fields.get("job") != job.number:
            return  # It crossed the end of its job.
        if action == "cancel":
            keep = fields.get("keep") is True
            job.is_discarded = job.is_discarded or not keep
            job.control.stop(keep)
            return
        try:
            adjustment = Adjustment.from_dict({name: value for name, value in fields.items() if name != "job"})
            adjustment.require_styles(len(job.request.styles))
        except InvalidJob as error:
            raise ProtocolError(f"An adjustment is malformed: {error}") from error
        job.control.adjust(adjustment)

    def _post(self, frame: Frame) -> None:
        # What can't be sent, such as a loss that is no number, is the fault of the job, not of the thread that sends.
        encode_header(frame)
        self._outbox.post(frame.type, frame)

    def _give_up(self, error: NeuralStyleError) -> NoReturn:
        """Tell the client why this worker is at its end, and wait for the end."""
        self._post(event_to_frame(Failed(error), None))
        self._outbox.post("end", None)
        while True:
            time.sleep(1)

    def _send_next(self) -> None:
        # Called anew for each frame, so that nobody holds a picture while the next frame is waited for.
        frame = self._outbox.take()
        try:
            if frame is None:
                os._exit(1)
            write_frame(self._outgoing.write, frame)
        except OSError:
            os._exit(0)


def main() -> int:
    """Serve the client at the other end of stdin and stdout until it hangs up."""
    if sys.stdin is not None and sys.stdin.isatty():
        print("This serves an editor over stdin and stdout; there is nothing to type here.", file=sys.stderr)
        return 2
    incoming, outgoing = _take_line()
    _forbid_core_dumps()
    _give_way()
    logging.basicConfig(format="%(asctime)s %(process)d %(levelname)s %(message)s", level=logging.INFO)
    _log.info("Version %s, Python %s.", __version__, sys.version.split()[0])
    return Worker(incoming, outgoing).run()


def _take_line() -> Tuple[io.FileIO, io.FileIO]:
    """Private copies of stdin and stdout.

    What a library or a child process reads from now on is empty, and what it prints goes to stderr.
    """
    incoming, outgoing = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def named(error: Exception) -> NeuralStyleError:
    """``error`` itself if it is a named one, or the named one that it amounts to."""
    if isinstance(error, NeuralStyleError):
        return error
    if is_lack_of_memory(error):
        return _out_of_memory()
    return EngineFailed(f"The engine met an unexpected error: {error}.", "Its log has the details.")


def _out_of_memory() -> OutOfMemory:
    return OutOfMemory("Memory ran out.", "Close other programs, or choose a smaller working size.")


def _give_way() -> None:
    """Let the editor have the processor when it wants it; on Windows the client starts this process that way."""
    if os.name == "posix":
        os.nice(_NICENESS)


def _forbid_core_dumps() -> None:
    """A crash must not leave the user's picture on disk. One byte is Linux's sign for 'not to a collector either'."""
    if os.name == "posix":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))


def _repeat(task: Callable[[], None]) -> NoReturn:
    """Do ``task`` forever; if it fails there is nobody left to talk to, and the process ends."""
    try:
        while True:
            task()
    except BaseException:
        _log.exception("The worker can't go on.")
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
