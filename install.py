#!/usr/bin/env python3
"""Starts the installer: ``python3 install.py --help``. Its code is in ``nst_core.installer``.

It runs on any Python from 3.8 without other packages, and finds a Python that torch supports.
"""

import sys
from pathlib import Path

if sys.version_info < (3, 8):  # noqa: UP036 - an older Python would fail below with an unclear error
    sys.exit("install.py needs Python 3.8 or newer; install Python 3.12 from your system or from python.org.")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from nst_core.installer.main import main

if __name__ == "__main__":
    if Path(__file__).with_name("release").is_dir():  # a clone
        from release.commands import COMMANDS

        sys.exit(main(sys.argv[1:], COMMANDS))
    sys.exit(main(sys.argv[1:]))
