"""Runs the real worker around a stand-in for the engine, by any Python, without torch."""

from __future__ import annotations

import math
import sys
import types
from typing import Any, Callable, Dict, Iterator

from nst_core import worker
from nst_core.job.events import Estimate, Event


def serve(stylize: Callable[..., Iterator[Event]]) -> int:
    """Put ``stylize`` where the worker imports the engine from, and run the worker; its exit code."""
    modules: Dict[str, Dict[str, Any]] = {
        "stylize": {"stylize": stylize},
        "estimates": {"estimate": lambda sizes, settings: Estimate(math.prod(sizes.content) / 1000, 1 << 30, 512)},
        "devices": {"available": lambda: ["cpu"], "return_unused_memory": lambda: None},
        "weights": {"load": str},
    }
    for name, contents in modules.items():
        module = types.ModuleType(f"nst_core.engine.{name}")
        module.__dict__.update(contents)
        sys.modules[module.__name__] = module
        setattr(sys.modules["nst_core.engine"], name, module)
    return worker.main()
