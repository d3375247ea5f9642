"""Measures how well Krita responds during a job: ``python -m tests.benchmarks krita``.

A job reads, previews and inserts a large picture. A timer in Krita's event loop is due every 20 ms. The table shows the
timer's largest delay in milliseconds. For comparison, it also shows the delay in an idle Krita.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, List

from tests.benchmarks.report import table

from .editor import STAND_IN, Editor, engine_folders, real_engine
from .screen import screen

_DEPTHS = {
    "U8": "8 bit, 2048 x 1536 px",
    "U16": "16 bit, linear, 1024 x 768 px",
    "U8, real engine": "8 bit, 2048 x 1536 px, painted at 512 px by the real engine",
    "U16, real engine": "16 bit, linear, 1024 x 768 px, painted at 512 px by the real engine",
}


def fluidity_table() -> str:
    """Return the largest delays in each Krita on this machine, as a table."""
    rows: List[List[str]] = []
    for name in ("5.1", "5.2"):
        editor = Editor.find(name)
        if editor is not None:
            for depth, waits in _measured(editor).items():
                latest = [str(max(wait for wait, _ in waits[part])) for part in ("idle", "result", "canvas")]
                rows.append([f"Krita {name}", _DEPTHS[depth], *latest])
    return table(["", "Document", "Idle", "Job", "Job with previews on the canvas"], rows)


def _measured(editor: Editor) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for engine, environment in ((STAND_IN, {}), (real_engine(), {"NEURAL_STYLE_REAL": "yes"})):
        if engine is None:
            continue
        with tempfile.TemporaryDirectory() as folder, screen() as display:
            home = Path(folder) / "home"
            editor.install(home, engine)
            editor.run(home, "nothing", display, engine_folders())
            found.update(editor.run(home, "fluid", display, engine_folders(), **environment))
    del found["krita"]
    return found
