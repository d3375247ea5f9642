"""Runs the real worker around a stand-in for the engine, by any Python, without torch."""

from __future__ import annotations

import math
import sys
import types
from typing import Any, Callable, Dict, Iterator

from nst_core import worker
from nst_core.job.events import Estimate, Event
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

#: A width of the content for which the estimate fails as a graphics card without memory does.
FAILING_WIDTH = 13


def estimate(sizes: JobSizes, settings: Settings) -> Estimate:
    if sizes.content[0] == FAILING_WIDTH:
        raise RuntimeError("CUDA error: out of memory")
    return Estimate(math.prod(sizes.content) / 1000, 1 << 30, 512)


def serve(stylize: Callable[..., Iterator[Event]]) -> int:
    """Put ``stylize`` where the worker imports the engine from, and run the worker; its exit code."""
    modules: Dict[str, Dict[str, Any]] = {
        "stylize": {"stylize": stylize},
        "estimates": {"estimate": estimate},
        "devices": {"available": lambda: ["cpu"], "return_unused_memory": lambda: None},
        "preparation": {"load_ahead": lambda: None},
    }
    for name, contents in modules.items():
        module = types.ModuleType(f"nst_core.engine.{name}")
        module.__dict__.update(contents)
        sys.modules[module.__name__] = module
        setattr(sys.modules["nst_core.engine"], name, module)
    return worker.main()
