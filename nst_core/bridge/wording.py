"""Texts that both editors share, such as the new layer's name, the remaining time, an error, and a report."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path
from typing import Dict, Optional, Sequence

from nst_core import __version__
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Progress, Started

from . import paths
from .language import is_translation, tr

#: The number of lines of the newest log in a report.
LOG_LINES = 40


def layer_name(styles: Sequence[str]) -> str:
    """Return the name of a layer that was painted in ``styles``: ``Great Wave \u2013 Neural Style``."""
    return " \u2013 ".join(filter(None, (styles_name(styles), tr("Neural Style"))))


def styles_name(styles: Sequence[str]) -> str:
    """Return one name for a mixture of ``styles``: ``Great Wave and 2 more``. It is empty if no style has a name."""
    named = [name for name in styles if name]
    if len(named) < 2:
        return "".join(named)
    return tr("{first} and {count} more").format(first=named[0], count=len(named) - 1)


def duration(seconds: float) -> str:
    """Return ``seconds`` in words, rounded so that it is easy to read: ``about 25 s``."""
    if seconds < 5:
        return tr("a few seconds")
    if seconds < 55:
        return tr("about {seconds} s").format(seconds=_rounded(seconds, 5))
    if seconds < 3300:
        return tr("about {minutes} min").format(minutes=max(1, round(seconds / 60)))
    hours, minutes = divmod(_rounded(seconds / 60, 10), 60)
    return tr("about {hours} h {minutes} min").format(hours=hours, minutes=minutes)


def time_left(seconds: float) -> str:
    """Return the time until the end of a job: ``about 25 s left``."""
    return tr("{duration} left").format(duration=duration(seconds))


def progress(event: Progress) -> str:
    """Return one line for a progress bar: ``42 % \u2013 about 2 min left``."""
    return f"{int(event.fraction * 100)} % \u2013 {time_left(event.seconds_left)}"


def started(event: Started) -> str:
    """Return one line about a job that begins: its size, device and memory."""
    width, height = event.sizes[-1]
    return tr("Painting at {width} x {height} px on {device}, using about {memory} of memory").format(
        width=width, height=height, device=device(event.device), memory=memory(event.memory)
    )


def device(name: str) -> str:
    """Return the name of a device in words: ``the processor`` for ``cpu``, ``the GPU 2`` for ``cuda:1``."""
    kind, _, index = name.partition(":")
    known = {"cpu": tr("the processor"), "cuda": tr("the GPU"), "mps": tr("the GPU"), "xpu": tr("the GPU")}
    label = known.get(kind, name)
    return f"{label} {int(index) + 1}" if index.isdecimal() and index != "0" else label


def memory(count: int) -> str:
    """Return a number of bytes in MiB or GiB."""
    mebibytes = count / 2**20
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1000 else f"{max(1, round(mebibytes))} MiB"


def error(failure: NeuralStyleError) -> str:
    """Return the problem, and the remedy if there is one.

    A problem with figures from the engine is in English. Its translated headline is put before it.
    """
    problem, headline = tr(failure.problem), tr(failure.headline)
    is_english = problem == failure.problem and headline != failure.headline and not is_translation(problem)
    return " ".join(filter(None, (headline if is_english else "", problem, tr(failure.remedy))))


def report(failure: NeuralStyleError, host: str, facts: Optional[Dict[str, str]] = None) -> str:
    """Return a text for a bug report: versions, the error, the end of the newest log; without the path of the home."""
    lines = [
        f"Neural Style {__version__} in {host}",
        f"Python {platform.python_version()}, {platform.platform()}",
        *(f"{name}: {value}" for name, value in (facts or {}).items()),
        "",
        f"[{failure.code}] {failure.problem}",
        failure.remedy,
        *_cause(failure),
        "",
        *log_tail(),
    ]
    return "\n".join(lines).replace(str(Path.home()), "~").strip() + "\n"


def log_tail() -> Sequence[str]:
    """Return the last lines of the engine's newest log; an empty list if there is no log."""
    folder = paths.logs_folder()
    logs = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    if not logs:
        return []
    lines = logs[-1].read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return [f"{logs[-1].name}:", *lines]


def _cause(failure: NeuralStyleError) -> Sequence[str]:
    cause = failure.__cause__
    if cause is None:
        return []
    lines = traceback.format_exception(type(cause), cause, cause.__traceback__)
    return ["", "".join(lines).strip()]


def _rounded(value: float, step: int) -> int:
    return max(step, round(value / step) * step)
