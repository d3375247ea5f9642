"""Writes the tables to their places in ``RESULTS.md``: each place is between two comments with its name."""

from __future__ import annotations

import datetime
import platform
import re
from pathlib import Path
from typing import Iterable, Sequence

import torch

RESULTS = Path(__file__).parent / "RESULTS.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """Return one line with the machine and the date of a measurement."""
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    gigabytes = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))
    return (
        f"{model.group(1) if model else platform.processor()}, {torch.get_num_threads()} threads,"
        f" {torch.backends.cpu.get_cpu_capability()}, {int(gigabytes.group(1)) >> 20 if gigabytes else 0} GiB;"
        f" Python {platform.python_version()}, torch {torch.__version__}; {datetime.date.today().isoformat()}"
    )


def record(name: str, text: str) -> None:
    """Replace the text between the comments of ``name`` in RESULTS.md. Raises ValueError if there are none."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    document = RESULTS.read_text(encoding="utf-8")
    if begin not in document or end not in document:
        raise ValueError(f"RESULTS.md has no place for {name}.")
    head, rest = document.split(begin, 1)
    RESULTS.write_text(f"{head}{begin}{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")
