"""Runs the real worker with a stand-in for the engine, in any Python, without torch."""

from __future__ import annotations

import math
import sys
import types
from typing import Any, Callable, Dict, Iterator

from nst_core import worker
from nst_core.job.events import Estimate, Event
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

#: For a content of this width, the estimate fails like on a graphics card without memory.
FAILING_WIDTH = 13


def estimate(sizes: JobSizes, settings: Settings) -> Estimate:
    if sizes.content[0] == FAILING_WIDTH:
        raise RuntimeError("CUDA error: out of memory")
    return Estimate(math.prod(sizes.content) / 1000, 1 << 30, 512)


def serve(stylize: Callable[..., Iterator[Event]]) -> int:
    """Replace the engine by ``stylize``, run the worker, and return its exit code."""
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
