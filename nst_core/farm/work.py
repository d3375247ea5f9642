"""The work of a farm's worker: it paints a job, if its equipment is that of the machine that sent it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Dict, List

from nst_core import __version__
from nst_core.bridge.job_tree import job_from_wire
from nst_core.job.errors import EngineFailed, InvalidJob, NeuralStyleError
from nst_core.job.events import Notice, Result
from nst_core.job.pixels import PixelBuffer

from .luggage import Luggage, packed

#: Names of equipment and their versions.
Equipment = Dict[str, str]


@lru_cache(maxsize=4)
def equipment(weights: str) -> Equipment:
    """The facts that decide how this machine paints with the network called ``weights``."""
    torch = metadata.version("torch").partition("+")[0]  # without the name of its build
    return {"neural-style": __version__, "torch": torch, "weights": _sum_of(weights)}


def differences(here: Equipment, there: Equipment) -> List[str]:
    """How ``there`` differs from ``here``, one phrase each."""
    return [
        f"{name} {there.get(name, 'missing')} instead of {here[name]}" for name in here if here[name] != there.get(name)
    ]


def paint(luggage: Luggage, wanted: Equipment, weights: str) -> Luggage:
    """The painted picture of a job. An error travels as the field ``error``, because Dask would wrap it."""
    notices: List[str] = []
    try:
        found = differences(wanted, equipment(weights))
        if found:
            raise InvalidJob(f"A worker has {', '.join(found)}.", "Install the same on all machines.")
        result = _painted(luggage, notices)
    except NeuralStyleError as error:
        return Luggage({"error": error.to_wire()}, [], [])
    return packed({"notices": notices}, [result], luggage.file.parent if luggage.file else None)


def _painted(luggage: Luggage, notices: List[str]) -> PixelBuffer:
    from nst_core.engine.stylize import stylize

    for event in stylize(job_from_wire(luggage.fields, luggage.pictures())):
        if isinstance(event, Result):
            return event.pixels
        if isinstance(event, Notice):
            notices.append(event.text)
    raise EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def _sum_of(weights: str) -> str:
    """The name of weights that the engine checks itself, or the sum of a file."""
    path = Path(weights)
    if not path.is_file():
        return weights
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]
