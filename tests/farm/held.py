"""Runs ``nst`` with a farm whose workers wait after two pictures, so that a test can kill them in the middle."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from nst_core.cli import main
from nst_core.farm import work
from nst_core.farm.payload import Payload


class Held:
    """Replaces ``work.paint`` on a worker: it waits when ``folder`` has two pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, payload: Payload, wanted: work.Equipment, weights: str) -> Payload:
        while len(list(self._folder.glob("*.png"))) >= 2:
            time.sleep(0.05)
        return work.paint(payload, wanted, weights)


def run(arguments: list[str]) -> int:
    """Run ``nst`` with ``arguments``."""
    work.paint = Held(Path(arguments[arguments.index("-o") + 1]))  # type: ignore[assignment]
    return main(arguments)


if __name__ == "__main__":
    from tests.farm import held  # imported by its full name, so that a worker finds the class

    sys.exit(held.run(sys.argv[1:]))
