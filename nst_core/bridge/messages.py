"""The frames of events and requests. This module checks every field of a frame that arrives."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Type

from nst_core.job.errors import InvalidJob, InvalidPixels, ProtocolError, error_from_wire
from nst_core.job.events import (
    Canceled,
    ClientEvent,
    Estimate,
    Failed,
    Notice,
    Preview,
    Progress,
    Ready,
    Result,
    Started,
)
from nst_core.job.pixels import byte_count
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.text import cleaned, shortened

from .framing import Frame, Shape, encode_header
from .job_tree import job_to_wire

#: The largest number of bytes in all pictures of a job: four pictures of 32768 x 32768 pixels in rgba-u16. Pictures in
#: editors are smaller.
MAXIMUM_JOB_BYTES = 1 << 35

#: The name of a device: its kind, and a number if there are several devices of this kind.
_DEVICE = re.compile("[a-z]{1,32}(:[0-9]{1,4})?")
#: The largest number of devices or canvases, and of seconds. Real values are far smaller.
_LONGEST_LIST = 64
_LONGEST_TIME = 1e9
#: The number of characters of a malformed value that an error shows.
_LONGEST_REASON = 200

#: The types of frames that end a job.
ENDS = frozenset({"result", "failed", "canceled"})


@dataclass(frozen=True)
class Expectation:
    """The facts about a sent job. Its answers are compared with them."""

    job: int
    width: int
    height: int
    preview_side: int
    styles: int
    result_format: str = "rgba-f32"


def stylize_frame(number: int, job: StyleJob) -> Frame:
    """Return the request for ``job``. ``number`` identifies the job in all frames.

    Raises :class:`ProtocolError` if its texts are too long.
    """
    tree, pictures = job_to_wire(job)
    frame = Frame("stylize", {"job": number, "request": tree}, tuple(pictures))
    encode_header(frame)
    return frame


def expectation(number: int, job: StyleJob) -> Expectation:
    """Return the facts with which the answers to ``stylize_frame(number, job)`` are compared."""
    return Expectation(
        number, job.content.width, job.content.height, job.preview_side, len(job.styles), job.result_format
    )


def admit_request(frame_type: str, values: Mapping[str, Any], shapes: List[Shape]) -> None:
    """Refuse a frame from the client if it must not have pictures, or if its pictures have too many bytes."""
    if shapes and frame_type != "stylize":
        raise ProtocolError(f"A frame of the type {frame_type!r} announced pictures.")
    total = sum(shape.bytes for shape in shapes)
    if total > MAXIMUM_JOB_BYTES:
        raise ProtocolError(f"A job announced {total} bytes of pictures; {MAXIMUM_JOB_BYTES} are allowed.")


def admit_answer(
    frame_type: str, values: Mapping[str, Any], shapes: List[Shape], expected: Optional[Expectation]
) -> None:
    """Refuse a frame from the worker if it is about another job, or if its picture has an unexpected size."""
    job = values.get("job")
    if job is not None and (expected is None or job != expected.job):
        raise ProtocolError(f"A frame of the type {frame_type!r} arrived for a job that does not run.")
    if job is None and frame_type in _JOB_TYPES:
        raise ProtocolError(f"A frame of the type {frame_type!r} arrived without its job.")
    if expected is None or frame_type not in ("preview", "result"):
        fits = not shapes
    elif frame_type == "result":
        fits = shapes == [Shape(expected.width, expected.height, expected.result_format)]
    else:
        fits = len(shapes) == 1 and shapes[0].format == "rgba-u8" and max(shapes[0][:2]) <= expected.preview_side
    if not fits:
        raise ProtocolError(f"A frame of the type {frame_type!r} announced pictures that do not fit its job.")


def event_to_frame(event: ClientEvent, job: Optional[int]) -> Frame:
    """Return the frame for ``event``. ``job`` is the number of its job (None: the event is about the engine itself)."""
    if isinstance(event, Failed):
        return Frame("failed", {"job": job, **event.error.to_wire()})
    values = {entry.name: getattr(event, entry.name) for entry in fields(event) if entry.name != "pixels"}
    pictures = (event.pixels,) if isinstance(event, (Preview, Result)) else ()
    return Frame(_TYPE_OF[type(event)], {"job": job, **values}, pictures)


def event_from_frame(frame: Frame) -> ClientEvent:
    """Return the event in ``frame``, which was admitted before. Raises :class:`ProtocolError` for malformed fields."""
    if frame.type == "failed":
        return Failed(error_from_wire(frame.fields))
    try:
        event, checks = _EVENTS[frame.type]
        values = {name: check(frame.fields[name]) for name, check in checks.items()}
        read: ClientEvent = event(*frame.pictures, **values)
    except (KeyError, ValueError, TypeError, OverflowError, InvalidJob, InvalidPixels) as error:
        reason = str(error)[:_LONGEST_REASON]
        raise ProtocolError(f"A frame of the type {frame.type!r} is malformed: {reason}.") from error
    return read


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _seconds(value: Any) -> float:
    if not 0 <= _number(value) <= _LONGEST_TIME:
        raise ValueError(f"{value!r} is not a time")
    return float(value)


def _fraction(value: Any) -> float:
    if not 0 <= _number(value) <= 1:
        raise ValueError(f"{value!r} is not a fraction")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise ValueError(f"{value!r} is not a count")
    return value


def _seed(value: Any) -> int:
    return Settings(seed=value).seed


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    return shortened(cleaned(value))


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _device(value: Any) -> str:
    if not isinstance(value, str) or not _DEVICE.fullmatch(value):
        raise ValueError(f"{value!r} is not a device")
    return value


def _devices(value: Any) -> Tuple[str, ...]:
    return tuple(_device(entry) for entry in _some(value))


def _size(value: Any) -> Tuple[int, int]:
    width, height = value
    byte_count(width, height, "gray-u8")
    return width, height


def _sizes(value: Any) -> Tuple[Tuple[int, int], ...]:
    return tuple(_size(entry) for entry in _some(value))


def _some(value: Any) -> List[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= _LONGEST_LIST:
        raise ValueError(f"{value!r} is not a list of 1 to {_LONGEST_LIST}")
    return value


_Checks = Dict[str, Callable[[Any], Any]]
_EVENTS: Dict[str, Tuple[Type[Any], _Checks]] = {
    "ready": (Ready, {"engine_version": _text, "devices": _devices}),
    "estimate": (
        Estimate,
        {"seconds": _seconds, "memory": _count, "quick_size": _count, "problem": _text, "size": _count},
    ),
    "started": (Started, {"device": _device, "sizes": _sizes, "memory": _count, "seconds": _seconds, "tile": _count}),
    "progress": (
        Progress,
        {"fraction": _fraction, "seconds_left": _seconds, "scale": _count, "step": _count, "loss": _number},
    ),
    "preview": (Preview, {}),
    "notice": (Notice, {"text": _text}),
    "result": (Result, {"complete": _truth, "seconds": _seconds, "device": _device, "seed": _seed, "size": _count}),
    "canceled": (Canceled, {}),
}
_TYPE_OF = {event: name for name, (event, _) in _EVENTS.items()}
_JOB_TYPES = frozenset(_EVENTS) - {"ready", "estimate", "notice"}
