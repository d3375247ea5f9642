"""The cost of the bridge, and its delays: transfers, overhead, starts, ends and cancellations.

The first rows use a worker with an engine that computes nothing, so that only the bridge is measured. The other rows
use the real engine.
"""

from __future__ import annotations

import os
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, List, Tuple, Type

from nst_core.bridge.client import Client
from nst_core.job.events import ClientEvent, Failed, Progress, Ready, Started
from nst_core.job.pixels import PixelBuffer, byte_count
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.report import table
from tests.worker import conversation

LARGE = (7680, 4320)
REPEATS = 5
_HOST = Path(conversation.__file__).with_name("host.py")

Row = Tuple[str, str]


def bridge_table() -> str:
    """Run the benchmark: one row per figure, with the median and the best or the worst of several runs."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "engine.log"
        rows = [
            *_transfers(Client(conversation.command(), log)),
            _overhead(Client(conversation.command(), log)),
            _death(Client(conversation.command(), log)),
            _start("Start to Ready, without torch", lambda: Client(conversation.command(), log)),
            _start("Start to Ready, real engine", lambda: Client(conversation.engine_command(), log)),
            *_cancels(Client(conversation.engine_command(), log)),
            _soak(Client(conversation.engine_command(), log)),
            *(_orphan(moment, folder) for moment in ("engine starts", "engine paints", "compute", "transfer")),
        ]
    return table(("Figure", "Measured"), rows)


def _transfers(client: Client) -> List[Row]:
    """Send an 8K picture in float32 there and back, and measure the growth of the peak memory of both sides."""
    conversation.run(client, _job("paint", 16, 16))
    (worker,) = conversation.children()
    request = _job("paint", *LARGE)
    size = byte_count(*LARGE, "rgba-f32")
    idle = _memory("self", "VmHWM"), _memory(worker, "VmHWM")
    there, back, busy = [], [], (time.process_time(), _processor_time(worker))
    for _ in range(REPEATS):
        begun = time.monotonic()
        client.stylize(request)
        started = _time_of(client, (Started,))
        there.append(started - begun)
        back.append(_time_of(client, conversation.ENDS) - started)
    peaks = _memory("self", "VmHWM"), _memory(worker, "VmHWM")
    grown = [(peak - before) / size for peak, before in zip(peaks, idle)]
    used = time.process_time() - busy[0], _processor_time(worker) - busy[1]
    client.close()
    return [
        ("8K RGBA float32 (531 MB) to the engine", _rate(size, there)),
        ("the same back to the host", _rate(size, back)),
        ("Processor time of the host for one way, and of the worker", _each(used)),
        ("Peak memory of the host for it, in pictures, the result included", f"{grown[0]:.2f}"),
        ("Peak memory of the worker for it, in pictures", f"{grown[1]:.2f}"),
    ]


def _overhead(client: Client) -> Row:
    """Measure the time of a job of 512 px for which the engine needs no time."""
    conversation.run(client, _job("paint", 16, 16))
    request, times = _job("paint", 512, 512), []
    for _ in range(20):
        begun = time.monotonic()
        client.stylize(request)
        times.append(_time_of(client, conversation.ENDS) - begun)
    client.close()
    return "Overhead of a job of 512 px", f"{statistics.median(times) * 1e3:.0f} ms"


def _death(client: Client) -> Row:
    """Measure the time from the end of a killed worker to the event that reports it."""
    times = []
    for _ in range(20):
        client.stylize(_job("work", 64, 64))
        _time_of(client, (Progress,))
        (worker,) = conversation.children()
        begun = time.monotonic()
        os.kill(worker, signal.SIGKILL)
        times.append(_time_of(client, (Failed,)) - begun)
    client.close()
    return "Worker killed to Failed", _range(times)


def _start(name: str, make: Callable[[], Client]) -> Row:
    times = []
    for _ in range(REPEATS):
        client = make()
        begun = time.monotonic()
        client.start()
        times.append(_time_of(client, (Ready,)) - begun)
        client.close()
    return name, _range(times)


def _cancels(client: Client) -> List[Row]:
    """Measure the time from a cancellation to the end of the job, with the real engine."""
    rows = []
    for width, height in ((512, 512), (3840, 2160)):
        times = []
        for _ in range(3):
            client.stylize(_job("", width, height))
            _time_of(client, (Progress,))
            time.sleep(0.3)
            begun = time.monotonic()
            client.cancel(keep=False)
            times.append(_time_of(client, conversation.ENDS) - begun)
        rows.append((f"Cancel to Canceled at {width} x {height}, real engine", _range(times)))
    client.close()
    return rows


def _soak(client: Client) -> Row:
    """Measure the memory of one worker after 10 and after 100 drafts of 32 px."""
    request, sizes = _job("", 32, 32, "draft"), []
    for _ in range(100):
        conversation.run(client, request)
        sizes.append(_memory(conversation.children()[0], "VmRSS") / 1e6)
    client.close()
    return "Memory of one worker after 10 and after 100 jobs, real engine", f"{sizes[9]:.0f} MB, {sizes[-1]:.0f} MB"


def _orphan(moment: str, folder: str) -> Row:
    """Measure the time from the end of a killed host to the end of its worker, which is busy at that ``moment``."""
    times = []
    for number in range(3):
        token = f"{folder}/{moment.replace(' ', '-')}-{number}"
        Path(token).mkdir()
        with subprocess.Popen([sys.executable, "-I", str(_HOST), moment, token], stdout=subprocess.PIPE) as host:
            assert host.stdout is not None
            host.stdout.readline()
            begun = time.monotonic()
            host.kill()
            host.wait()
            conversation.wait(lambda: not conversation.processes_with(token), "the worker's end")  # noqa: B023
            times.append(time.monotonic() - begun)
    return f"Host killed to the end of its worker ({moment})", _range(times)


def _job(act: str, width: int, height: int, quality: str = "normal") -> StyleJob:
    light, dark = struct.pack("<4f", 0.8, 0.7, 0.6, 1), struct.pack("<4f", 0.1, 0.2, 0.3, 1)
    content = PixelBuffer(width, height, "rgba-f32", (light * 5 + dark * 3) * (width * height // 8))
    style = PixelBuffer(64, 64, "rgba-u8", os.urandom(64 * 64 * 4))
    return StyleJob(content, (Style(style, 1.0, act),), Settings(quality=quality))


def _time_of(client: Client, kinds: Tuple[Type[ClientEvent], ...]) -> float:
    """Return the time at which an event of one of ``kinds`` arrives."""
    events: List[ClientEvent] = []
    while not any(isinstance(event, kinds) for event in events):
        if any(isinstance(event, conversation.ENDS) for event in events):
            raise RuntimeError(f"The job ended before its time: {events}")
        time.sleep(0.002)
        events = client.poll()
    return time.monotonic()


def _memory(process: object, kind: str) -> int:
    """Return the bytes of a process: ``VmRSS`` is the memory in use, ``VmHWM`` is its peak."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(kind))) * 1024


def _processor_time(process: int) -> float:
    """Return the CPU seconds of a process, in its own code and in the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _each(used: Tuple[float, float]) -> str:
    return ", ".join(f"{seconds / REPEATS / 2:.2f} s" for seconds in used)


def _rate(size: int, times: List[float]) -> str:
    return f"{size / statistics.median(times) / 1e6:.0f} MB/s (best {size / min(times) / 1e6:.0f} MB/s)"


def _range(times: List[float]) -> str:
    return f"{statistics.median(times) * 1e3:.0f} ms (at most {max(times) * 1e3:.0f} ms)"
