"""``nst`` with a farm whose workers begin no more pictures when two are there, so that they can be lost in time."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from nst_core.cli import main
from nst_core.farm import work
from nst_core.farm.luggage import Luggage


class Held:
    """What a worker does in place of ``work.paint``: it waits as soon as ``folder`` has two pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, luggage: Luggage, wanted: work.Equipment, weights: str) -> Luggage:
        while len(list(self._folder.glob("*.png"))) >= 2:
            time.sleep(0.05)
        return work.paint(luggage, wanted, weights)


def run(arguments: list[str]) -> int:
    """Run ``nst`` with ``arguments``."""
    work.paint = Held(Path(arguments[arguments.index("-o") + 1]))  # type: ignore[assignment]
    return main(arguments)


if __name__ == "__main__":
    from tests.farm import held  # by its own name, so that a worker finds the class

    sys.exit(held.run(sys.argv[1:]))
