"""The texts about the expected time and memory of a job, which an editor shows before the job starts."""

from __future__ import annotations

from typing import Optional

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.job.sizes import Size, named_size, smallest_size

#: The size to assume for a style whose picture was not read yet. It changes the estimate little.
ASSUMED_STYLE = (1024, 1024)


def summary(estimate: Estimate) -> str:
    """One line on the costs, such as ``About 25 s, 1.1 GiB of memory``; or the reason why the job can't be painted."""
    if estimate.problem:
        return tr(estimate.problem)
    costs = tr("{duration}, {memory} of memory").format(
        duration=wording.duration(estimate.seconds), memory=wording.memory(estimate.memory)
    )
    return costs[0].upper() + costs[1:]


def hint() -> str:
    """A longer text on the line above."""
    return tr(
        "Estimated from the speed at which the last pictures were painted. Other programs that compute meanwhile make "
        "it slower."
    )


def size_caution(content: Size, size: int) -> str:
    """A warning that the working size ``size`` is too small for ``content``; empty if it is not.

    The full size (0) and AUTOMATIC are never too small.
    """
    smallest = smallest_size(content)
    if size <= 0 or size >= smallest:
        return ""
    text = tr("The working size is small for this picture: strokes will look blurred. Use {size} px or more.")
    return text.format(size=named_size(smallest))


def automatic_label(estimate: Optional[Estimate]) -> str:
    """How the automatic working size is shown: with the size that it means, if that is known."""
    if estimate is None or not estimate.size:
        return tr("Automatic")
    return tr("Auto ({size} px)").format(size=estimate.size)


def quick_offer(estimate: Estimate) -> str:
    """The label of a button that sets the working size ``estimate.quick_size``; empty if there is no such size."""
    if not estimate.quick_size:
        return ""
    return tr("At {size} px: less than a minute").format(size=estimate.quick_size)
