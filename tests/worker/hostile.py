"""Makes mutated frames.

As a script with a seed, this is a worker that starts correctly and answers with such frames.
"""

from __future__ import annotations

import io
import itertools
import random
import sys
from pathlib import Path
from typing import Iterator, List

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.bridge.framing import PROTOCOL, Frame, write_frame
from nst_core.bridge.messages import event_to_frame, stylize_frame
from nst_core.job.errors import ProtocolError
from nst_core.job.events import Canceled, Failed, Notice, Preview, Progress, Ready, Result, Started
from tests.worker.conversation import job, picture


def encode(frame: Frame) -> bytes:
    line = io.BytesIO()
    write_frame(line.write, frame)
    return line.getvalue()


ANSWERS = [
    encode(event_to_frame(event, 1))
    for event in (
        Ready("1", ("cpu",)),
        Started("cpu", ((16, 16),), 1, 1.0, 0),
        Progress(0.5, 1.0, 16, 3, 0.1),
        Preview(picture(8, 8, "rgba-u8")),
        Notice("The GPU is busy."),
        Result(picture(16, 16), True, 1.0, "cpu", 0),
        Failed(ProtocolError("What.", "Do.")),
        Canceled(),
    )
]
REQUESTS = [
    encode(stylize_frame(1, job())),
    encode(Frame("cancel", {"job": 1, "keep": True})),
    encode(Frame("adjust", {"job": 1, "strength": 0.5, "weights": [1.0]})),
    encode(Frame("ping")),
    encode(Frame("shutdown")),
]


def mutations(frames: List[bytes], seed: int) -> Iterator[bytes]:
    """Yield endless variations of one or two frames: changed, cut, doubled or inserted bytes, or large numbers."""
    chance = random.Random(seed)
    numbers = [b"0", b"-1", b"1e999", b"65536", b"65537", b"4294967296", b"null", b"[]", b'"x"', b"9" * 30]
    while True:
        data = bytearray(chance.choice(frames))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(data)) if chance.random() < 0.3 else chance.randrange(min(len(data), 400))
            kind = chance.randrange(6)
            if kind == 0:
                data[place] = chance.randrange(256)
            elif kind == 1:
                del data[place : place + chance.randint(1, 8)]
            elif kind == 2:
                data[place:place] = chance.randbytes(chance.randint(1, 8))
            elif kind == 3:
                data = data[: place + 1]
            elif kind == 4:
                data += chance.choice(frames)
            else:
                data = _exaggerate(data, chance, numbers)
            if not data:
                break
        yield bytes(data)


def _exaggerate(data: bytearray, chance: random.Random, numbers: List[bytes]) -> bytearray:
    """Replace a number in the header, and correct the header's length, so that the header itself can still be read."""
    length = int.from_bytes(data[4:8], "little")
    header = bytes(data[8 : 8 + length])
    digits = [place for place, byte in enumerate(header) if 48 <= byte <= 57]
    if not digits:
        return data
    place = chance.choice(digits)
    header = header[:place] + chance.choice(numbers) + header[place + 1 :]
    return bytearray(b"NSTF" + len(header).to_bytes(4, "little") + header + data[8 + length :])


if __name__ == "__main__":
    sys.stdout.buffer.write(encode(Frame("hello", {"protocol": PROTOCOL, "engine_version": "1"})))
    for frame in itertools.islice(mutations(ANSWERS, int(sys.argv[1])), 20):
        sys.stdout.buffer.write(frame)
