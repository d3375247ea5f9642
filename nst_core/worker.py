"""The engine's process: it reads requests, runs the engine and sends events. Only this module joins bridge and engine.

It uses the protocol of :mod:`.bridge.framing` over stdin and stdout, one job at a time. It has three threads. The main
thread runs the engine. The second one reads requests, so that it can answer while the engine works. The third one sends
the frames in the outbox, so that the engine does not wait for a slow connection. The process ends as soon as its stdin
ends, so it does not continue after its host has ended. It opens no port and writes no file.
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
from nst_core.bridge.hosted import adapt_to_host, private_pipes
from nst_core.bridge.job_tree import job_from_wire
from nst_core.bridge.mailbox import Mailbox
from nst_core.bridge.messages import admit_request, event_to_frame
from nst_core.engine.control import Control
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import (
    EngineFailed,
    InvalidJob,
    NeuralStyleError,
    ProtocolError,
    is_lack_of_memory,
    out_of_memory,
)
from nst_core.job.events import Canceled, ClientEvent, Estimate, Event, Failed, Notice, Preview, Progress, Ready, Result
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

#: The shortest time in seconds between two events of a frequent kind. Events in between are dropped.
_INTERVALS = {Progress: 0.05, Preview: 0.19}

#: The number of seconds between two ``pong`` frames while a request arrives.
_PONG_INTERVAL = 1.0

_log = logging.getLogger("neural-style")

Estimator = Callable[[JobSizes, Settings], Estimate]
Stylize = Callable[[StyleJob, Control], Iterable[Event]]


class RunningJob:
    """A request, and the control with which it is stopped and adjusted."""

    def __init__(self, number: int, request: StyleJob) -> None:
        self.number = number
        self.request = request
        self.control = Control()
        self.is_discarded = False


class Worker:
    """The connection to one client, over two pipes."""

    def __init__(self, incoming: io.FileIO, outgoing: io.FileIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._outbox: Mailbox[Optional[Frame]] = Mailbox()
        self._requests: queue.SimpleQueue[RunningJob] = queue.SimpleQueue()
        self._job: Optional[RunningJob] = None
        self._pong_due = 0.0
        self._estimate: Optional[Estimator] = None
        self._question: Optional[Tuple[JobSizes, Settings]] = None
        self._question_lock = threading.Lock()

    def run(self) -> NoReturn:
        """Send ``hello``, load the engine, and paint jobs until the connection ends."""
        write_frame(self._outgoing.write, Frame("hello", {"protocol": PROTOCOL, "engine_version": __version__}))
        for task in (self._send, self._receive):
            threading.Thread(target=_run_or_exit, args=(task,), daemon=True).start()
        stylize, return_unused_memory = self._load_engine()
        while True:
            self._work(self._requests.get(), stylize)
            return_unused_memory()
            self._answer_question()

    def _load_engine(self) -> Tuple[Stylize, Callable[[], None]]:
        """Import the engine, report that it is ready, and load the network for the first job.

        Return the function that paints, and the function that returns unused memory to the system.
        """
        try:
            from nst_core.engine import devices
            from nst_core.engine.estimates import estimate
            from nst_core.engine.preparation import load_ahead
            from nst_core.engine.stylize import stylize

            self._post(event_to_frame(Ready(__version__, tuple(devices.available())), None))
        except Exception as error:  # A damaged environment can raise any error, and the host must get the reason.
            _log.exception("The engine could not be loaded.")
            self._fail(EngineFailed(f"The engine could not be loaded: {error}.", "Run `python3 install.py` again."))
        self._estimate = estimate
        self._answer_question()
        try:
            load_ahead()
        except NeuralStyleError as error:
            self._post(event_to_frame(Notice(str(error)), None))
        return stylize, devices.return_unused_memory

    def _work(self, job: RunningJob, stylize: Stylize) -> None:
        _log.info("Job %d: %d x %d pixels.", job.number, job.request.content.width, job.request.content.height)
        begun = time.monotonic()
        events = stylize(job.request, job.control)  # It holds the job's pictures. To free them takes time: send first.
        end = self._run_to_end(job, events)
        _log.info("Job %d: %s after %.1f s.", job.number, type(end).__name__, time.monotonic() - begun)
        self._job = None  # Do this before the end is sent: the client may send the next job after it.
        self._post(event_to_frame(end, job.number))

    def _run_to_end(self, job: RunningJob, events: Iterable[Event]) -> ClientEvent:
        try:
            result = self._run(job, events)
        except Exception as error:  # The engine's libraries can raise any error, and the host must get the reason.
            _log.info("Job %d", job.number, exc_info=not isinstance(error, NeuralStyleError))
            result = named(error)
        if job.is_discarded:
            return Canceled()
        return Failed(result) if isinstance(result, NeuralStyleError) else result

    def _run(self, job: RunningJob, events: Iterable[Event]) -> Union[Result, NeuralStyleError]:
        """Send the engine's events, except the last one, which is returned."""
        due = dict.fromkeys(_INTERVALS, 0.0)
        for event in events:
            if isinstance(event, Result):
                return event
            kind, now = type(event), time.monotonic()
            if now >= due.get(kind, 0.0):
                due[kind] = now + _INTERVALS.get(kind, 0.0)
                self._post(event_to_frame(event, job.number))
        return EngineFailed("The engine ended without a picture.", "Its log has the details.")

    def _receive(self) -> None:
        try:
            while True:
                self.receive_next()
        except (EOFError, OSError):
            os._exit(0)
        except NeuralStyleError as error:
            self._fail(error)
        except MemoryError:
            self._fail(out_of_memory())

    def receive_next(self) -> None:
        """Read one frame and handle it. Raises EOFError if the worker has to end, :class:`ProtocolError`, OSError."""
        frame = read_frame(self._read_into, self._admit)
        if frame is None:
            raise EOFError
        self._answer(frame)

    def _read_into(self, memory: memoryview) -> int:
        count = self._incoming.readinto(memory) or 0
        if time.monotonic() > self._pong_due:
            self._send_pong()
        return count

    def _send_pong(self) -> None:
        self._pong_due = time.monotonic() + _PONG_INTERVAL
        self._post(Frame("pong"))

    def _admit(self, frame_type: str, fields: Dict[str, Any], shapes: List[Shape]) -> None:
        admit_request(frame_type, fields, shapes)
        if frame_type != "stylize":
            return
        if self._job is not None:
            raise ProtocolError("A job arrived while another one runs.")
        self._send_pong()  # This shows the client that the job has reached a worker.

    def _answer(self, frame: Frame) -> None:
        if frame.type == "stylize":
            self._accept(frame)
        elif frame.type in ("cancel", "adjust"):
            self._control(frame.type, frame.fields)
        elif frame.type == "estimate":
            self._question = _question(frame.fields)
            self._answer_question()
        elif frame.type == "ping":
            self._send_pong()
        elif frame.type == "shutdown":
            raise EOFError
        else:
            raise ProtocolError(f"A frame of the unknown type {frame.type!r} arrived.")

    def _accept(self, frame: Frame) -> None:
        number = frame.fields.get("job")
        if not isinstance(number, int):
            raise ProtocolError("A job without a number arrived.")
        try:
            self._job = RunningJob(number, job_from_wire(frame.fields.get("request", {}), frame.pictures))
        except NeuralStyleError as error:
            self._post(event_to_frame(Failed(error), number))
        else:
            self._requests.put(self._job)

    def _control(self, action: str, fields: Mapping[str, Any]) -> None:
        job = self._job
        if job is None or fields.get("job") != job.number:
            return  # The job has ended before this frame arrived.
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

    def _answer_question(self) -> None:
        """Answer the newest request for an estimate, if the engine is loaded and no job uses the memory."""
        with self._question_lock:
            if self._estimate is None or self._question is None or self._job is not None:
                return
            (sizes, settings), self._question = self._question, None
            try:
                answer = self._estimate(sizes, settings)
            except Exception as error:  # A device's library can raise any error, and this thread must continue.
                _log.info("No estimate.", exc_info=not isinstance(error, NeuralStyleError))
                answer = Estimate(0.0, 0, 0, str(named(error)))
            self._post(event_to_frame(answer, None))

    def _post(self, frame: Frame) -> None:
        # Encode the header here. If this is impossible, because a loss is NaN, the job fails, not the sending thread.
        encode_header(frame)
        self._outbox.post(frame.type, frame)

    def _fail(self, error: NeuralStyleError) -> NoReturn:
        """Send the client the error that ends this worker, and wait until the process ends."""
        self._post(event_to_frame(Failed(error), None))
        self._outbox.post("end", None)
        while True:
            time.sleep(1)

    def _send(self) -> NoReturn:
        while True:
            self._send_next()

    def _send_next(self) -> None:
        # This is a separate function, so that no variable keeps the last frame's picture while it waits for the next.
        frame = self._outbox.take()
        try:
            if frame is None:
                os._exit(1)
            write_frame(self._outgoing.write, frame)
        except OSError:
            os._exit(0)


def main() -> int:
    """Serve the client that is connected to stdin and stdout, until it closes them."""
    if sys.stdin is not None and sys.stdin.isatty():
        print("This serves an editor over stdin and stdout; there is nothing to type here.", file=sys.stderr)
        return 2
    adapt_to_host()
    incoming, outgoing = private_pipes()
    logging.basicConfig(format="%(asctime)s %(process)d %(levelname)s %(message)s", level=logging.INFO)
    _log.info("Version %s, Python %s.", __version__, sys.version.split()[0])
    return Worker(incoming, outgoing).run()


def _question(fields: Mapping[str, Any]) -> Tuple[JobSizes, Settings]:
    try:
        return JobSizes.from_dict(fields["sizes"]), Settings.from_dict(fields["settings"])
    except (KeyError, TypeError, InvalidJob) as error:
        raise ProtocolError(f"A question for an estimate is malformed: {error}") from error


def named(error: Exception) -> NeuralStyleError:
    """Return ``error`` if it is a named error; otherwise a named error with the same reason."""
    if isinstance(error, NeuralStyleError):
        return error
    if is_lack_of_memory(error):
        return out_of_memory()
    return EngineFailed(f"The engine met an unexpected error: {error}.", "Its log has the details.")


def _run_or_exit(task: Callable[[], None]) -> NoReturn:
    """Run ``task``, which never ends. If it fails, the client can't be reached anymore, so end the process."""
    try:
        task()
    except BaseException:
        _log.exception("The worker can't continue.")
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
