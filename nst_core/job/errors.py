"""Every failure that a user can meet, by name, and its form on the wire.

An error has two sentences: ``problem`` describes the failure, ``remedy`` describes how to fix it. The code that knows
the cause writes both. They are shown where the user looks: on stderr, in the docker, in the dialog.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Type

from .text import cleaned, shortened


class NeuralStyleError(Exception):
    """The base class of all named errors. ``code`` is a stable name, for the wire and for ``--json`` output."""

    code = "internal"
    #: One constant sentence about the problem, with a translation. A problem that contains figures is not translated.
    headline = ""
    #: True if an installation solves the problem. A dialog offers one then.
    installing_helps = False

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy

    def to_wire(self) -> Dict[str, str]:
        """Return the fields of a ``failed`` frame for this error."""
        return {"code": self.code, "problem": self.problem, "remedy": self.remedy}


class InvalidJob(NeuralStyleError):
    """The request can't be painted. For example, a setting is out of range, or a style is missing."""

    code = "invalid-job"
    headline = "This can't be painted."


class InvalidPixels(NeuralStyleError):
    """The bytes of a picture do not fit its declared size and format."""

    code = "invalid-pixels"


class UnreadableImage(NeuralStyleError):
    """An image file is missing, is damaged, is too large to open safely, or is no image."""

    code = "unreadable-image"


class UnwritableOutput(NeuralStyleError):
    """A file can't be written."""

    code = "unwritable-output"


class WeightsMissing(NeuralStyleError):
    """The network's weights are not on this machine."""

    code = "weights-missing"
    headline = "The network's weights are missing."


class WeightsDamaged(NeuralStyleError):
    """The file of the network's weights is truncated or altered, or it is not for a VGG-19."""

    code = "weights-damaged"
    headline = "The network's weights are damaged."


class DeviceUnavailable(NeuralStyleError):
    """The chosen device does not exist or does not work on this machine."""

    code = "device-unavailable"
    headline = "This device can't be used."


class OutOfMemory(NeuralStyleError):
    """Memory ran out although the estimate was within the budget."""

    code = "out-of-memory"
    headline = "Memory ran out."


class MemoryBudgetTooSmall(NeuralStyleError):
    """The job needs more memory than it may use. ``remedy`` names the smallest budget that is enough."""

    code = "memory-budget-too-small"
    headline = "The picture needs more memory than it may use."


class EngineMissing(NeuralStyleError):
    """There is no engine: none is installed, or the command that the user has set does not work."""

    code = "engine-missing"


#: The remedy if an installation helps.
INSTALL_IT = "Run `python3 install.py` to install it."


class EngineNotInstalled(EngineMissing):
    """No engine is installed, or the installed one does not start."""

    installing_helps = True

    def __init__(self, problem: str) -> None:
        super().__init__(problem, INSTALL_IT)


class LibraryMissing(NeuralStyleError):
    """A command needs a library or a program that is missing. The engine itself does not need it."""

    code = "library-missing"


class FarmLost(NeuralStyleError):
    """The scheduler of a farm or its workers can't be reached, or the connection to them was lost."""

    code = "farm-lost"


class EngineFailed(NeuralStyleError):
    """An unexpected error occurred in the engine. Its log has the details."""

    code = "engine-failed"
    headline = "The engine met an error."


class WorkerDied(NeuralStyleError):
    """The engine's process ended, or the connection to it was lost, before it answered."""

    code = "worker-died"
    headline = "The engine ended unexpectedly."


class WorkerUnresponsive(NeuralStyleError):
    """The engine's process runs, but it did not answer in time."""

    code = "worker-unresponsive"
    headline = "The engine did not answer."


class ProtocolMismatch(NeuralStyleError):
    """The plug-in and the engine have different versions, and they use different protocols."""

    code = "protocol-mismatch"
    headline = "Plug-in and engine are of different versions."


class EngineOutdated(ProtocolMismatch):
    """The installed engine and the plug-in have different versions. The plug-in's installer can replace the engine."""

    installing_helps = True


class ProtocolError(NeuralStyleError):
    """Bytes arrived that are no valid frame, or a frame arrived out of order."""

    code = "protocol-error"
    headline = "The engine can't be understood."


class HostError(NeuralStyleError):
    """The document, its layers or its selection do not allow the work: for example, the document was closed."""

    code = "host-error"


class InstallFailed(NeuralStyleError):
    """The engine could not be installed. The engine that was installed before is unchanged."""

    code = "install-failed"
    headline = "The engine could not be installed."


#: The words for a lack of memory in the errors of GPUs, of POSIX, of Windows and of torch's libraries.
_LACK_OF_MEMORY = re.compile("out of memory|allocate memory|not enough memory|alloc_failed|bad_alloc", re.IGNORECASE)


def out_of_memory() -> OutOfMemory:
    """Return the error for a job that does not fit into memory, even with the smallest tiles."""
    return OutOfMemory("Memory ran out.", "Paint at a smaller size, or close other programs.")


def is_lack_of_memory(error: Exception) -> bool:
    """Return True if ``error`` is a failed allocation. torch has a type for it on accelerators, but not on the CPU."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and bool(_LACK_OF_MEMORY.search(str(error)))
    )


_BY_CODE: Dict[str, Type[NeuralStyleError]] = {cls.code: cls for cls in NeuralStyleError.__subclasses__()}


def error_from_wire(fields: Dict[str, Any]) -> NeuralStyleError:
    """Return the named error that ``to_wire`` has written. An unknown code becomes :class:`EngineFailed`."""
    cls = _BY_CODE.get(str(fields.get("code")), EngineFailed)
    problem, remedy = fields.get("problem", "The engine reported an error."), fields.get("remedy", "")
    return cls(shortened(cleaned(str(problem))), shortened(cleaned(str(remedy))))
