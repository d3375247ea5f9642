"""A host that sends its worker a job, prints ``busy``, and waits until it is killed.

Its first argument is the work: an act of the stand-in engine, ``transfer`` (of a large picture), ``start``,
``engine starts`` or ``engine paints`` (with the real engine), or ``fork`` (it works, and another process keeps the pipe
open). Its second argument is a word in the command lines, by which a test finds the processes.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.bridge.client import Client
from nst_core.job.events import Progress
from tests.worker.conversation import command, engine_command, events_until, job, run

if __name__ == "__main__":
    act, token = sys.argv[1:]
    client = Client([*(engine_command() if "engine" in act else command()), token], Path(token) / "engine.log")
    if act == "start":
        client.start()
    elif act == "engine starts":
        client.start()
        time.sleep(1)
    elif act == "engine paints":
        client.stylize(job("", side=256, quality="high"))
        events_until(client, (Progress,))
    elif act == "transfer":
        client.stylize(job("paint", side=4096))
        time.sleep(0.15)
    elif act == "paint":
        run(client, job("paint"))
    elif act == "fork":
        client.stylize(job("work"))
        events_until(client, (Progress,))
        if os.fork() == 0:
            time.sleep(120)
            os._exit(0)
    else:
        client.stylize(job(act))
        events_until(client, (Progress,))
    print("busy", flush=True)
    time.sleep(120)
