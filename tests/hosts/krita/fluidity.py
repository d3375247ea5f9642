"""Measures how long Krita's event loop waits during a job: ``python -m tests.hosts.krita.fluidity``.

A picture of 2048 x 1536 pixels is read, previewed on the canvas and inserted; the engine is the stand-in. The figures
are milliseconds beyond the 20 that a timer in Krita's event loop is due after; those of an idle Krita are the measure.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .editor import STAND_IN, Editor
from .screen import screen


def main() -> int:
    """Print the figures of each Krita that is there."""
    editors = [editor for editor in map(Editor.find, ("5.1", "5.2")) if editor is not None]
    for editor in editors:
        with tempfile.TemporaryDirectory() as folder, screen() as display:
            home = Path(folder) / "home"
            editor.install(home, STAND_IN)
            editor.run(home, "nothing", display)
            for name, figures in editor.run(home, "fluid", display).items():
                print(f"{editor.name} {name}: {figures}")
    return 0 if editors else 1


if __name__ == "__main__":
    sys.exit(main())
