"""The texts about the expected time and memory of a job, which an editor shows before the job starts."""

from __future__ import annotations

from typing import Optional

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.job.sizes import Size, named_size, smallest_size

#: The assumed size of a style whose picture was not read yet. It has little effect on the estimate.
ASSUMED_STYLE = (1024, 1024)


def summary(estimate: Estimate) -> str:
    """Return one line about the costs, such as ``About 25 s, 1.1 GiB of memory``.

    If the job can't be painted, return the reason instead.
    """
    if estimate.problem:
        return tr(estimate.problem)
    costs = tr("{duration}, {memory} of memory").format(
        duration=wording.duration(estimate.seconds), memory=wording.memory(estimate.memory)
    )
    return costs[0].upper() + costs[1:]


def hint() -> str:
    """Return a longer text that explains :func:`summary`."""
    return tr("Estimated from the speed of the last pictures. Other programs can make it slower.")


def size_caution(content: Size, size: int) -> str:
    """Return a warning if the working size ``size`` is too small for ``content``, otherwise an empty text.

    The full size (0) and AUTOMATIC are never too small.
    """
    smallest = smallest_size(content)
    if size <= 0 or size >= smallest:
        return ""
    text = tr("The working size is small for this picture: strokes will look blurred. Use {size} px or more.")
    return text.format(size=named_size(smallest))


def automatic_label(estimate: Optional[Estimate]) -> str:
    """Return the label of the automatic working size. It has the size in pixels, if that is known."""
    if estimate is None or not estimate.size:
        return tr("Automatic")
    return tr("Auto ({size} px)").format(size=estimate.size)


def quick_offer(estimate: Estimate) -> str:
    """Return the label of a button that sets the working size ``estimate.quick_size``; empty if there is none."""
    if not estimate.quick_size:
        return ""
    return tr("At {size} px: less than a minute").format(size=estimate.quick_size)
