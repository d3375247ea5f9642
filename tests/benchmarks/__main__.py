"""``python -m tests.benchmarks [--record] [NAME ...]`` runs the named benchmarks, or all but ``patterns-4k``."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Callable, Dict, List

from tests.benchmarks.bridge import bridge_table
from tests.benchmarks.budgets import budgets_table
from tests.benchmarks.compare import quality_tables
from tests.benchmarks.controls import controls_table
from tests.benchmarks.gpu import gpu_table, has_card
from tests.benchmarks.interactive import interactive_table
from tests.benchmarks.large import CANVASES, large_table
from tests.benchmarks.levels import levels_table
from tests.benchmarks.memory import memory_table
from tests.benchmarks.patterns import large_patterns_table, patterns_table
from tests.benchmarks.profile import profile_table
from tests.benchmarks.report import machine, record
from tests.benchmarks.speed import speed_table
from tests.hosts.krita.fluidity import fluidity_table


def _films_table() -> str:
    from tests.benchmarks.film import film_table  # loads OpenCV, which the other benchmarks do not need

    return film_table()


BENCHMARKS: Dict[str, Callable[[], str]] = {
    "interactive": interactive_table,
    "speed": speed_table,
    "profile": profile_table,
    "levels": levels_table,
    "quality": quality_tables,
    "patterns": patterns_table,
    "controls": controls_table,
    "films": _films_table,
    "bridge": bridge_table,
    "krita": fluidity_table,
    "memory": memory_table,
    "budgets": budgets_table,
    "gpu": gpu_table,
    "patterns-4k": large_patterns_table,
    **{canvas: partial(large_table, canvas) for canvas in CANVASES},
}
#: These benchmarks run only if they are named.
ON_REQUEST = ("patterns-4k",)


def main() -> None:
    """Run the benchmarks, the shortest first. Each table is printed and recorded as soon as it is complete."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--record", action="store_true", help="write the tables into RESULTS.md")
    args = parser.parse_args()
    for name in args.names or _possible():
        text = f"{machine()}\n\n{BENCHMARKS[name]()}"
        print(f"\n## {name}\n\n{text}", flush=True)
        if args.record:
            record(name, text)


def _possible() -> List[str]:
    """Return all benchmarks that this machine can run, without those that run only on request."""
    return [name for name in BENCHMARKS if name not in ON_REQUEST and (name != "gpu" or has_card())]


if __name__ == "__main__":
    main()
