#!/usr/bin/env python3
"""The installer's door: ``python3 install.py --help``. Everything behind it is ``nst_core.installer``.

It runs on any Python from 3.8, with nothing installed, and finds by itself a Python that torch supports.
"""

import sys
from pathlib import Path

if sys.version_info < (3, 8):  # noqa: UP036 - an older Python would fail below with an error that explains nothing
    sys.exit("install.py needs Python 3.8 or newer; install Python 3.12 from your system or from python.org.")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from nst_core.installer.main import main

if __name__ == "__main__":
    if Path(__file__).with_name("release").is_dir():  # a clone
        from release.commands import COMMANDS

        sys.exit(main(sys.argv[1:], COMMANDS))
    sys.exit(main(sys.argv[1:]))
