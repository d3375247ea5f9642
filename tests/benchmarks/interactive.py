"""Measures how long a user waits in an editor: for the engine's start, the first preview, and a draft.

It uses the client of the plug-ins.
"""

from __future__ import annotations

import sys
import time
from typing import Dict, Type

from nst_core.bridge.client import Client
from nst_core.job.events import ClientEvent, Failed, Preview, Ready, Result
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.images import open_picture
from tests.benchmarks.painting import to_buffer
from tests.benchmarks.pairs import Pair
from tests.benchmarks.report import table

WORKER = [sys.executable, "-m", "nst_core.worker"]
POLL = 0.04  # seconds, like in the plug-ins
FIRST, SECOND = Pair("chelsea", "great_wave", 512), Pair("coffee", "poppies", 512)


def interactive_table() -> str:
    """Run the benchmark: start to ready, then two drafts and a picture in normal quality, at 512 px."""
    client = Client(WORKER)
    try:
        begin = time.monotonic()
        client.start()
        rows = [["engine ready", f"{wait(client, begin, Ready)[Ready]:.2f}", ""]]
        for pair, quality, title in (
            (FIRST, "draft", "first draft"),
            (SECOND, "draft", "second draft, another style"),
            (SECOND, "normal", "normal quality, the same style"),
        ):
            begin = time.monotonic()
            client.stylize(_job(pair, quality))
            seen = wait(client, begin, Result)
            rows.append([title, f"{seen[Result]:.2f}", f"{seen[Preview]:.2f}"])
    finally:
        client.close()
    return table(["512 px", "s", "first preview, s"], rows)


def wait(client: Client, begin: float, last: Type[ClientEvent]) -> Dict[type, float]:
    """Return the seconds from ``begin`` to the first event of each kind, until ``last``.

    Raises the error of a failed job.
    """
    seen: Dict[type, float] = {}
    while last not in seen:
        for event in client.poll():
            if isinstance(event, Failed):
                raise event.error
            seen.setdefault(type(event), time.monotonic() - begin)
        time.sleep(POLL)
    return seen


def _job(pair: Pair, quality: str) -> StyleJob:
    content, style = (to_buffer(open_picture(path, pair.size)) for path in (pair.content_path, pair.style_path))
    return StyleJob(content, (Style(style),), Settings(quality=quality))
