"""A script: a worker that reads slowly, and sends nothing while it reads. Then it fails with a named error.

It reads the first part of the request in pieces. This takes longer than a client waits for a silent worker. The rest is
already in the pipe, and is read in one piece.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.bridge.framing import PROTOCOL, Frame, read_frame, write_frame
from nst_core.bridge.messages import admit_request

PIECE = 1 << 17
SLOW_PIECES = 36
PAUSE = 0.1

if __name__ == "__main__":
    pieces = 0

    def read_into(memory: memoryview) -> int:
        global pieces
        pieces += 1
        if len(memory) > 1000 and pieces < SLOW_PIECES:
            time.sleep(PAUSE)
        return os.readv(0, [memory[:PIECE]])

    with open(1, "wb", buffering=0, closefd=False) as out:
        write_frame(out.write, Frame("hello", {"protocol": PROTOCOL, "engine_version": "1"}))
        write_frame(out.write, Frame("ready", {"job": None, "engine_version": "1", "devices": ["cpu"]}))
        read_frame(read_into, admit_request)
        write_frame(
            out.write, Frame("failed", {"job": None, "code": "weights-missing", "problem": "Read.", "remedy": ""})
        )
