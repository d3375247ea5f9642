"""Every failure that a user can meet, by name, and its form on the wire.

An error has two sentences: ``problem`` describes the failure, ``remedy`` describes how to fix it. Both are written
where the cause is known, and shown where the user looks: on stderr, in the docker, in the dialog.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Type

from .text import cleaned, shortened


class NeuralStyleError(Exception):
    """Base of all named errors. ``code`` is its stable name on the wire and in ``--json`` output."""

    code = "internal"
    #: One constant sentence on the problem, which has a translation. Problems with figures in them have none.
    headline = ""
    #: Whether an installation helps, so that a dialog offers one.
    installing_helps = False

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy

    def to_wire(self) -> Dict[str, str]:
        """This error as the fields of a ``failed`` frame."""
        return {"code": self.code, "problem": self.problem, "remedy": self.remedy}


class InvalidJob(NeuralStyleError):
    """A request that can't be painted: a setting is out of range, a style is missing, a mask has another size."""

    code = "invalid-job"
    headline = "This can't be painted."


class InvalidPixels(NeuralStyleError):
    """The bytes of a picture do not fit its declared size and format."""

    code = "invalid-pixels"


class UnreadableImage(NeuralStyleError):
    """An image file is missing, damaged, too large to open safely, or no image."""

    code = "unreadable-image"


class UnwritableOutput(NeuralStyleError):
    """A file can't be written."""

    code = "unwritable-output"


class WeightsMissing(NeuralStyleError):
    """The network's weights are not on this machine."""

    code = "weights-missing"
    headline = "The network's weights are missing."


class WeightsDamaged(NeuralStyleError):
    """The network's weights are truncated, altered, or not those of a VGG-19."""

    code = "weights-damaged"
    headline = "The network's weights are damaged."


class DeviceUnavailable(NeuralStyleError):
    """The device that was asked for does not exist or does not work on this machine."""

    code = "device-unavailable"
    headline = "This device can't be used."


class OutOfMemory(NeuralStyleError):
    """Memory ran out although the estimate was within the budget."""

    code = "out-of-memory"
    headline = "Memory ran out."


class MemoryBudgetTooSmall(NeuralStyleError):
    """The job needs more memory than it may use; ``remedy`` names the smallest budget that is enough."""

    code = "memory-budget-too-small"
    headline = "The picture needs more memory than it may use."


class EngineMissing(NeuralStyleError):
    """There is no engine to start: none is installed, or the command that the user set does not work."""

    code = "engine-missing"


#: The remedy where an installation helps.
INSTALL_IT = "Run `python3 install.py` to install it."


class EngineNotInstalled(EngineMissing):
    """No engine is installed, or the installed one does not start."""

    installing_helps = True

    def __init__(self, problem: str) -> None:
        super().__init__(problem, INSTALL_IT)


class LibraryMissing(NeuralStyleError):
    """A command needs a library or a program that the engine itself works without."""

    code = "library-missing"


class FarmLost(NeuralStyleError):
    """The scheduler of a farm or its workers can't be used, or not any more."""

    code = "farm-lost"


class EngineFailed(NeuralStyleError):
    """The engine met an unexpected error; its log has the details."""

    code = "engine-failed"
    headline = "The engine met an error."


class WorkerDied(NeuralStyleError):
    """The engine's process ended, or its line was cut, before it answered."""

    code = "worker-died"
    headline = "The engine ended unexpectedly."


class WorkerUnresponsive(NeuralStyleError):
    """The engine's process runs but did not answer in time."""

    code = "worker-unresponsive"
    headline = "The engine did not answer."


class ProtocolMismatch(NeuralStyleError):
    """Plug-in and engine are of different versions and do not speak the same protocol."""

    code = "protocol-mismatch"
    headline = "Plug-in and engine are of different versions."


class EngineOutdated(ProtocolMismatch):
    """The installed engine is of another version than the plug-in, whose own installer can replace it."""

    installing_helps = True


class ProtocolError(NeuralStyleError):
    """Bytes that arrived are no valid frame, or a frame came out of order."""

    code = "protocol-error"
    headline = "The engine can't be understood."


class HostError(NeuralStyleError):
    """The editor can't do its part: no document is open, or the layer or the document is gone."""

    code = "host-error"


class InstallFailed(NeuralStyleError):
    """The engine could not be installed; what was installed before is unchanged."""

    code = "install-failed"
    headline = "The engine could not be installed."


#: The words of GPUs, of POSIX, of Windows and of torch's libraries for memory that ran out.
_LACK_OF_MEMORY = re.compile("out of memory|allocate memory|not enough memory|alloc_failed|bad_alloc", re.IGNORECASE)


def out_of_memory() -> OutOfMemory:
    """The error of a job that does not fit into memory, not even in its smallest tiles."""
    return OutOfMemory("Memory ran out.", "Paint at a smaller size, or close other programs.")


def is_lack_of_memory(error: Exception) -> bool:
    """Whether ``error`` is a failed allocation. torch has a type for it on accelerators, but not on the CPU."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and bool(_LACK_OF_MEMORY.search(str(error)))
    )


_BY_CODE: Dict[str, Type[NeuralStyleError]] = {cls.code: cls for cls in NeuralStyleError.__subclasses__()}


def error_from_wire(fields: Dict[str, Any]) -> NeuralStyleError:
    """The named error that ``to_wire`` described. An unknown code becomes :class:`EngineFailed`."""
    cls = _BY_CODE.get(str(fields.get("code")), EngineFailed)
    problem, remedy = fields.get("problem", "The engine reported an error."), fields.get("remedy", "")
    return cls(shortened(cleaned(str(problem))), shortened(cleaned(str(remedy))))
