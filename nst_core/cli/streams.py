"""Standard streams that can fail without a loss for the picture.

A stream may be closed from the beginning, its reader may go away, its disk may be full: the text is lost then, and
nothing else. Python by itself would raise in the middle of a job, or end with the exit code 120.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional, TextIO


class LossyStream:
    """A text stream that is silent after its first failure."""

    def __init__(self, stream: TextIO, is_broken: bool = False) -> None:
        self._stream = stream
        self.is_broken = is_broken

    def write(self, text: str) -> int:
        """Write ``text`` if that is possible."""
        if not self.is_broken:
            try:
                self._stream.write(text)
            except OSError:
                self._give_up()
        return len(text)

    def flush(self) -> None:
        """Write buffered text if that is possible."""
        if not self.is_broken:
            try:
                self._stream.flush()
            except OSError:
                self._give_up()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self) -> None:
        self.is_broken = True
        # The text that is still buffered must not raise again when Python closes the stream.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self._stream.fileno())
        os.close(nothing)


@contextmanager
def lossy_streams() -> Iterator[LossyStream]:
    """Within this context stdout and stderr are lossy; yields stdout."""
    _occupy_closed_descriptors()
    before = sys.stdout, sys.stderr
    output, complaints = (_lossy(stream) for stream in before)
    sys.stdout, sys.stderr = output, complaints  # type: ignore[assignment]
    try:
        yield output
    finally:
        output.flush()
        complaints.flush()
        sys.stdout, sys.stderr = before


def _lossy(stream: Optional[TextIO]) -> LossyStream:
    # Python has no object for a stream that was closed when it started.
    return LossyStream(stream or Path(os.devnull).open("w", encoding="utf-8"), is_broken=stream is None)


def _occupy_closed_descriptors() -> None:
    """The numbers 0, 1 and 2 belong to no other file: a library that prints would print into the picture."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
