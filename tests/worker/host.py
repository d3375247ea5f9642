"""A host that gives its worker something to do, says ``busy``, and waits to be killed.

Arguments: what the worker shall be busy with (an act of the stand-in engine, ``transfer`` of a large picture, or its
``start``), and a word to find the processes by.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.bridge.client import Client
from nst_core.bridge.events import Progress
from tests.worker.conversation import command, events_until, job, run

if __name__ == "__main__":
    act, token = sys.argv[1:]
    client = Client([*command(), token], Path(token) / "engine.log")
    if act == "start":
        client.start()
    elif act == "transfer":
        client.stylize(job("paint", side=4096))
        time.sleep(0.15)
    elif act == "paint":
        run(client, job("paint"))
    else:
        client.stylize(job(act))
        events_until(client, (Progress,))
    print("busy", flush=True)
    time.sleep(120)
