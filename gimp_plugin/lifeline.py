"""The plug-in ends with GIMP. libgimp does this while an event loop runs. Long work has to check it.

Measured with a picture of 8000 x 6000 pixels, when GIMP was killed while the plug-in read it: without this check the
plug-in lived for 3.3 s, with it for 0.5 s.
"""

from __future__ import annotations

import os

_GIMP = os.getppid()


def end_without_gimp() -> None:
    """End the process, and with it the engine, if GIMP has ended. On Windows only the next event loop finds out."""
    if os.getppid() != _GIMP:
        os._exit(1)
