"""The texts about the expected time and memory of a job, which an editor shows before the job starts."""

from __future__ import annotations

import math

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.job.sizes import Size

#: The size to assume for a style whose picture was not read yet. It changes the estimate little.
ASSUMED_STYLE = (1024, 1024)


#: A picture that is enlarged more often looks like a sharp photograph below blurred paint: the strokes are those of the
#: working size, and the fine detail is the content's own. Chosen by looking at pictures.
LARGEST_ENLARGEMENT = 4
#: Working sizes are named in multiples of this many pixels.
STEP = 64


def summary(estimate: Estimate) -> str:
    """One line on the costs, such as ``About 25 s, 1.1 GiB of memory``; or the reason why the job can't be painted."""
    if estimate.problem:
        return tr(estimate.problem)
    costs = tr("{duration}, {memory} of memory").format(
        duration=wording.duration(estimate.seconds), memory=wording.memory(estimate.memory)
    )
    return costs[0].upper() + costs[1:]


def size_caution(content: Size, size: int) -> str:
    """A warning that the working size ``size`` (0: the full size) is too small for ``content``; empty if it is not."""
    smallest = math.ceil(max(content) / LARGEST_ENLARGEMENT)
    if not size or size >= smallest:
        return ""
    text = tr("The working size is small for this picture: strokes will look blurred. Use {size} px or more.")
    return text.format(size=math.ceil(smallest / STEP) * STEP)


def quick_offer(estimate: Estimate) -> str:
    """The label of a button that sets the working size ``estimate.quick_size``; empty if there is no such size."""
    if not estimate.quick_size:
        return ""
    return tr("At {size} px: less than a minute").format(size=estimate.quick_size)
