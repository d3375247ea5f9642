"""Starts the command of this checkout with the real engine, with the Python that runs this file."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

    from nst_core.cli import main

    sys.exit(main())
