"""A slow connection to a worker, like that of ``ssh``: the latency, the rate and the end can be set.

Arguments: the delay of each piece in seconds; the bytes of the worker's answers after which the connection is cut (0:
never); ``silence`` or ``end``, the way of this cut; the bytes a second to the worker (0: no limit); and the command of
the worker.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from typing import Tuple

PIECE = 1 << 16


class Direction:
    """One direction of the connection. Like in a network, it can contain several pieces at a time."""

    def __init__(
        self, source: int, target: int, delay: float, length: int = 0, last: str = "end", rate: int = 0
    ) -> None:
        self._source, self._target, self._delay, self._rate = source, target, delay, rate
        self._left, self._last = length or sys.maxsize, last
        self._pieces: queue.Queue[Tuple[float, bytes]] = queue.Queue(64)
        threading.Thread(target=self._collect, daemon=True).start()
        self.delivery = threading.Thread(target=self._deliver, daemon=True)
        self.delivery.start()

    def _collect(self) -> None:
        piece = b"..."
        while piece:
            piece = os.read(self._source, PIECE)
            self._pieces.put((time.monotonic() + self._delay, piece))

    def _deliver(self) -> None:
        while True:
            due, piece = self._pieces.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not piece:
                return os.close(self._target)
            self._write(piece[: self._left])
            self._left -= len(piece)
            if self._left <= 0:
                time.sleep(60 if self._last == "silence" else 0)
                os._exit(255)

    def _write(self, piece: bytes) -> None:
        if self._rate:
            time.sleep(len(piece) / self._rate)
        while piece:
            piece = piece[os.write(self._target, piece) :]


def main() -> None:
    delay, length, last, rate = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    worker = subprocess.Popen(sys.argv[5:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert worker.stdin is not None and worker.stdout is not None
    Direction(0, worker.stdin.fileno(), delay, rate=rate)
    answers = Direction(worker.stdout.fileno(), 1, delay, length, last)
    code = worker.wait()
    answers.delivery.join()
    os._exit(code)


if __name__ == "__main__":
    main()
