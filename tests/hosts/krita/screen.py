"""A screen without a monitor."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def screen(size: str = "1280x900") -> Iterator[str]:
    """Start Xvfb with a free display number, and yield the name of this display. Xvfb ends with this context."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
