"""Helpers of the tests of client and worker: small jobs, waiting with a limit, and a count of leftovers."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Set, Tuple, Type

from nst_core.bridge.client import Client
from nst_core.bridge.connection import Connection, Patience
from nst_core.job.events import Canceled, ClientEvent, Failed, Result
from nst_core.job.pixels import PixelBuffer, byte_count
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

STAND_IN = Path(__file__).with_name("stand_in.py")
ENDS = (Result, Failed, Canceled)
#: A limit for tests that hang. It is much longer than any test.
LIMIT = 90.0


def command() -> List[str]:
    """Return the command of a worker with the stand-in engine."""
    return [sys.executable, "-I", str(STAND_IN)]


def engine_command(preparation: str = "") -> List[str]:
    """Return the command of a worker with the real engine of this checkout. ``preparation`` is executed first."""
    root = Path(__file__).resolve().parents[2]
    script = f"import sys; sys.path.insert(0, {str(root)!r}); {preparation or 'pass'}\n"
    return [sys.executable, "-I", "-c", script + "from nst_core import worker; sys.exit(worker.main())"]


def picture(width: int, height: int, pixel_format: str = "rgba-f32") -> PixelBuffer:
    """Return a picture of random bytes, so that all pictures differ."""
    return PixelBuffer(width, height, pixel_format, os.urandom(byte_count(width, height, pixel_format)))


def job(act: str = "paint", side: int = 16, preview_side: int = 64, **settings: object) -> StyleJob:
    """Return a job that makes the stand-in engine do ``act``."""
    return StyleJob(
        picture(side, side),
        (Style(picture(4, 4, "rgba-u8"), 1.0, act),),
        Settings(**settings),  # type: ignore[arg-type]
        preview_side=preview_side,
    )


@contextlib.contextmanager
def client_with(patience: Patience, log: Path, worker: Sequence[str]) -> Iterator[Client]:
    """Return a client that waits for a silent ``worker`` only as long as ``patience`` says."""
    client = Client(worker, log, partial(Connection, patience=patience))
    yield client
    client.close()


def wait(condition: Callable[[], object], what: str) -> None:
    """Return when ``condition`` is true. Fail after the limit."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"Waited too long for {what}."
        time.sleep(0.005)


def events_until(client: Client, kinds: Tuple[Type[ClientEvent], ...]) -> List[ClientEvent]:
    """Return all events up to the first one of ``kinds``."""
    events: List[ClientEvent] = []

    def has_come() -> bool:
        events.extend(client.poll())
        return any(isinstance(event, kinds) for event in events)

    wait(has_come, " or ".join(kind.__name__ for kind in kinds))
    return events


def run(client: Client, request: StyleJob) -> List[ClientEvent]:
    """Return all events of ``request``. Check that it has exactly one end."""
    client.stylize(request)
    events = events_until(client, ENDS)
    assert sum(isinstance(event, ENDS) for event in events) == 1
    assert isinstance(events[-1], ENDS)
    assert not client.busy
    return events


def processes_with(word: str) -> List[int]:
    """Return the ids of the other running processes that have ``word`` in their command lines."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in arguments and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def children() -> List[int]:
    """Return the ids of this process's child processes, without those of other tests (:func:`disown`)."""
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue  # the thread has just ended
    return [child for child in found if child not in _FOREIGN]


_FOREIGN: Set[int] = set()


def disown() -> None:
    """Ignore the child processes that run now, such as a display that the editors' tests share."""
    _FOREIGN.update(children())


def belongings() -> Dict[str, int]:
    """Return the numbers of descriptors, threads and child processes of this process."""
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "children": len(children()),
    }
