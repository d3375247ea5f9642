"""``nst farm``: starts a scheduler and workers on this machine, to try a farm."""

from __future__ import annotations

import argparse
import signal
import threading

from nst_core.farm.local import local_farm


def farm(options: argparse.Namespace) -> int:
    """Run a farm until Ctrl-C or SIGTERM. Raises named errors."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with local_farm(options.workers, options.port) as address:
        print(f"The scheduler is at {address}, with {options.workers} workers. Add this to your command:", flush=True)
        print(f"    --scheduler {address}", flush=True)
        print("Ctrl-C ends the farm.", flush=True)
        ended.wait()
    return 0
