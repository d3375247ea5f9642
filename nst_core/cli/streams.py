"""Standard streams whose failures do not stop the painting.

A stream may be closed from the beginning, its reader may end, or its disk may be full. Then only the text is lost.
Without this module, Python would raise in the middle of a job, or end with the exit code 120.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional, TextIO


class LossyStream:
    """A text stream that drops all text after its first failure."""

    def __init__(self, stream: TextIO, is_broken: bool = False) -> None:
        self._stream = stream
        self.is_broken = is_broken

    def write(self, text: str) -> int:
        """Write ``text`` if the stream still works."""
        if not self.is_broken:
            try:
                self._stream.write(text)
            except OSError:
                self._give_up()
        return len(text)

    def flush(self) -> None:
        """Write buffered text if the stream still works."""
        if not self.is_broken:
            try:
                self._stream.flush()
            except OSError:
                self._give_up()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self) -> None:
        self.is_broken = True
        # Buffered text must not raise again when Python closes the stream.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self._stream.fileno())
        os.close(nothing)


@contextmanager
def lossy_streams() -> Iterator[LossyStream]:
    """Make stdout and stderr lossy in this context. Yields stdout."""
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
    # If a stream was closed when Python started, Python has no object for it.
    return LossyStream(stream or Path(os.devnull).open("w", encoding="utf-8"), is_broken=stream is None)


def _occupy_closed_descriptors() -> None:
    """Occupy the free numbers of 0, 1 and 2. If the picture got one of them, a library could print into it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the system gives the lowest free number, which is this one
