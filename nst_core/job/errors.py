"""Every failure that a user can meet, by name, and its form on the wire.

An error carries two sentences: ``problem`` says what happened, ``remedy`` says what to do about it. Both are
written where the cause is known, and shown where the user looks: on stderr, in the docker, in the dialog.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Type

from .text import cleaned, shortened


class NeuralStyleError(Exception):
    """Base of all named errors. ``code`` is its stable name on the wire and in ``--json`` output."""

    code = "internal"
    #: Whether an installation helps, so that a dialog offers one.
    is_mended_by_installing = False

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy

    def to_wire(self) -> Dict[str, str]:
        """The JSON object that stands for this error in a ``failed`` frame."""
        return {"code": self.code, "problem": self.problem, "remedy": self.remedy}


class InvalidJob(NeuralStyleError):
    """A request that can't be carried out as it was asked: a setting out of range, no style, a mask of another size."""

    code = "invalid-job"


class InvalidPixels(NeuralStyleError):
    """A picture whose bytes do not fit its declared size and format."""

    code = "invalid-pixels"


class UnreadableImage(NeuralStyleError):
    """An image file that is missing, damaged, not an image, or too large to open safely."""

    code = "unreadable-image"


class UnwritableOutput(NeuralStyleError):
    """A result that can't be written where it was asked for."""

    code = "unwritable-output"


class WeightsMissing(NeuralStyleError):
    """The network's weights are not on this machine."""

    code = "weights-missing"


class WeightsDamaged(NeuralStyleError):
    """The network's weights are truncated, altered, or not those of a VGG-19."""

    code = "weights-damaged"


class DeviceUnavailable(NeuralStyleError):
    """The device that was asked for does not exist or does not work on this machine."""

    code = "device-unavailable"


class OutOfMemory(NeuralStyleError):
    """Memory ran out although the job had been admitted."""

    code = "out-of-memory"


class MemoryBudgetTooSmall(NeuralStyleError):
    """The job would not fit into the memory that it may use; ``remedy`` names the smallest budget that would do."""

    code = "memory-budget-too-small"


class EngineMissing(NeuralStyleError):
    """There is no engine to start: the command that the user named does not work, or none is installed."""

    code = "engine-missing"


#: The remedy where an installation helps.
INSTALL_IT = "Run `python3 install.py` to install it."


class EngineNotInstalled(EngineMissing):
    """No engine is installed where the client looked for one, or the one that is there does not start."""

    is_mended_by_installing = True

    def __init__(self, problem: str) -> None:
        super().__init__(problem, INSTALL_IT)


class EngineFailed(NeuralStyleError):
    """The engine met an error that it did not expect; its log has the details."""

    code = "engine-failed"


class WorkerDied(NeuralStyleError):
    """The engine's process ended, or its line was cut, before it answered."""

    code = "worker-died"


class WorkerUnresponsive(NeuralStyleError):
    """The engine's process runs but did not answer in time."""

    code = "worker-unresponsive"


class ProtocolMismatch(NeuralStyleError):
    """Plug-in and engine are of different versions and do not speak the same protocol."""

    code = "protocol-mismatch"


class ProtocolError(NeuralStyleError):
    """Bytes on the wire that are no valid frame, or a frame out of order."""

    code = "protocol-error"


class HostError(NeuralStyleError):
    """The editor can't do what is needed: no document is open, the layer was deleted, the document was closed."""

    code = "host-error"


class InstallFailed(NeuralStyleError):
    """The engine could not be installed; what was installed before is unchanged."""

    code = "install-failed"


#: How an accelerator, the allocators of POSIX and Windows, and torch's libraries put it.
_LACK_OF_MEMORY = re.compile("out of memory|allocate memory|not enough memory|alloc_failed|bad_alloc", re.IGNORECASE)


def is_lack_of_memory(error: Exception) -> bool:
    """Whether ``error`` is an allocation that failed. torch has a type for that on accelerators, but not on the CPU."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and bool(_LACK_OF_MEMORY.search(str(error)))
    )


_BY_CODE: Dict[str, Type[NeuralStyleError]] = {cls.code: cls for cls in NeuralStyleError.__subclasses__()}


def error_from_wire(fields: Dict[str, Any]) -> NeuralStyleError:
    """The named error that ``to_wire`` described. An unknown code becomes :class:`EngineFailed`."""
    cls = _BY_CODE.get(str(fields.get("code")), EngineFailed)
    problem, remedy = fields.get("problem", "The engine reported an error."), fields.get("remedy", "")
    return cls(shortened(cleaned(str(problem))), shortened(cleaned(str(remedy))))
