"""The wire between a host and the engine's process: frames over the worker's stdin and stdout.

This text describes the protocol completely, so it is enough for writing another client.

**Frame.** The four bytes ``NSTF``, the length of the header as an unsigned 32-bit little-endian number (1 to
1,048,576), the header as one JSON object in UTF-8 (RFC 8259: no NaN, no Infinity; integers of at most 20 characters),
then the bytes of the pictures that the header's ``pictures`` lists, one after the other, without padding. ``pictures``
is a list of ``{"width", "height", "format"}`` (at most 100; formats, byte order and sides as in ``job/pixels.py``). It
is left out if there are none. Every header has a ``type``. If other bytes arrive, the reader ends the connection,
because it can't find the beginning of the next frame.

**Order.** The worker begins: it sends ``hello`` when its Python has started, and ``ready`` when its engine is loaded.
The client first reads ``hello`` and compares the protocol number in it with its own. Before that it sends nothing. The
form of frames and ``hello`` are the same in all versions. One job runs at a time: a client sends the next ``stylize``
only after the end of the last job. The worker ends at once when its stdin ends, also in the middle of a job. Only
frames are written to its stdout; the output of libraries goes to its stderr.

From the client:

``stylize``   ``job`` (an integer that identifies the job in all frames about it), ``request`` (the tree of
              :func:`.job_tree.job_to_wire`), ``pictures``
``cancel``    ``job``; ``keep``: if true, the job ends with a ``result`` (the unfinished picture), otherwise with
              ``canceled``
``adjust``    ``job``; any of ``strength``, ``keep_content``, ``total_variation`` (as in :mod:`.settings`) and
              ``weights`` (a positive number for each style)
``estimate``  ``sizes`` (the fields of :class:`.JobSizes`), ``settings``; the worker answers with ``estimate``. If a job
              runs, it answers after the job's end.
``ping``      the worker answers with ``pong``, also while a job runs
``shutdown``  ends the worker, like the end of its stdin

A ``cancel`` or ``adjust`` for a job that has ended is no error, because the client may not have received the end yet.

From the worker (the fields are described in :mod:`.events`):

``hello``     ``protocol``, ``engine_version``
``ready``     ``engine_version``, ``devices``
``estimate``  ``seconds``, ``memory``, ``quick_size``, ``problem``, ``size``
``started``   ``job``, ``device``, ``sizes``, ``memory``, ``seconds``, ``tile``
``progress``  ``job``, ``fraction``, ``seconds_left``, ``scale``, ``step``, ``loss``
``preview``   ``job``, a picture in ``rgba-u8``, no side longer than the request's ``preview_side``
``notice``    ``job`` (null if it is about the engine), ``text``
``result``    ``job``, ``complete``, ``seconds``, ``device``, ``seed``, ``size``, a picture of the content's size
              in the request's ``result_format``
``failed``    ``job``, ``code``, ``problem``, ``remedy``: the error of :mod:`.errors`. With ``job`` null the worker
              itself failed, and ends.
``canceled``  ``job``
``pong``      the answer to a ``ping``. It is also sent when a ``stylize`` begins to arrive, and each second while it
              arrives: over a slow connection this takes minutes, and a ``ping`` would have to wait for its end.

Each job ends with exactly one ``result``, ``failed`` or ``canceled``. ``progress`` is sent at most 20 times and
``preview`` at most 5 times a second. Over a slower connection, only the newest one is sent.
"""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from nst_core.job.errors import InvalidPixels, ProtocolError
from nst_core.job.pixels import Bytes, PixelBuffer, byte_count
from nst_core.job.request import MAXIMUM_STYLES

from . import json_text

#: The number of this protocol. A client and a worker with different numbers can't work together.
PROTOCOL = 7

MAGIC = b"NSTF"
MAXIMUM_HEADER = 1 << 20
#: The pictures of a job: content, selection, keep mask, initial picture, and for each style a picture and two masks.
MAXIMUM_PICTURES = 4 + 3 * MAXIMUM_STYLES

_PREFIX = struct.Struct("<4sI")
#: The number of bytes that are written at once. A slow connection sends so many within seconds, so its progress is
#: noticed. With smaller chunks, the system switches more often between the processes: on a busy machine, a large
#: picture takes several times as long.
_CHUNK = 1 << 20
_LONGEST_INTEGER = 20


class Shape(NamedTuple):
    """The size and format of a picture whose bytes were not read yet."""

    width: int
    height: int
    format: str

    @property
    def bytes(self) -> int:
        """The number of bytes of such a picture."""
        return byte_count(*self)


def shape_to_wire(picture: PixelBuffer) -> Dict[str, Any]:
    """Return the size and format of a picture for a frame's header. Its bytes follow the header."""
    return {"width": picture.width, "height": picture.height, "format": picture.format}


@dataclass(frozen=True)
class Frame:
    """One message: its type, its other header fields, and the pictures that follow the header."""

    type: str
    fields: Dict[str, Any] = field(default_factory=dict)
    pictures: Tuple[PixelBuffer, ...] = ()


#: Checks a frame's type, fields and announced pictures before memory is allocated for them. Raises an error to refuse.
Admit = Callable[[str, Dict[str, Any], List[Shape]], None]
#: Reads bytes into a part of the given memory, like ``io.FileIO.readinto``. Returns their number; 0 at the end.
ReadInto = Callable[[memoryview], Optional[int]]
#: Writes a part of the given memory, like ``io.FileIO.write``. Returns the number of written bytes.
Write = Callable[[memoryview], Optional[int]]


def read_frame(readinto: ReadInto, admit: Admit) -> Optional[Frame]:
    """Read the next frame. Return None if the connection has ended between two frames.

    Raises :class:`ProtocolError` for bytes that are no frame, EOFError if the connection ends within a frame, and the
    errors of ``admit``. Each picture is read directly into its final memory, without a copy.
    """
    prefix = _read(readinto, _PREFIX.size)
    if not prefix:
        return None
    header = _parse_header(_read_exactly(readinto, _header_length(prefix)))
    frame_type, shapes = header.pop("type", None), _shapes(header.pop("pictures", []))
    if not isinstance(frame_type, str):
        raise ProtocolError("A frame without a type arrived.")
    admit(frame_type, header, shapes)
    pictures = tuple(PixelBuffer(*shape, _read_exactly(readinto, shape.bytes)) for shape in shapes)
    return Frame(frame_type, header, pictures)


def write_frame(write: Write, frame: Frame) -> None:
    """Send ``frame``. The bytes of its pictures are not copied. Raises the errors of :func:`encode_header`."""
    header = encode_header(frame)
    _write_all(write, _PREFIX.pack(MAGIC, len(header)) + header)
    for picture in frame.pictures:
        _write_all(write, picture.data)


def encode_header(frame: Frame) -> bytes:
    """Return the header of ``frame``.

    Raises :class:`ProtocolError` if it is too long, and ValueError or TypeError if it can't be written as JSON.
    """
    header = {"type": frame.type, **frame.fields}
    if frame.pictures:
        header["pictures"] = [shape_to_wire(picture) for picture in frame.pictures]
    encoded = json.dumps(header, allow_nan=False).encode()
    if len(encoded) > MAXIMUM_HEADER:
        raise ProtocolError(f"The header of a frame would have {len(encoded)} bytes.", "Shorten the names of styles.")
    return encoded


def _header_length(prefix: bytes) -> int:
    if not MAGIC.startswith(prefix[:4]):
        raise ProtocolError(f"Something that is no frame arrived, beginning with {prefix!r}.")
    if len(prefix) < _PREFIX.size:
        raise EOFError
    length: int = _PREFIX.unpack(prefix)[1]
    if not 1 <= length <= MAXIMUM_HEADER:
        raise ProtocolError(f"A frame announced a header of {length} bytes.")
    return length


def _parse_header(encoded: bytes) -> Dict[str, Any]:
    try:
        header = json_text.parse(encoded.decode(), parse_int=_parse_integer, parse_constant=_refuse_constant)
    except ValueError as error:
        raise ProtocolError(f"The header of a frame is not JSON: {type(error).__name__}.") from error
    if not isinstance(header, dict):
        raise ProtocolError("The header of a frame is not an object.")
    return header


def _parse_integer(digits: str) -> int:
    # For long numbers, the time in Python grows with the square of the length: a megabyte of digits would block it.
    if len(digits) > _LONGEST_INTEGER:
        raise ValueError("integer too long")
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _shapes(announced: Any) -> List[Shape]:
    if not isinstance(announced, list) or len(announced) > MAXIMUM_PICTURES:
        raise ProtocolError(f"A frame's pictures must be a list of at most {MAXIMUM_PICTURES}.")
    try:
        shapes = [Shape(entry["width"], entry["height"], entry["format"]) for entry in announced]
        for shape in shapes:
            byte_count(*shape)
    except (TypeError, KeyError, InvalidPixels) as error:
        raise ProtocolError(f"A frame announced a picture that can't be: {type(error).__name__} {error}.") from error
    return shapes


class _Span(io.RawIOBase):
    """The next ``length`` bytes of the connection as a separate stream.

    The ``read`` of a ``BufferedReader`` around this stream fills one new ``bytes`` object, so each byte is written to
    memory only once. Meanwhile other Python threads can run. A ``bytearray`` would first be filled with zeros.
    Meanwhile no other Python thread could run, so the editor's interface would stop for a third of a second at 8K.
    """

    def __init__(self, readinto: ReadInto, length: int) -> None:
        self._readinto = readinto
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._readinto(memoryview(buffer)[: self._left]) if self._left else 0
        self._left -= count or 0
        return count or 0


def _read(readinto: ReadInto, length: int) -> bytes:
    """Read ``length`` bytes, or fewer if the connection ends before."""
    return io.BufferedReader(_Span(readinto, length)).read(length)


def _read_exactly(readinto: ReadInto, length: int) -> bytes:
    data = _read(readinto, length)
    if len(data) < length:
        raise EOFError
    return data


def _write_all(write: Write, data: Bytes) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[write(view[:_CHUNK]) or 0 :]
