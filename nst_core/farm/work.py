"""Paints a job on a worker, if the worker has the same equipment as the machine that sent the job."""

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

from .payload import Payload, pack

#: The versions of the parts that change the pictures, by their names.
Equipment = Dict[str, str]


@lru_cache(maxsize=4)
def equipment(weights: str) -> Equipment:
    """Return the versions on this machine that influence the pictures, for the network called ``weights``."""
    torch = metadata.version("torch").partition("+")[0]  # without the name of its build
    return {"neural-style": __version__, "torch": torch, "weights": _sum_of(weights)}


def differences(here: Equipment, there: Equipment) -> List[str]:
    """Return one phrase for each difference between ``there`` and ``here``."""
    return [
        f"{name} {there.get(name, 'missing')} instead of {here[name]}" for name in here if here[name] != there.get(name)
    ]


def paint(payload: Payload, wanted: Equipment, weights: str) -> Payload:
    """Paint the job in ``payload``, and return the picture.

    An error becomes the field ``error``: Dask would wrap it.
    """
    notices: List[str] = []
    try:
        found = differences(wanted, equipment(weights))
        if found:
            raise InvalidJob(f"A worker has {', '.join(found)}.", "Install the same on all machines.")
        result = _painted(payload, notices)
    except NeuralStyleError as error:
        return Payload({"error": error.to_wire()}, [], [])
    return pack({"notices": notices}, [result], payload.file.parent if payload.file else None)


def _painted(payload: Payload, notices: List[str]) -> PixelBuffer:
    from nst_core.engine.stylize import stylize

    for event in stylize(job_from_wire(payload.fields, payload.pictures())):
        if isinstance(event, Result):
            return event.pixels
        if isinstance(event, Notice):
            notices.append(event.text)
    raise EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def _sum_of(weights: str) -> str:
    """Return the checksum of a file of weights. For a name, return the name: the engine checks its own weights."""
    path = Path(weights)
    if not path.is_file():
        return weights
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]
